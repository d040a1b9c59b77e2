#include "backend/run/madx.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "backend/run/pretraining.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

/// Where runs come from: they are made, or only looked for and then may be missing.
struct RunSupply {
    std::function<Result<std::optional<fs::path>>(const PretrainingSpec&)> base;
    std::function<Result<std::optional<RunRow>>(const Experiment&)> run;
    std::function<void(const MadxReport&)> completed;
};

double lastLoss(const RunStore& store, std::int64_t run) {
    const auto series = store.series(run);
    if (!series || series->steps.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const std::size_t count = std::max<std::size_t>(1, series->steps.size() / 10);
    double sum = 0;
    for (std::size_t i = series->steps.size() - count; i < series->steps.size(); ++i) {
        sum += series->steps[i].loss;
    }
    return sum / static_cast<double>(count);
}

class MadxRun {
public:
    MadxRun(const RunStore& store, const MadxExperiment& experiment, RunSupply supply)
        : m_store(store)
        , m_experiment(experiment)
        , m_supply(std::move(supply)) {
        m_report.allRuns = madxRunCount(experiment);
    }

    Result<void> all() {
        if (auto made = makeBase(); !made || m_report.base.empty()) {
            return made;
        }
        for (const MadxLanguage& language : m_experiment.languages) {
            if (auto trained = trainLanguage(language); !trained) {
                return trained;
            }
        }
        for (const MadxOrder order : m_experiment.orders) {
            for (const MadxLanguage& source : m_experiment.languages) {
                for (const std::int64_t seed : m_experiment.seeds) {
                    if (!source.isSource()) {
                        continue;
                    }
                    if (auto done = transfer(source, {order, seed}); !done) {
                        return done;
                    }
                }
            }
        }
        return {};
    }
    MadxReport take() { return std::move(m_report); }

private:
    void count() {
        ++m_report.runs;
        if (m_supply.completed) {
            m_supply.completed(m_report);
        }
    }

    Result<void> makeBase() {
        if (!m_experiment.pretraining) {
            m_report.base = m_experiment.baseModel;
            return {};
        }
        const auto base = m_supply.base(*m_experiment.pretraining);
        if (!base) {
            return fail(base.error());
        }
        if (*base) {
            m_report.base = m_experiment.baseModel = (*base)->string();
            count();
        }
        return {};
    }

    Result<void> trainLanguage(const MadxLanguage& language) {
        const auto run = m_supply.run(languageDesign(m_experiment, language));
        if (!run) {
            return fail(run.error());
        }
        if (*run) {
            m_report.languages[language.name] = {(*run)->id, lastLoss(m_store, (*run)->id)};
            count();
        }
        return {};
    }

    /// None where the language's adapter is not there; an empty path where the order does without.
    std::optional<fs::path> adapterOf(const MadxLanguage& language, MadxOrder order) const {
        if (order == MadxOrder::TaskAlone) {
            return fs::path();
        }
        const auto found = m_report.languages.find(language.name);
        if (found == m_report.languages.end()) {
            return std::nullopt;
        }
        return m_store.runFolder(found->second.run) / "adapters" / language.name;
    }

    /// A task adapter, and its scores in all target languages.
    Result<void> transfer(const MadxLanguage& source, const MadxVariant& variant) {
        const auto adapter = adapterOf(source, variant.order);
        if (!adapter) {
            return {};
        }
        const auto trained = m_supply.run(taskDesign(m_experiment, source, variant, *adapter));
        if (!trained) {
            return fail(trained.error());
        }
        if (!*trained) {
            return {};
        }
        m_report.metric = (*trained)->mainMetric;
        if (auto same = noteFrozen(source, variant, (*trained)->id); !same) {
            return same;
        }
        count();
        const fs::path folder = m_store.runFolder((*trained)->id);
        const TrainedTask task{folder / "adapters" / m_experiment.task.adapter.name,
                               folder / "heads" / m_experiment.task.head.name};
        for (const int dropped : m_experiment.dropLayers) {
            for (const MadxLanguage& target : m_experiment.languages) {
                if (!target.isTarget()) {
                    continue;
                }
                if (auto scored = score(source, target, variant, dropped, task); !scored) {
                    return scored;
                }
            }
        }
        return {};
    }

    Result<void> noteFrozen(const MadxLanguage& source, const MadxVariant& variant, std::int64_t run) {
        auto parts = readFrozenRecord(m_store.runFolder(run));
        if (!parts) {
            return fail(parts.error());
        }
        for (const auto& [name, part] : *parts) {
            if (part.before != part.after) {
                return fail("the frozen " + name + " was changed", "run " + std::to_string(run));
            }
        }
        m_report.frozen.push_back({source.name, variant, run, std::move(*parts)});
        return {};
    }

    Result<void> score(const MadxLanguage& source, const MadxLanguage& target, const MadxVariant& variant,
                       int dropped, const TrainedTask& task) {
        const auto adapter = adapterOf(target, variant.order);
        if (!adapter) {
            return {};
        }
        const auto run =
            m_supply.run(transferDesign(m_experiment, source, target, variant, dropped, *adapter, task));
        if (!run) {
            return fail(run.error());
        }
        if (!*run) {
            return {};
        }
        const RunRow& row = **run;
        const auto found = row.metrics.find("test." + m_report.metric);
        if (found == row.metrics.end()) {
            return fail("the run has no " + m_report.metric + " on the test split",
                        "run " + std::to_string(row.id), "Look at the test file of " + target.name);
        }
        m_report.scores.push_back({source.name, target.name, variant, dropped, found->second, row.id});
        count();
        return {};
    }

    const RunStore& m_store;
    MadxExperiment m_experiment; ///< with the base that was made
    RunSupply m_supply;
    MadxReport m_report;
};

} // namespace

