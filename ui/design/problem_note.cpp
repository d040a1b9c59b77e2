#include "ui/design/problem_note.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>

#include "ui/design/design_edits.h"
#include "ui/design/head_words.h"
#include "ui/document/design_document.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

ProblemNote::ProblemNote(DesignDocument* document, Scope scope, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_scope(scope)
    , m_text(new ToneLabel({}, Tone::Text, TextSize::Body, false, this))
    , m_head(new QPushButton(this))
    , m_data(new QPushButton(tr("Choose other data"), this)) {
    const bool isBar = scope == Scope::Design;
    setObjectName(isBar ? QStringLiteral("designProblem") : QStringLiteral("headProblem"));
    m_text->setObjectName(objectName() + QStringLiteral("Text"));
    m_text->setWordWrap(true);
    m_head->setObjectName(objectName() + QStringLiteral("Head"));
    m_data->setObjectName(objectName() + QStringLiteral("Data"));
    m_data->setToolTip(tr("Opens the Data page"));

    auto* words = new QHBoxLayout;
    words->setSpacing(px(Space::S));
    words->addWidget(new ToneIcon(QStringLiteral("warning"), Tone::Warning, 20, this), 0,
                     isBar ? Qt::AlignVCenter : Qt::AlignTop);
    words->addWidget(m_text, 1);
    auto* buttons = new QBoxLayout(isBar ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    buttons->setSpacing(px(Space::S));
    buttons->addWidget(m_head, 0, Qt::AlignLeft);
    buttons->addWidget(m_data, 0, Qt::AlignLeft);
    auto* layout = new QBoxLayout(isBar ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom, this);
    layout->setSpacing(px(Space::S));
    layout->setContentsMargins(isBar ? px(Space::L) : 0, px(Space::Xs), isBar ? px(Space::L) : 0,
                               px(Space::Xs));
    layout->addLayout(words, isBar ? 1 : 0);
    layout->addLayout(buttons);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);

    connect(m_head, &QPushButton::clicked, this, &ProblemNote::useFittingHead);
    connect(m_data, &QPushButton::clicked, this, &ProblemNote::dataRequested);
    connect(document, &DesignDocument::changed, this, &ProblemNote::refresh);
    refresh();
}

void ProblemNote::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    if (m_scope == Scope::Design) { // the bar's lower edge
        QPainter painter(this);
        painter.setPen(Theme::instance().color(Tone::Hairline));
        painter.drawLine(0, height() - 1, width(), height() - 1);
    }
}

void ProblemNote::useFittingHead() {
    const auto problem = headDataProblem(m_document->experiment());
    if (problem && problem->fitting) {
        m_document->edit(withHead(m_document->experiment(), *problem->fitting),
                         tr("Change head: %1").arg(headTitle(*problem->fitting).toLower()));
    }
}

void ProblemNote::refresh() {
    const auto problem = headDataProblem(m_document->experiment());
    const QString text = m_scope == Scope::Design ? whyNotTrainable(*m_document)
                         : problem                ? problem->what + QLatin1Char(' ') + problem->advice
                                                  : QString();
    // A base that is not open is said where it is chosen; other problems may hide those of the head.
    const bool isAboutHead = problem && text.startsWith(problem->what);
    const bool isAboutData = isAboutHead || (!text.isEmpty() && text == noTrainingFile());
    m_text->setText(text);
    m_head->setVisible(isAboutHead && problem->fitting);
    if (problem && problem->fitting) {
        m_head->setText(tr("Use a head for %1").arg(headTitle(*problem->fitting).toLower()));
    }
    m_data->setVisible(isAboutData);
    setVisible(!text.isEmpty());
}

} // namespace awb::ui
