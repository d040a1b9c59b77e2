#include "ui/design/activation_curve.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

namespace awb::ui {

namespace {

constexpr double kRange = 4.0; ///< the curve is drawn over -kRange .. kRange

double sigmoid(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

double geluTanh(double x) {
    return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

double geluErf(double x) {
    return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2));
}

using Function = double (*)(double);

const std::map<std::string_view, Function>& functions() {
    static const std::map<std::string_view, Function> table{
        {"relu", [](double x) { return std::max(x, 0.0); }},
        {"relu6", [](double x) { return std::clamp(x, 0.0, 6.0); }},
        {"relu2", [](double x) { return x > 0 ? x * x : 0.0; }},
        {"leakyrelu", [](double x) { return x > 0 ? x : 0.01 * x; }},
        {"gelu", geluErf},
        {"gelu_10", [](double x) { return std::clamp(geluErf(x), -10.0, 10.0); }},
        {"gelu_new", geluTanh},
        {"gelu_fast", geluTanh},
        {"gelu_pytorch_tanh", geluTanh},
        {"quick_gelu", [](double x) { return x * sigmoid(1.702 * x); }},
        {"swish", [](double x) { return x * sigmoid(x); }},
        {"silu", [](double x) { return x * sigmoid(x); }},
        {"mish", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
        {"tanh", [](double x) { return std::tanh(x); }},
        {"sigmoid", sigmoid},
        {"linear", [](double x) { return x; }},
    };
    return table;
}

} // namespace

double activationValue(std::string_view name, double x) {
    const auto found = functions().find(name);
    return found == functions().end() ? std::numeric_limits<double>::quiet_NaN() : found->second(x);
}

ActivationCurve::ActivationCurve(QWidget* parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Curve of the non-linearity"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ActivationCurve::setFunction(const QString& name) {
    m_name = name;
    setAccessibleDescription(name);
    setToolTip(name.isEmpty()
                   ? QString()
                   : tr("%1 over -4 to 4; the lines are the axes, the dotted line is y = x").arg(name));
    update();
}

QSize ActivationCurve::sizeHint() const {
    return {160, 72};
}

void ActivationCurve::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(theme.color(Tone::Hairline), 1));
    painter.setBrush(theme.color(Tone::Window));
    painter.drawRoundedRect(frame, kRadius, kRadius);
    if (m_name.isEmpty())
        return;

    const std::string name = m_name.toStdString();
    const QRectF area = frame.adjusted(8, 6, -8, -6);
    constexpr double kLow = -1.5;
    constexpr double kHigh = 4.0;
    const auto toPoint = [&](double x, double y) {
        return QPointF(area.left() + (x + kRange) / (2 * kRange) * area.width(),
                       area.bottom() - (y - kLow) / (kHigh - kLow) * area.height());
    };
    painter.setPen(QPen(theme.color(Tone::Grid), 1));
    painter.drawLine(toPoint(-kRange, 0), toPoint(kRange, 0));
    painter.drawLine(toPoint(0, kLow), toPoint(0, kHigh));
    painter.setPen(QPen(theme.color(Tone::Grid), 1, Qt::DotLine));
    painter.drawLine(toPoint(kLow, kLow), toPoint(kHigh, kHigh));

    QPainterPath curve;
    constexpr int kSamples = 160;
    for (int i = 0; i <= kSamples; ++i) {
        const double x = -kRange + 2 * kRange * i / kSamples;
        const double y = activationValue(name, x);
        if (!std::isfinite(y))
            return;
        if (i == 0)
            curve.moveTo(toPoint(x, y));
        else
            curve.lineTo(toPoint(x, y));
    }
    painter.setClipRect(area);
    painter.setPen(QPen(theme.color(Tone::Trainable), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(curve);
}

} // namespace awb::ui
