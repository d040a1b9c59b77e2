#include "backend/train/reusable_layers.h"

#include <algorithm>

#include "models/adapter_model.h"

namespace awb {
namespace {

/// True where a method does not do the same for a text in every batch: it draws random numbers.
bool isRandom(const AdapterConfig& config) {
    return std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        if (part.isBottleneck()) {
            return part.bottleneck.dropout > 0 || part.bottleneck.stochasticDepth > 0;
        }
        const auto& options = part.options.all();
        return options.contains("dropout") && part.options.number("dropout") > 0;
    });
}

/// True where a method looks at the padding, or changes the length or the size of the batch.
bool dependsOnBatch(const AdapterConfig& config) {
    return std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        if (part.isBottleneck()) {
            return part.bottleneck.useGating;
        }
        const auto& options = part.options.all();
        return part.method == "prompt_tuning" ||
               (options.contains("use_gating") && part.options.flag("use_gating"));
    });
}

bool changesBatch(const Composition& composition) {
    return composition.kind == Composition::Kind::Parallel || composition.kind == Composition::Kind::Split ||
           std::ranges::any_of(composition.children, changesBatch);
}

} // namespace

int countReusableLayers(const Experiment& experiment, const RunSetup& setup,
                        const std::vector<ModuleInfo>& active) {
    const bool isNever = experiment.trainsBase() || setup.config.hiddenDropout > 0 ||
                         setup.config.attentionDropout > 0 || setup.task.type() == HeadType::MaskedLm ||
                         changesBatch(experiment.composition);
    if (isNever) {
        return 0;
    }
    int lowest = setup.config.numLayers;
    const auto lower = [&](int layer) { lowest = std::min(lowest, std::max(layer, 0)); };
    for (const ModuleInfo& module : setup.modules) {
        lower(module.layer);
    }
    const bool hasFusion = !setup.model->fusionNames().empty();
    for (const ModuleInfo& module : active) {
        const AdapterConfig& config = *setup.model->adapterConfig(module.adapter);
        if (dependsOnBatch(config)) {
            return 0;
        }
        if (hasFusion || isRandom(config) || experiment.training.adapterDropMode == "random") {
            lower(module.layer);
        }
    }
    return lowest;
}

} // namespace awb
