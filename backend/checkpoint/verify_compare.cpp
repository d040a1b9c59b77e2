#include "backend/checkpoint/verify_compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <torch/types.h>

#include "backend/formats/safetensors.h"

namespace awb {

namespace {

constexpr double kForwardTolerance = 1e-5;
constexpr double kGradientTolerance = 1e-4;
constexpr double kGradientFloor = 1e-2;
constexpr double kNumberTolerance = 1e-4;
constexpr double kSmallest = 1e-30;

std::string numberText(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

/// "[1, 0, 7]" of a flat position.
std::string positionText(std::int64_t flat, at::IntArrayRef sizes) {
    std::vector<std::int64_t> position(sizes.size());
    for (std::size_t i = sizes.size(); i-- > 0;) {
        position[i] = flat % sizes[i];
        flat /= sizes[i];
    }
    return shapeText(position);
}

/// `scale` holds, per element, what its error is relative to.
Comparison compareTensors(const std::string& quantity, const torch::Tensor& actual,
                          const torch::Tensor& expected, const torch::Tensor& scale, double tolerance) {
    Comparison result{.quantity = quantity};
    const torch::Tensor a = actual.detach().to(torch::kFloat64);
    if (a.numel() == 0) {
        return result;
    }
    const torch::Tensor error = (a - expected).abs();
    const torch::Tensor relative = error / scale;
    // NaN spreads through max(): one of them fails the comparison.
    result.worstAbsolute = error.max().item<double>();
    result.worstRelative = relative.max().item<double>();
    result.passed = result.worstRelative <= tolerance;
    if (!result.passed) {
        const std::int64_t at = relative.argmax().item<std::int64_t>();
        result.detail = "at " + positionText(at, a.sizes()) + " " +
                        numberText(a.reshape({-1})[at].item<double>()) + ", expected " +
                        numberText(expected.reshape({-1})[at].item<double>());
    }
    return result;
}

Comparison differentShapes(const std::string& quantity, const torch::Tensor& actual,
                           const torch::Tensor& expected) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    return {quantity, kInfinite, kInfinite, false,
            "shape " + shapeText(actual.sizes().vec()) + ", expected " + shapeText(expected.sizes().vec())};
}

} // namespace

Comparison compareForward(const std::string& quantity, const torch::Tensor& actual,
                          const torch::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) {
        return differentShapes(quantity, actual, expected);
    }
    const torch::Tensor e = expected.to(torch::kFloat64);
    return compareTensors(quantity, actual, e, e.abs() + 1.0, kForwardTolerance);
}

Comparison compareGradient(const std::string& quantity, const torch::Tensor& actual,
                           const torch::Tensor& expected, double maxAbsGradient) {
    if (actual.sizes() != expected.sizes()) {
        return differentShapes(quantity, actual, expected);
    }
    const torch::Tensor e = expected.to(torch::kFloat64);
    const double largest = e.numel() == 0 ? 0.0 : e.abs().max().item<double>();
    const double scale = std::max({largest, kGradientFloor * maxAbsGradient, kSmallest});
    return compareTensors(quantity, actual, e, torch::full_like(e, scale), kGradientTolerance);
}

Comparison compareNumbers(const std::string& quantity, const std::vector<std::string>& names,
                          const std::vector<double>& actual, const std::vector<double>& expected) {
    Comparison result{.quantity = quantity};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = std::abs(actual[i] - expected[i]);
        const double relative = error / std::max(std::abs(expected[i]), kSmallest);
        result.worstAbsolute = std::max(result.worstAbsolute, error);
        result.worstRelative = std::max(result.worstRelative, relative);
        if (result.passed && !(relative <= kNumberTolerance)) {
            result.passed = false;
            result.detail = names[i] + " " + numberText(actual[i]) + ", expected " + numberText(expected[i]);
        }
    }
    return result;
}

Comparison compareExactly(const std::string& quantity, std::string detail) {
    Comparison result{.quantity = quantity};
    result.passed = detail.empty();
    result.detail = std::move(detail);
    return result;
}

} // namespace awb
