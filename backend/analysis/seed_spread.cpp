#include "backend/analysis/seed_spread.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace awb {

namespace {

void forgetOrigin(Experiment& experiment) {
    experiment.name.clear();
    experiment.notes.clear();
    experiment.training.seed = 0;
    experiment.fusion.from.clear();
    for (AdapterSpec& adapter : experiment.adapters) {
        adapter.from.clear();
    }
}

/// None where the run's fusion is another one.
Result<std::optional<FusionRecord>> lastRecord(const RunStore& store, std::int64_t run,
                                               const FusionProbe& probe) {
    const auto fusions = store.fusions(run);
    if (!fusions) {
        return fail(fusions.error());
    }
    const auto found = std::ranges::find(*fusions, probe.fusion, &FusionProbe::fusion);
    if (found == fusions->end() || found->adapters != probe.adapters || found->places != probe.places) {
        return std::nullopt;
    }
    const auto steps = store.fusionSteps(run, probe.fusion);
    if (!steps) {
        return fail(steps.error());
    }
    if (steps->empty()) {
        return std::nullopt;
    }
    auto record = store.fusionAt(run, *found, steps->back().step, FusionDetail::Summary);
    if (!record) {
        return fail(record.error());
    }
    return std::move(*record);
}

} // namespace

SeedSpread spreadOver(std::span<const FusionRecord> records) {
    SeedSpread result;
    result.runs = records.size();
    if (records.empty()) {
        return result;
    }
    const auto count = static_cast<float>(records.size());
    result.mean.assign(records.front().mean.size(), 0.0F);
    result.deviation.assign(records.front().mean.size(), 0.0F);
    result.entropy.assign(records.front().entropy.size(), 0.0F);
    for (const FusionRecord& record : records) {
        for (std::size_t cell = 0; cell < result.mean.size(); ++cell) {
            result.mean[cell] += record.mean[cell] / count;
        }
        for (std::size_t place = 0; place < result.entropy.size(); ++place) {
            result.entropy[place] += record.entropy[place] / count;
        }
    }
    for (std::size_t cell = 0; records.size() > 1 && cell < result.mean.size(); ++cell) {
        float squares = 0;
        for (const FusionRecord& record : records) {
            squares += (record.mean[cell] - result.mean[cell]) * (record.mean[cell] - result.mean[cell]);
        }
        result.deviation[cell] = std::sqrt(squares / (count - 1));
    }
    return result;
}

bool differInSeedAlone(Experiment one, Experiment other) {
    if (one.training.seed == other.training.seed) {
        return false;
    }
    forgetOrigin(one);
    forgetOrigin(other);
    return one == other;
}

Result<std::vector<FusionRecord>> recordsOfSeeds(const RunStore& store, std::int64_t run,
                                                 const FusionProbe& probe,
                                                 std::span<const AdapterRun> candidates) {
    const auto own = store.experiment(run);
    if (!own) {
        return fail(own.error());
    }
    std::vector<std::int64_t> runs{run};
    for (const AdapterRun& candidate : candidates) {
        if (candidate.run == run || !candidate.hasFusion) {
            continue;
        }
        // A design that can't be read any more is another design.
        const auto other = store.experiment(candidate.run);
        if (other && differInSeedAlone(*own, *other)) {
            runs.push_back(candidate.run);
        }
    }
    std::vector<FusionRecord> records;
    for (const std::int64_t each : runs) {
        auto record = lastRecord(store, each, probe);
        if (!record) {
            return fail(record.error());
        }
        if (*record) {
            records.push_back(std::move(**record));
        }
    }
    return records;
}

} // namespace awb
