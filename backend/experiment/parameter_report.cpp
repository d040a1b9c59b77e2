#include "backend/experiment/parameter_report.h"

#include <algorithm>

#include "backend/experiment/design.h"

namespace awb {

namespace {

constexpr std::int64_t kFloatBytes = 4;

SiteShare& shareOf(std::vector<SiteShare>& sites, const std::string& site) {
    const auto found =
        std::find_if(sites.begin(), sites.end(), [&](const SiteShare& each) { return each.site == site; });
    if (found != sites.end()) {
        return *found;
    }
    sites.push_back({site, 0, {}, 0});
    return sites.back();
}

/// Adds one adapter's modules and files; returns its parameters.
Result<std::int64_t> addAdapter(ParameterReport& report, const AdapterSpec& adapter,
                                const ModelConfig& model) {
    const auto modules = modulesOf(adapter.config, model);
    if (!modules) {
        return fail(modules.error());
    }
    std::int64_t parameters = 0;
    for (const ModulePlace& module : *modules) {
        SiteShare& share = shareOf(report.sites, std::string(siteName(module.site)));
        if (module.bottleneck > 0) {
            ++share.modules;
            share.sizes.insert(module.bottleneck);
        }
        share.parameters += module.parameters;
        parameters += module.parameters;
    }
    const auto tensors = tensorsOf(adapter.config, model, adapter.name);
    if (!tensors) {
        return fail(tensors.error());
    }
    for (const TensorSpec& tensor : *tensors) {
        report.fileBytes +=
            kFloatBytes * tensor.size() * static_cast<std::int64_t>(1 + tensor.aliases.size());
    }
    return parameters;
}

} // namespace

Result<ParameterReport> countParameters(const Experiment& experiment, const ModelConfig& model) {
    if (const auto problems = checkAgainstModel(experiment, model); !problems.empty()) {
        return fail(problems.front());
    }
    ParameterReport report;
    report.title = designSummary(experiment);
    report.base = baseParameterCount(model);
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (adapter.isUnread()) {
            return fail("the options of the saved adapter `" + adapter.name + "` are not known", adapter.from,
                        "Make its folder available");
        }
        const auto parameters = addAdapter(report, adapter, model);
        if (!parameters) {
            return fail(parameters.error());
        }
        report.parameters += *parameters;
    }
    const std::int64_t fusion = design::fusionParameterCount(experiment, model, false);
    if (fusion > 0) {
        shareOf(report.sites, "fusion").parameters = fusion;
        report.parameters += fusion;
        report.fileBytes += kFloatBytes * fusion;
    }
    const CostInput cost = design::costInput(experiment, model, 0, 0, 0);
    report.trained = cost.adapterParameters;
    report.head = cost.headParameters;
    return report;
}

Result<ParameterReport> countParameters(const MethodPreset& preset, const ModelConfig& model) {
    Experiment experiment;
    const auto applied = design::applyPreset(experiment, model, preset);
    if (!applied) {
        return fail(applied.error());
    }
    experiment = *applied;
    experiment.training.maxSeqLength = std::min(experiment.training.maxSeqLength, model.longestText());
    auto report = countParameters(experiment, model);
    if (report) {
        report->title = preset.title;
    }
    return report;
}

} // namespace awb
