#include "ui/widgets/tone_label.h"

#include <QPainter>

namespace awb::ui {

ToneLabel::ToneLabel(const QString& text, Tone tone, TextSize size, bool bold, QWidget* parent)
    : QLabel(text, parent)
    , m_tone(tone)
    , m_size(size)
    , m_bold(bold) {
    connect(&Theme::instance(), &Theme::changed, this, &ToneLabel::restyle);
    restyle();
}

void ToneLabel::setTone(Tone tone) {
    m_tone = tone;
    restyle();
}

void ToneLabel::restyle() {
    const Theme& theme = Theme::instance();
    setFont(theme.font(m_size, m_bold));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, theme.color(m_tone));
    colors.setColor(QPalette::Disabled, QPalette::WindowText, theme.color(Tone::DisabledText));
    setPalette(colors);
}

ToneIcon::ToneIcon(const QString& name, Tone tone, int size, QWidget* parent)
    : QWidget(parent)
    , m_name(name)
    , m_tone(tone)
    , m_size(size) {
    setFixedSize(size, size);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ToneIcon::setIcon(const QString& name, Tone tone) {
    m_name = name;
    m_tone = tone;
    update();
}

void ToneIcon::paintEvent(QPaintEvent* /*event*/) {
    QPixmap image = Theme::instance().icon(m_name).pixmap(QSize(m_size, m_size), devicePixelRatioF());
    if (image.isNull()) {
        return;
    }
    QPainter tint(&image);
    tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
    tint.fillRect(QRectF(QPointF(0, 0), image.deviceIndependentSize()), Theme::instance().color(m_tone));
    tint.end();
    QPainter(this).drawPixmap(0, 0, image);
}

} // namespace awb::ui
