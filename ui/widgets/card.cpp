#include "ui/widgets/card.h"

#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/tone_label.h"

namespace awb::ui {

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_body(new QVBoxLayout(this))
    , m_title(new ToneLabel(title, Tone::Text, TextSize::Body, true)) {
    m_body->setContentsMargins(px(Space::L), px(Space::M), px(Space::L), px(Space::M));
    m_body->setSpacing(px(Space::S));
    m_body->addWidget(m_title);
    setTitle(title);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Card::setTitle(const QString& title) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
}

void Card::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(Tone::Hairline));
    painter.setBrush(theme.color(Tone::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
}

} // namespace awb::ui
