#include "backend/run/ablation.h"

#include <algorithm>
#include <map>
#include <set>

namespace awb {

namespace {

using Key = std::pair<int, std::optional<BlockPart>>;

/// Where each adapter has modules.
struct Places {
    std::vector<std::string> adapters;
    std::vector<std::set<Key>> of; ///< one an adapter
};

bool isPartSite(const ModulePlace& place) {
    return isBottleneckSite(place.site);
}

Key keyOf(const ModulePlace& place, bool byPart) {
    if (!byPart) {
        return {place.layer, std::nullopt};
    }
    return {place.layer, isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward};
}

Result<Places> placesOf(const OpenedRun& run) {
    Places places;
    std::vector<std::vector<ModulePlace>> modules;
    for (const std::string& name : run.experiment().composition.leaves()) {
        if (std::ranges::count(places.adapters, name) > 0) {
            continue;
        }
        auto own = run.modules(name);
        if (!own) {
            return fail(own.error());
        }
        places.adapters.push_back(name);
        modules.push_back(std::move(*own));
    }
    const bool byPart =
        std::ranges::all_of(modules, [](const auto& own) { return std::ranges::all_of(own, isPartSite); });
    for (const auto& own : modules) {
        std::set<Key> keys;
        for (const ModulePlace& place : own) {
            if (place.layer != kNoLayer) {
                keys.insert(keyOf(place, byPart));
            }
        }
        places.of.push_back(std::move(keys));
    }
    return places;
}

AdapterRules without(const std::string& adapter, const std::optional<AblationPlace>& place) {
    AdapterRule rule;
    rule.adapter = adapter;
    rule.kind = AdapterRule::Kind::Forbid;
    if (place) {
        rule.layer = place->layer;
        rule.part = place->part;
    }
    return {rule};
}

/// Counts the scores that are done.
class Scorer {
public:
    Scorer(OpenedRun& run, RunControl& control, const std::function<void(double)>& progress, std::size_t all)
        : m_run(run)
        , m_control(control)
        , m_progress(progress)
        , m_all(static_cast<double>(all)) {}

    Result<ModelScore> score(const AdapterRules& rules) {
        auto score = m_run.score(rules, m_control, [this](double share) {
            if (m_progress) {
                m_progress((m_done + share) / m_all);
            }
        });
        ++m_done;
        return score;
    }

private:
    OpenedRun& m_run;
    RunControl& m_control;
    const std::function<void(double)>& m_progress;
    double m_all;
    double m_done = 0;
};

} // namespace

Result<AblationMap> ablate(OpenedRun& run, RunControl& control, const std::function<void(double)>& progress) {
    const auto places = placesOf(run);
    if (!places) {
        return fail(places.error());
    }
    if (places->adapters.empty()) {
        return fail("the run has no adapters that could be left out", "run " + std::to_string(run.run()),
                    "Choose a run with adapters");
    }
    AblationMap map;
    map.sample = run.sample();
    map.adapters = places->adapters;
    std::set<Key> all;
    std::size_t scores = 1 + map.adapters.size();
    for (const std::set<Key>& own : places->of) {
        all.insert(own.begin(), own.end());
        scores += own.size();
    }
    Scorer scorer(run, control, progress, scores);
    const auto put = [&](const AdapterRules& rules, ModelScore& into) -> Result<void> {
        auto score = scorer.score(rules);
        if (!score) {
            return fail(score.error());
        }
        into = *score;
        return {};
    };
    if (auto done = put({}, map.reference); !done) {
        return fail(done.error());
    }
    map.everywhere.resize(map.adapters.size());
    map.cells.resize(all.size() * map.adapters.size());
    for (std::size_t k = 0; k < map.adapters.size(); ++k) {
        if (auto done = put(without(map.adapters[k], {}), map.everywhere[k]); !done) {
            return fail(done.error());
        }
    }
    for (const Key& key : all) {
        const AblationPlace place{key.first, key.second};
        for (std::size_t k = 0; k < map.adapters.size(); ++k) {
            ModelScore& cell = map.cells[map.places.size() * map.adapters.size() + k];
            if (!places->of[k].contains(key)) {
                continue;
            }
            if (auto done = put(without(map.adapters[k], place), cell); !done) {
                return fail(done.error());
            }
        }
        map.places.push_back(place);
    }
    return map;
}

} // namespace awb
