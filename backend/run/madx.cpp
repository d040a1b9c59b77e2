#include "backend/run/madx.h"

#include <algorithm>

#include "backend/run/pretraining.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

class MadxRun {
public:
    MadxRun(const RunStore& store, Trials& trials, const MadxExperiment& experiment)
        : m_store(store)
        , m_trials(trials)
        , m_experiment(experiment) {}

    Result<void> all() {
        if (auto made = makeBase(); !made) {
            return made;
        }
        for (const MadxLanguage& language : m_experiment.languages) {
            if (auto trained = trainLanguage(language); !trained) {
                return trained;
            }
        }
        for (const MadxOrder order : kMadxOrders) {
            for (const MadxLanguage& source : m_experiment.languages) {
                if (!source.isSource()) {
                    continue;
                }
                if (auto done = transfer(source, order); !done) {
                    return done;
                }
            }
        }
        return {};
    }
    MadxReport take() { return std::move(m_report); }

private:
    Result<void> makeBase() {
        if (m_experiment.pretraining) {
            const auto base = pretrain(m_store, m_trials, *m_experiment.pretraining, {});
            if (!base) {
                return fail(base.error());
            }
            m_experiment.baseModel = base->folder.string();
        }
        m_report.base = m_experiment.baseModel;
        return {};
    }

    Result<void> trainLanguage(const MadxLanguage& language) {
        const auto run = m_trials.run(languageDesign(m_experiment, language));
        if (!run) {
            return fail(run.error());
        }
        m_report.languages[language.name] = run->id;
        return {};
    }

    fs::path adapterOf(const MadxLanguage& language) const {
        return m_store.runFolder(m_report.languages.at(language.name)) / "adapters" / language.name;
    }

    /// A task adapter in one order, and its scores in all target languages.
    Result<void> transfer(const MadxLanguage& source, MadxOrder order) {
        const auto trained = m_trials.run(taskDesign(m_experiment, source, order, adapterOf(source)));
        if (!trained) {
            return fail(trained.error());
        }
        m_report.metric = trained->mainMetric;
        if (auto same = noteFrozen(source, order, trained->id); !same) {
            return same;
        }
        const fs::path folder = m_store.runFolder(trained->id);
        const TrainedTask task{folder / "adapters" / m_experiment.task.adapter.name,
                               folder / "heads" / m_experiment.task.head.name};
        for (const MadxLanguage& target : m_experiment.languages) {
            if (!target.isTarget()) {
                continue;
            }
            if (auto scored = score(source, target, order, task); !scored) {
                return scored;
            }
        }
        return {};
    }

    Result<void> noteFrozen(const MadxLanguage& source, MadxOrder order, std::int64_t run) {
        auto parts = readFrozenRecord(m_store.runFolder(run));
        if (!parts) {
            return fail(parts.error());
        }
        for (const auto& [name, part] : *parts) {
            if (part.before != part.after) {
                return fail("the frozen " + name + " was changed", "run " + std::to_string(run));
            }
        }
        m_report.frozen.push_back({source.name, order, run, std::move(*parts)});
        return {};
    }

    Result<void> score(const MadxLanguage& source, const MadxLanguage& target, MadxOrder order,
                       const TrainedTask& task) {
        const auto run =
            m_trials.run(transferDesign(m_experiment, source, target, order, adapterOf(target), task));
        if (!run) {
            return fail(run.error());
        }
        const auto found = run->metrics.find("test." + m_report.metric);
        if (found == run->metrics.end()) {
            return fail("the run has no " + m_report.metric + " on the test split",
                        "run " + std::to_string(run->id), "Look at the test file of " + target.name);
        }
        m_report.scores.push_back({source.name, target.name, order, found->second, run->id});
        return {};
    }

    const RunStore& m_store;
    Trials& m_trials;
    MadxExperiment m_experiment; ///< with the base that was made
    MadxReport m_report;
};

} // namespace

const MadxScore* MadxReport::find(MadxOrder order, std::string_view source, std::string_view target) const {
    const auto found = std::ranges::find_if(scores, [&](const MadxScore& each) {
        return each.order == order && each.source == source && each.target == target;
    });
    return found == scores.end() ? nullptr : &*found;
}

Result<MadxReport> runMadx(RunStore& store, const MadxExperiment& experiment, RunControl& control,
                           TrainingObserver& observer,
                           const std::function<void(const Experiment&)>& announce) {
    Trials trials(store, control, observer, announce);
    MadxRun run(store, trials, experiment);
    if (auto done = run.all(); !done && !control.stopRequested()) {
        return fail(done.error());
    }
    return run.take();
}

} // namespace awb
