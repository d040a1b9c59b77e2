#include "ui/canvas/activation_curve.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace awb::ui {

namespace {

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

double geluExact(double x) {
    return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2));
}

double geluTanh(double x) {
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

} // namespace

double activationValue(std::string_view name, double x) {
    if (name == "relu") {
        return std::max(0.0, x);
    }
    if (name == "relu6") {
        return std::clamp(x, 0.0, 6.0);
    }
    if (name == "relu2") {
        return std::max(0.0, x) * std::max(0.0, x);
    }
    if (name == "leakyrelu") {
        return x >= 0 ? x : 0.01 * x;
    }
    if (name == "gelu" || name == "gelu_10") {
        return geluExact(x);
    }
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") {
        return geluTanh(x);
    }
    if (name == "quick_gelu") {
        return x * logistic(1.702 * x);
    }
    if (name == "swish" || name == "silu") {
        return x * logistic(x);
    }
    if (name == "mish") {
        return x * std::tanh(std::log1p(std::exp(x)));
    }
    if (name == "tanh") {
        return std::tanh(x);
    }
    if (name == "sigmoid") {
        return logistic(x);
    }
    return x;
}

QPolygonF activationCurve(std::string_view name) {
    constexpr int points = 25;
    QPolygonF curve;
    double largest = 0;
    for (int i = 0; i < points; ++i) {
        const double x = -3 + 6.0 * i / (points - 1);
        const double y = activationValue(name, x);
        largest = std::max(largest, std::abs(y));
        curve << QPointF(x / 3, y);
    }
    for (QPointF& point : curve) {
        point.setY(-point.y() / largest);
    }
    return curve;
}

} // namespace awb::ui
