#include "backend/analysis/wider_run.h"

namespace awb {

namespace {

/// Widens what is narrower; false where nothing is.
bool widen(ReductionFactor& factor) {
    bool isWider = false;
    const auto change = [&isWider](double& value) {
        if (value > kWideFactor) {
            value = kWideFactor;
            isWider = true;
        }
    };
    if (factor.fallback) {
        change(*factor.fallback);
    }
    for (auto& [layer, value] : factor.perLayer) {
        change(value);
    }
    return isWider;
}

bool isSameDesign(Experiment one, Experiment other) {
    for (Experiment* each : {&one, &other}) {
        each->name.clear();
        each->notes.clear();
        for (AdapterSpec& adapter : each->adapters) {
            adapter.preset.clear();
        }
    }
    return one == other;
}

} // namespace

std::optional<Experiment> widerDesign(const Experiment& experiment) {
    Experiment wider = experiment;
    bool isWider = false;
    for (AdapterSpec& adapter : wider.adapters) {
        for (MethodConfig& part : adapter.config.parts) {
            if (part.isBottleneck() && adapter.from.empty() && experiment.trainsAdapter(adapter.name)) {
                isWider = widen(part.bottleneck.reductionFactor) || isWider;
            }
        }
    }
    if (!isWider) {
        return std::nullopt;
    }
    wider.name += ", reduction factor 2";
    return wider;
}

Result<std::optional<WiderRun>> findWiderRun(const RunStore& store, std::int64_t run) {
    const auto own = store.run(run);
    if (!own) {
        return fail(own.error());
    }
    const auto design = store.experiment(run);
    if (!design) {
        return fail(design.error());
    }
    const auto wider = widerDesign(*design);
    const auto ownScore = own->score("validation");
    if (!wider || !ownScore) {
        return std::nullopt;
    }
    const auto rows = store.runs();
    if (!rows) {
        return fail(rows.error());
    }
    std::optional<WiderRun> found;
    for (const RunRow& row : *rows) {
        const auto score = row.score("validation");
        // Reading a design is dear, so first what the rows tell.
        const bool isCandidate = row.state == RunState::Finished && row.baseHash == own->baseHash &&
                                 row.datasetHash == own->datasetHash && row.totalSteps == own->totalSteps &&
                                 row.trainableParameters > own->trainableParameters && score;
        if (!isCandidate || (found && found->run > row.id)) {
            continue;
        }
        // A design that can't be read any more is another design.
        if (const auto other = store.experiment(row.id); other && isSameDesign(*wider, *other)) {
            found = WiderRun{row.id, *score, *ownScore};
        }
    }
    return found;
}

} // namespace awb
