#include "ui/canvas/glow_scale.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QLinearGradient>
#include <QLocale>
#include <QPainter>

#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr int kBarWidth = 112;
constexpr int kBarHeight = 10;

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
    const int texts = metrics.horizontalAdvance(m_label) +
                      metrics.horizontalAdvance(tickText(m_scale.low())) +
                      metrics.horizontalAdvance(tickText(m_scale.high()));
    return {texts + kBarWidth + 3 * px(Space::S) + 2 * px(Space::M),
            metrics.height() + 2 * px(Space::Xs) + 2};
}

void GlowBar::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(Tone::Hairline));
    painter.setBrush(theme.color(Tone::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    painter.setFont(theme.figures(TextSize::Small));
    const QFontMetrics metrics = painter.fontMetrics();
    int x = px(Space::M);
    const auto text = [&](const QString& words, Tone tone) {
        const int width = metrics.horizontalAdvance(words);
        painter.setPen(theme.color(tone));
        painter.drawText(QRect(x, 0, width + 1, height()), Qt::AlignLeft | Qt::AlignVCenter, words);
        x += width + px(Space::S);
    };
    text(m_label, Tone::Text);
    text(tickText(m_scale.low()), Tone::MutedText);
    const QRectF bar(x, (height() - kBarHeight) / 2.0, kBarWidth, kBarHeight);
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int i = 0; i <= 8; ++i) {
        gradient.setColorAt(i / 8.0, Theme::sequential(i / 8.0));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRoundedRect(bar, 2, 2);
    x += kBarWidth + px(Space::S);
    text(tickText(m_scale.high()), Tone::MutedText);
}

} // namespace awb::ui
