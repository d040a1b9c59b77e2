#include "backend/run/adapter_study.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "backend/run/low_rank.h"
#include "backend/run/study_recorder.h"
#include "backend/text/token_text.h"
#include "backend/train/random_stream.h"
#include "models/config/method.h"

namespace awb {

namespace {

constexpr std::size_t kComparedTokens = 1000;
/// Comparing keeps the square of the tokens for each module: 256 MB.
constexpr double kMostProducts = 64e6;
constexpr std::size_t kUnits = 8;
constexpr std::size_t kContext = 10;
/// Of the root mean square: see UnitActivity.
constexpr double kActive = 0.1;
/// How much of the work the pass is.
constexpr double kPassShare = 0.9;

/// They are exactly 0 where a unit is off.
bool switchesOff(const std::string& nonLinearity) {
    constexpr std::array<std::string_view, 3> kRectifiers{"relu", "relu6", "relu2"};
    return std::ranges::find(kRectifiers, nonLinearity) != kRectifiers.end();
}

/// A module with all that is known before the pass.
struct Planned {
    ModuleStudy study;
    std::string nonLinearity; ///< empty: none
};

Result<std::vector<Planned>> plan(const OpenedRun& run) {
    std::vector<Planned> planned;
    std::vector<std::string> names;
    for (const std::string& name : run.experiment().composition.leaves()) {
        if (std::ranges::count(names, name) > 0) {
            continue;
        }
        names.push_back(name);
        const auto places = run.modules(name);
        if (!places) {
            return fail(places.error());
        }
        for (const ModulePlace& place : *places) {
            Planned module;
            module.study = {name, place.layer, place.site, place.bottleneck, {}, {}, {}};
            const MethodConfig* part = methodAt(run.model(), name, place.layer, place.site);
            if (part != nullptr && part->isBottleneck() && isBottleneckSite(place.site) &&
                part->bottleneck.nonLinearity != "linear") {
                module.nonLinearity = part->bottleneck.nonLinearity;
            }
            planned.push_back(std::move(module));
        }
    }
    if (planned.empty()) {
        return fail("the run has no adapters that could be studied", "run " + std::to_string(run.run()),
                    "Choose a run with adapters");
    }
    return planned;
}

/// Places of tokens without repetition, ascending.
std::vector<std::size_t> drawTokens(std::size_t tokens, std::size_t modules, std::int64_t seed) {
    const auto affordable = static_cast<std::size_t>(std::sqrt(kMostProducts / static_cast<double>(modules)));
    RandomStream random(static_cast<std::uint64_t>(seed), 0, RandomPurpose::StudyTokens);
    return random.draw(tokens, std::min({tokens, kComparedTokens, affordable}));
}

ChangeSize changeSize(const StudyRecorder::Seen& seen) {
    const auto tokens = static_cast<double>(seen.tokens);
    const double mean = seen.sum / tokens;
    return {mean, std::sqrt(std::max(0.0, seen.squares / tokens - mean * mean))};
}

FiringToken firingToken(const OpenedRun& run, const FiringUnits::Occurrence& occurrence) {
    const TokenizedSplit& split = run.examples();
    const auto next = std::ranges::upper_bound(split.offsets, occurrence.place);
    const std::size_t end = std::min(*next, occurrence.place + 1 + kContext);
    const std::size_t first = *std::prev(next);
    const std::size_t begin = occurrence.place - std::min(occurrence.place - first, kContext);
    const auto text = [&](std::size_t from, std::size_t to) {
        std::vector<std::string> tokens;
        for (std::size_t place = from; place < to; ++place) {
            tokens.push_back(run.token(split.ids[place]));
        }
        return textOfTokens(tokens);
    };
    // Taken from texts with the token, so that they say whether a word goes on or a new one begins beside it.
    const std::size_t own = text(occurrence.place, occurrence.place + 1).size();
    const std::string before = text(begin, occurrence.place + 1);
    const std::string after = text(occurrence.place, end);
    return {run.token(occurrence.id), static_cast<double>(occurrence.activation),
            before.substr(0, before.size() - own), after.substr(own)};
}

UnitActivity activityOf(const OpenedRun& run, const StudyRecorder::Seen& seen,
                        const std::string& nonLinearity) {
    UnitActivity activity;
    const std::vector<float>& values = seen.activations.values;
    const auto count = static_cast<double>(std::max<std::size_t>(1, values.size()));
    const bool isRectified = switchesOff(nonLinearity);
    if (!isRectified) {
        double squares = 0;
        for (const float value : values) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        activity.threshold = kActive * std::sqrt(squares / count);
    }
    const auto active = std::ranges::count_if(
        values, [&](float value) { return std::abs(static_cast<double>(value)) > activity.threshold; });
    activity.activeShare = static_cast<double>(active) / count;
    activity.deadUnits = seen.units->deadUnits(activity.threshold);
    for (const FiringUnits::Unit& unit : seen.units->strongest(kUnits)) {
        FiringUnit firing{unit.unit, unit.peak, unit.mean, {}};
        for (const FiringUnits::Occurrence& occurrence : unit.tokens) {
            firing.tokens.push_back(firingToken(run, occurrence));
        }
        activity.units.push_back(std::move(firing));
    }
    return activity;
}

/// What the modules' changes have in common; an empty matrix where a module was not seen.
std::vector<float> similarities(const StudyRecorder& recorder) {
    std::vector<FloatMatrix> changes;
    for (std::size_t i = 0; i < recorder.modules().size(); ++i) {
        changes.push_back(recorder.seen(i).changes);
    }
    return linearCka(changes);
}

} // namespace

Result<AdapterStudy> studyAdapters(OpenedRun& run, RunControl& control,
                                   const std::function<void(double)>& progress) {
    auto planned = plan(run);
    if (!planned) {
        return fail(planned.error());
    }
    const std::size_t tokens = run.examples().ids.size();
    const std::vector<std::size_t> chosen = drawTokens(tokens, planned->size(), run.sample().seed);
    std::vector<WatchedModule> watched;
    for (const Planned& module : *planned) {
        const std::size_t units =
            module.nonLinearity.empty() ? 0 : static_cast<std::size_t>(module.study.size);
        watched.push_back({module.study.adapter, module.study.layer, module.study.site, units});
    }
    StudyRecorder recorder(run.examples(), std::move(watched), chosen);
    const auto passed = run.watch([&](const PaddedBatch& batch) { recorder.begin(batch); },
                                  [&](const SiteObservation& seen) { recorder.observe(seen); }, control,
                                  [&](double done) {
                                      if (progress) {
                                          progress(kPassShare * done);
                                      }
                                  });
    if (!passed) {
        return fail(passed.error());
    }
    AdapterStudy study;
    study.sample = {run.sample().split,
                    run.sample().seed,
                    run.sample().examples,
                    run.sample().all,
                    static_cast<std::int64_t>(tokens),
                    static_cast<std::int64_t>(chosen.size())};
    for (std::size_t i = 0; i < planned->size(); ++i) {
        control.safePoint();
        ModuleStudy& module = (*planned)[i].study;
        const StudyRecorder::Seen& seen = recorder.seen(i);
        if (seen.tokens > 0) {
            module.change = changeSize(seen);
        }
        if (!seen.activations.isEmpty()) {
            module.activity = activityOf(run, seen, (*planned)[i].nonLinearity);
        }
        auto values = singularValuesAt(run.model(), module.adapter, module.layer, module.site);
        if (!values) {
            return fail(values.error());
        }
        module.singularValues = std::move(*values);
        study.modules.push_back(std::move(module));
    }
    study.similarity = similarities(recorder);
    if (progress) {
        progress(1);
    }
    return study;
}

} // namespace awb
