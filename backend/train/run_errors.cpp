#include "backend/train/run_errors.h"

#include <array>
#include <charconv>
#include <cmath>

#include <c10/util/Exception.h>

namespace awb {
namespace {

std::string formatNumber(double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4);
    return {text.data(), end.ptr};
}

} // namespace

Error divergenceError(const std::string& what, double value, std::int64_t step, const TrainingSpec& spec,
                      double learningRate) {
    Error error;
    error.what = what + " became " + (std::isnan(value) ? "NaN (not a number)" : "infinite") + " at step " +
                 std::to_string(step);
    if (spec.maxGradNorm <= 0) {
        error.advice =
            "The gradients are not clipped: set max_grad_norm to 1, or choose a lower learning rate";
    } else if (spec.learningRate > 0.02) {
        error.advice = "The learning rate is very high: try 0.001 or less";
    } else {
        error.advice =
            "The learning rate is probably too high for this design: try a third of it, or more warm-up. "
            "Where the data holds extreme target values, scale them";
    }
    error.where = "learning rate " + formatNumber(learningRate);
    return error;
}

Error torchError(const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (text.find("allocate memory") != std::string::npos) {
        return {
            "there is not enough memory for this step", {}, "Choose a smaller batch_size or max_seq_length"};
    }
    return {"the computation failed: " + text.substr(0, text.find('\n')), {}, {}};
}

} // namespace awb
