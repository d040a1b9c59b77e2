#include "backend/run/pruning.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace awb {

namespace {

/// Fused adapters in the order of the fusions, each once.
std::vector<std::string> fusedAdapters(const OpenedRun& run) {
    std::vector<std::string> names;
    for (const FusionProbe& probe : run.probes()) {
        std::ranges::copy_if(probe.adapters, std::back_inserter(names), [&](const std::string& name) {
            return std::ranges::find(names, name) == names.end();
        });
    }
    return names;
}

/// Mean weight of every adapter over the places of its fusions.
std::map<std::string, double> meanWeights(const OpenedRun& run, const std::vector<FusionRecord>& records) {
    std::map<std::string, double> sums;
    std::map<std::string, int> counts;
    for (std::size_t fusion = 0; fusion < records.size(); ++fusion) {
        const FusionProbe& probe = run.probes()[fusion];
        for (std::size_t cell = 0; cell < records[fusion].mean.size(); ++cell) {
            const std::string& name = probe.adapters[cell % probe.adapters.size()];
            sums[name] += static_cast<double>(records[fusion].mean[cell]);
            ++counts[name];
        }
    }
    for (auto& [name, sum] : sums) {
        sum /= counts[name];
    }
    return sums;
}

AdapterRule forbid(const std::string& adapter) {
    AdapterRule rule;
    rule.adapter = adapter;
    rule.kind = AdapterRule::Kind::Forbid;
    return rule;
}

} // namespace

Result<PruningReport> prune(OpenedRun& run, std::size_t keep, RunControl& control,
                            const std::function<void(double)>& progress) {
    PruningReport report{run.sample(), {}};
    PruningStep step;
    step.kept = fusedAdapters(run);
    const std::size_t all = step.kept.size();
    const std::string where = "run " + std::to_string(run.run());
    if (all < 2) {
        return fail("the run has no fusion that could lose an adapter", where, "Choose a run with a fusion");
    }
    if (keep < 1 || keep >= all) {
        return fail("of " + std::to_string(all) + " fused adapters " + std::to_string(keep) +
                        " can't be kept",
                    where, "Keep 1 to " + std::to_string(all - 1));
    }
    AdapterRules rules;
    while (true) {
        const auto score = run.score(rules, control, [&](double share) {
            if (progress) {
                progress((static_cast<double>(rules.size()) + share) / static_cast<double>(all - keep + 1));
            }
        });
        if (!score) {
            return fail(score.error());
        }
        step.score = *score;
        report.steps.push_back(step);
        if (step.kept.size() == keep) {
            return report;
        }
        const auto records = run.weights(rules, control);
        if (!records) {
            return fail(records.error());
        }
        const std::map<std::string, double> weights = meanWeights(run, *records);
        const auto least = std::ranges::min_element(
            step.kept, {}, [&](const std::string& name) { return weights.at(name); });
        step.dropped = *least;
        step.weight = weights.at(*least);
        step.kept.erase(least);
        rules.push_back(forbid(step.dropped));
    }
}

} // namespace awb
