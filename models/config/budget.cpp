#include "models/config/budget.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace awb {

namespace {

// Sizes are tried from 1/1024 to 1024 times their own, 32 steps an octave; small sizes are met exactly.
constexpr int kOctaves = 10;
constexpr int kStepsPerOctave = 32;

std::int64_t scaled(double size, double factor) {
    return std::max<std::int64_t>(1, std::llround(size * factor));
}

void scaleBottleneck(BottleneckConfig& config, const ModelConfig& model, double factor) {
    const double own = config.reductionFactor.fallback.value_or(16.0);
    const std::int64_t unit = config.phm ? config.phm->dim : 1; // Kronecker products divide the width
    const double size = model.hiddenSize / own / static_cast<double>(unit);
    const int chosen = static_cast<int>(scaled(size, factor) * unit);
    config.reductionFactor = {reductionFactorFor(model.hiddenSize, chosen), {}};
}

void scaleOption(OptionValues& options, const std::string& key, const Method& method, double factor) {
    const auto spec = std::ranges::find(method.options, key, &OptionSpec::key);
    const double size = static_cast<double>(options.integer(key));
    options.set(key, std::clamp(scaled(size, factor), static_cast<std::int64_t>(spec->lowest),
                                static_cast<std::int64_t>(spec->highest)));
}

void scalePart(MethodConfig& part, const ModelConfig& model, double factor) {
    if (part.isBottleneck()) {
        scaleBottleneck(part.bottleneck, model, factor);
        return;
    }
    const Method& method = *findMethod(part.method);
    if (method.sizeKey.empty()) {
        return;
    }
    // The network that makes the prefixes is nearly all of them; they keep their length.
    const bool isNetwork = part.method == "prefix_tuning" && !part.options.flag("flat");
    const bool hasAlpha = part.options.all().contains("alpha");
    const double ratio =
        hasAlpha ? part.options.number("alpha") / static_cast<double>(part.options.integer("r")) : 0.0;
    scaleOption(part.options, isNetwork ? "bottleneck_size" : method.sizeKey, method, factor);
    if (hasAlpha) {
        part.options.set("alpha", ratio * static_cast<double>(part.options.integer("r")));
    }
}

AdapterConfig scaledConfig(AdapterConfig config, const ModelConfig& model, double factor) {
    for (MethodConfig& part : config.parts) {
        scalePart(part, model, factor);
    }
    return config;
}

} // namespace

Result<AdapterConfig> fitToBudget(const AdapterConfig& config, const ModelConfig& model,
                                  std::int64_t budget) {
    if (budget < 1) {
        return fail("the budget must be at least one parameter, not " + std::to_string(budget));
    }
    const Result<std::int64_t> own = parameterCount(config, model);
    if (!own) {
        return fail(own.error());
    }
    AdapterConfig best = config;
    std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
    for (int step = -kOctaves * kStepsPerOctave; step <= kOctaves * kStepsPerOctave; ++step) {
        AdapterConfig candidate =
            scaledConfig(config, model, std::exp2(static_cast<double>(step) / kStepsPerOctave));
        const Result<std::int64_t> count = parameterCount(candidate, model);
        if (!count) {
            continue; // a rank above the matrix's, say
        }
        if (const std::int64_t distance = std::abs(*count - budget); distance < nearest) {
            nearest = distance;
            best = std::move(candidate);
        }
    }
    return best;
}

} // namespace awb
