#include "ui/design/composition_text_line.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include "backend/experiment/composition_edit.h"
#include "models/config/composition_text.h"
#include "ui/design/design_edits.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

/// Number of characters in front of a byte of UTF-8.
int characters(const QByteArray& utf8, std::size_t bytes) {
    return static_cast<int>(QString::fromUtf8(utf8.left(static_cast<qsizetype>(bytes))).size());
}

} // namespace

CompositionTextLine::CompositionTextLine(DesignDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_line(new QLineEdit(this))
    , m_problem(new ToneLabel({}, Tone::Error, TextSize::Small, false, this)) {
    m_line->setObjectName(QStringLiteral("compositionText"));
    m_line->setAccessibleName(tr("Composition as text"));
    m_line->setToolTip(
        tr("The composition in the field's notation, such as Stack(en, Fuse(a, b)). Type another one "
           "and press Enter; Escape undoes the typing."));
    m_line->setFont(Theme::instance().monospace(TextSize::Body));
    m_line->installEventFilter(this);
    m_problem->setObjectName(QStringLiteral("compositionTextProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("copyComposition"));
    copy->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy the composition as text"));
    copy->setAccessibleName(copy->toolTip());
    connect(copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_line->text()); });

    auto* row = new QHBoxLayout;
    row->setSpacing(px(Space::Xs));
    row->addWidget(m_line, 1);
    row->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_problem);
    connect(m_line, &QLineEdit::editingFinished, this, &CompositionTextLine::commit);
    connect(m_line, &QLineEdit::textEdited, this, [this] { showProblem({}); });
    connect(document, &DesignDocument::changed, this, [this] {
        m_line->setModified(false);
        refresh();
    });
    refresh();
}

void CompositionTextLine::refresh() {
    if (m_line->isModified()) {
        return;
    }
    const QString text = QString::fromStdString(compositionToText(m_document->experiment().composition));
    if (text != m_line->text()) {
        m_line->setText(text);
        m_line->setCursorPosition(0);
    }
    showProblem({});
}

void CompositionTextLine::commit() {
    if (!m_line->isModified()) {
        return;
    }
    const QByteArray typed = m_line->text().toUtf8();
    const auto read = compositionFromText(typed.toStdString());
    if (!read) {
        const int position = characters(typed, read.error().position);
        showProblem(tr("Character %1: expected %2, found %3.")
                        .arg(position + 1)
                        .arg(QString::fromStdString(read.error().expected),
                             QString::fromStdString(read.error().found)),
                    position);
        return;
    }
    const auto edited = design::setComposition(m_document->experiment(), read->composition);
    if (!edited) {
        const Error& error = edited.error();
        const int position = characters(typed, read->positionOf(error.where));
        showProblem(tr("Character %1: %2").arg(position + 1).arg(errorText(error)), position);
        return;
    }
    m_line->setModified(false);
    m_document->apply(edited, tr("Type the composition"));
    refresh();
}

void CompositionTextLine::showProblem(const QString& text, int position) {
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    m_line->setAccessibleDescription(text);
    if (position >= 0) {
        m_line->setCursorPosition(position);
    }
}

bool CompositionTextLine::eventFilter(QObject* watched, QEvent* event) {
    const bool isEscape =
        event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
    if (watched == m_line && isEscape && m_line->isModified()) {
        m_line->setModified(false);
        refresh();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace awb::ui
