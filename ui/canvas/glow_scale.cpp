#include "ui/canvas/glow_scale.h"

#include <QFontMetrics>
#include <QLinearGradient>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr int kBarWidth = 168;
constexpr int kBarHeight = 8;

QString tickText(double value) {
    return QLocale().toString(value, 'g', 2);
}

} // namespace

void GlowScale::reset(bool logarithmic) {
    *this = GlowScale();
    m_logarithmic = logarithmic;
}

void GlowScale::include(const std::map<std::string, float>& values) {
    for (const auto& [key, value] : values) {
        const double number = static_cast<double>(value);
        if (!std::isfinite(number) || (m_logarithmic && number <= 0)) {
            continue;
        }
        const double low = m_logarithmic ? std::floor(std::log10(number)) : std::min(0.0, number);
        const double high = m_logarithmic ? low + 1 : std::max(0.0, number);
        m_low = isEmpty() ? low : std::min(m_low, low);
        m_high = std::max(m_high, high);
    }
}

std::optional<float> GlowScale::level(float value) const {
    const double number = static_cast<double>(value);
    if (isEmpty() || std::isnan(number) || (m_logarithmic && number <= 0)) {
        return std::nullopt;
    }
    const double place = m_logarithmic ? std::log10(number) : number;
    const double span = m_high - m_low;
    return static_cast<float>(span > 0 ? std::clamp((place - m_low) / span, 0.0, 1.0) : 0.0);
}

double GlowScale::low() const {
    return m_logarithmic ? std::pow(10, m_low) : m_low;
}

double GlowScale::high() const {
    return m_logarithmic ? std::pow(10, m_high) : m_high;
}

GlowBar::GlowBar(QWidget* parent)
    : QWidget(parent) {
    setObjectName(u"canvasGlowBar"_s);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void GlowBar::setScale(const GlowScale& scale, const QString& label) {
    m_scale = scale;
    m_label = label;
    setAccessibleName(
        tr("%1: colour scale from %2 to %3").arg(label, tickText(scale.low()), tickText(scale.high())));
    update();
}

QSize GlowBar::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().figures(TextSize::Small));
    const int text = metrics.horizontalAdvance(m_label);
    return {std::max(kBarWidth, text) + 2 * px(Space::M),
            2 * metrics.height() + kBarHeight + 2 * px(Space::S) + 8};
}

void GlowBar::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(Tone::Hairline));
    painter.setBrush(theme.color(Tone::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
    painter.setFont(theme.figures(TextSize::Small));
    const int line = painter.fontMetrics().height();
    const QRect inner = rect().adjusted(px(Space::M), px(Space::S), -px(Space::M), -px(Space::S));
    painter.setPen(theme.color(Tone::Text));
    painter.drawText(QRect(inner.left(), inner.top(), inner.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                     m_label);
    const QRectF bar(inner.left(), inner.top() + line + 4, inner.width(), kBarHeight);
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int i = 0; i <= 8; ++i) {
        gradient.setColorAt(i / 8.0, Theme::sequential(i / 8.0));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRoundedRect(bar, 2, 2);
    painter.setPen(theme.color(Tone::MutedText));
    const QRect ticks(inner.left(), static_cast<int>(bar.bottom()) + 4, inner.width(), line);
    painter.drawText(ticks, Qt::AlignLeft | Qt::AlignVCenter, tickText(m_scale.low()));
    painter.drawText(ticks, Qt::AlignRight | Qt::AlignVCenter, tickText(m_scale.high()));
    const double middle = m_scale.isLogarithmic() ? std::sqrt(m_scale.low() * m_scale.high())
                                                  : (m_scale.low() + m_scale.high()) / 2;
    painter.drawText(ticks, Qt::AlignHCenter | Qt::AlignVCenter, tickText(middle));
}

} // namespace awb::ui
