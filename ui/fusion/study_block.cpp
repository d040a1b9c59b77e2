#include "ui/fusion/study_block.h"

#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

StudyBlock::StudyBlock(const QString& title, const QString& meaning, QWidget* chart, int height,
                       QWidget* parent)
    : QWidget(parent)
    , m_title(title)
    , m_heading(new QLabel(this))
    , m_stack(new QStackedWidget(this))
    , m_missing(new QLabel(this)) {
    m_heading->setTextFormat(Qt::RichText);
    m_heading->setWordWrap(true);
    auto* sentence = new ToneLabel(meaning, Tone::MutedText, TextSize::Small, false, this);
    sentence->setWordWrap(true);
    m_missing->setWordWrap(true);
    m_missing->setAlignment(Qt::AlignCenter);
    m_missing->setForegroundRole(QPalette::PlaceholderText);
    m_stack->addWidget(chart);
    m_stack->addWidget(m_missing);
    m_stack->setFixedHeight(height);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::Xs));
    column->addWidget(m_heading);
    column->addWidget(sentence);
    column->addWidget(m_stack);
    column->addStretch(1);
    setVerdict({});
}

void StudyBlock::setVerdict(const QString& text) {
    m_verdict = text;
    m_heading->setText(QStringLiteral("<b>%1</b>").arg(m_title.toHtmlEscaped()) +
                       (text.isEmpty() ? QString() : QStringLiteral(" &nbsp; ") + text.toHtmlEscaped()));
}

void StudyBlock::setMissing(const QString& why) {
    m_missing->setText(why);
    m_stack->setCurrentIndex(why.isEmpty() ? 0 : 1);
}

bool StudyBlock::isMissing() const {
    return m_stack->currentIndex() == 1;
}

} // namespace awb::ui