int madxRunCount(const MadxExperiment& experiment) {
    const auto sources = std::ranges::count_if(experiment.languages, &MadxLanguage::isSource);
    const auto targets = std::ranges::count_if(experiment.languages, &MadxLanguage::isTarget);
    const auto adapters = static_cast<std::ptrdiff_t>(experiment.orders.size() * experiment.seeds.size());
    const auto scores = targets * static_cast<std::ptrdiff_t>(experiment.dropLayers.size());
    return static_cast<int>(std::ssize(experiment.languages) + sources * adapters * (1 + scores)) +
           (experiment.pretraining ? 1 : 0);
}

void MadxReport::absorb(const MadxReport& earlier) {
    languages.insert(earlier.languages.begin(), earlier.languages.end());
    metric = metric.empty() ? earlier.metric : metric;
    std::set<std::int64_t> known;
    for (const MadxScore& score : scores) {
        known.insert(score.run);
    }
    std::ranges::copy_if(earlier.scores, std::back_inserter(scores),
                         [&](const MadxScore& score) { return !known.contains(score.run); });
    runs = std::max(runs, earlier.runs);
}

MadxCell MadxReport::cell(MadxOrder order, std::string_view source, std::string_view target,
                          int dropped) const {
    MadxCell cell;
    for (const MadxScore& each : scores) {
        if (each.variant.order == order && each.source == source && each.target == target &&
            each.dropped == dropped) {
            cell.scores.push_back(each.score);
            cell.runs.push_back(each.run);
        }
    }
    return cell;
}

Result<MadxReport> runMadx(RunStore& store, const MadxExperiment& experiment, RunControl& control,
                           TrainingObserver& observer, const MadxEvents& events) {
    if (auto problem = problemOf(experiment)) {
        return fail(std::move(*problem));
    }
    Trials trials(store, control, observer, events.announce);
    RunSupply supply;
    supply.base = [&](const PretrainingSpec& spec) -> Result<std::optional<fs::path>> {
        const auto base = pretrain(store, trials, spec, {});
        return base ? Result<std::optional<fs::path>>(base->folder) : fail(base.error());
    };
    supply.run = [&](const Experiment& design) -> Result<std::optional<RunRow>> {
        const auto row = trials.run(design);
        return row ? Result<std::optional<RunRow>>(*row) : fail(row.error());
    };
    supply.completed = events.completed;
    MadxRun run(store, experiment, std::move(supply));
    if (control.stopRequested()) { // while it waited for its turn
        return run.take();
    }
    if (auto done = run.all(); !done && !control.stopRequested()) {
        return fail(done.error());
    }
    return run.take();
}

Result<MadxReport> recordedMadx(const RunStore& store, const MadxExperiment& experiment) {
    KnownRuns known(store);
    RunSupply supply;
    supply.base = [&](const PretrainingSpec& spec) { return findPretrained(store, known, spec); };
    supply.run = [&](const Experiment& design) { return known.finished(design); };
    MadxRun run(store, experiment, std::move(supply));
    if (auto done = run.all(); !done) {
        return fail(done.error());
    }
    return run.take();
}

} // namespace awb
