#include "backend/run/fusion_study.h"

#include <set>
#include <utility>

#include "backend/checkpoint/inspect.h"
#include "backend/experiment/parameter_report.h"
#include "backend/train/run_control.h"

namespace awb {

namespace {

constexpr const char* kOwn = "target";

/// The design with the head alone on the frozen base.
Experiment headOnly(Experiment experiment, const std::string& name) {
    experiment.name = name;
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    return experiment;
}

Result<void> checkSource(const Experiment& source, const Experiment& target) {
    const bool trainsOne = source.adapters.size() == 1 && source.adapters.front().from.empty() &&
                           source.trainsAdapter(source.adapters.front().name) && !source.trainsBase() &&
                           source.composition == Composition::of(source.adapters.front().name);
    if (!trainsOne) {
        return fail("a source of a fusion trains one fresh adapter and nothing else beside its head",
                    source.name, "Give the experiment one adapter, in \"composition\" and in \"train\"");
    }
    if (source.baseModel != target.baseModel) {
        return fail("the source " + source.name + " has another base than the target",
                    source.baseModel + " and " + target.baseModel,
                    "Adapters only fit the base that they were trained in");
    }
    return {};
}

/// Makes and trains the designs of a study.
class Study {
public:
    Study(RunStore& store, const FusionStudyPlan& plan, RunControl& control, TrainingObserver& observer,
          const std::function<void(const Experiment&)>& announce)
        : m_store(store)
        , m_plan(plan)
        , m_control(control)
        , m_trials(store, control, observer, announce) {}

    Result<FusionStudy> run() {
        for (const Experiment& source : m_plan.sources) {
            if (auto trained = trainSource(source); !trained) {
                return fail(trained.error());
            }
        }
        add("head", "linear probe (head only)", design("head", {}));
        add("single", "single adapter", design("single", {fresh()}));
        add("fusion", "fusion of " + std::to_string(m_sources.size()) + " adapters",
            fusion("fusion", m_sources));
        addFusionWithOwn();
        Experiment full = design("full", {});
        full.train = {"full"};
        add("full", "full fine-tuning", full);
        return std::move(m_study);
    }

private:
    Result<void> trainSource(const Experiment& source) {
        const auto adapter = m_trials.score(source);
        if (!adapter) {
            return fail(adapter.error());
        }
        const auto head = m_trials.score(headOnly(source, source.name + "-head"));
        if (!head) {
            return fail(head.error());
        }
        const AdapterSpec& spec = source.adapters.front();
        m_study.sources.push_back(
            {spec.name, adapter->metric, adapter->run, adapter->validation, head->validation});
        m_sources.push_back(saved(spec, adapter->run, spec.name));
        return {};
    }

    /// The adapter as a run has saved it.
    AdapterSpec saved(AdapterSpec spec, std::int64_t run, const std::string& name) const {
        spec.from = (m_store.runFolder(run) / "adapters" / spec.name).string();
        spec.name = name;
        return spec;
    }
    AdapterSpec fresh() const {
        AdapterSpec spec = m_plan.sources.front().adapters.front();
        spec.name = kOwn;
        return spec;
    }

    Experiment design(const std::string& row, std::vector<AdapterSpec> adapters) const {
        Experiment experiment = headOnly(m_plan.target, m_plan.target.name + "-" + row);
        experiment.adapters = std::move(adapters);
        if (!experiment.adapters.empty()) {
            experiment.composition = Composition::of(experiment.adapters.front().name);
            experiment.train = {experiment.adapters.front().name};
        }
        return experiment;
    }
    Experiment fusion(const std::string& row, const std::vector<AdapterSpec>& adapters) const {
        Experiment experiment = design(row, adapters);
        std::vector<Composition> fused;
        for (const AdapterSpec& adapter : adapters) {
            fused.push_back(Composition::of(adapter.name));
        }
        experiment.composition = Composition::block(Composition::Kind::Fuse, std::move(fused));
        experiment.train = {std::string(kFusePrefix) + fusionName(experiment.composition)};
        return experiment;
    }

    TrialRow rowOf(const std::string& key, const std::string& title, const Experiment& design) const {
        TrialRow row;
        row.preset = key;
        row.title = title;
        if (const auto model = loadBaseConfig(design.baseModel)) {
            const auto report = countParameters(design, *model);
            row.parameters = design.trainsBase() ? baseParameterCount(*model) : report ? report->trained : 0;
        }
        return row;
    }
    void add(const std::string& key, const std::string& title, const Experiment& design) {
        if (m_control.stopRequested()) {
            return;
        }
        m_study.rows.push_back(rowOf(key, title, design));
        m_trials.fill(m_study.rows.back(), design, m_plan.seeds, m_plan.learningRates);
    }

    /// Every seed fuses the adapter that the same seed has trained alone.
    void addFusionWithOwn() {
        if (m_control.stopRequested()) {
            return;
        }
        const TrialRow single = m_study.rows[1];
        const auto designFor = [&](std::size_t seed) {
            std::vector<AdapterSpec> adapters = m_sources;
            adapters.push_back(saved(fresh(), single.runs[seed], kOwn));
            return fusion("fusion-own", adapters);
        };
        if (single.error) {
            return;
        }
        TrialRow row = rowOf("fusion-own", "fusion with the single adapter", designFor(0));
        std::vector<double> rates = m_plan.learningRates;
        for (std::size_t i = 0; i < single.runs.size() && !row.error; ++i) {
            m_trials.fill(row, designFor(i), {m_plan.seeds[i]}, rates);
            rates = {row.learningRate};
        }
        m_study.rows.push_back(std::move(row));
    }

    RunStore& m_store;
    const FusionStudyPlan& m_plan;
    RunControl& m_control;
    Trials m_trials;
    FusionStudy m_study;
    std::vector<AdapterSpec> m_sources;
};

} // namespace

Result<void> checkFusionStudy(const FusionStudyPlan& plan) {
    if (plan.sources.size() < 2) {
        return fail("a fusion needs two adapters at least", {}, "Name two or more source experiments");
    }
    if (!plan.target.adapters.empty()) {
        return fail("the target task of a fusion has adapters of its own", plan.target.name,
                    "Leave \"adapters\" and \"composition\" out: the study puts the sources' adapters in");
    }
    if (plan.seeds.empty()) {
        return fail("there is no seed", {}, "Name one or more seeds");
    }
    std::set<std::string> names{kOwn};
    for (const Experiment& source : plan.sources) {
        if (auto checked = checkSource(source, plan.target); !checked) {
            return checked;
        }
        const AdapterSpec& adapter = source.adapters.front();
        if (!names.insert(adapter.name).second) {
            return fail("two adapters of the fusion are called " + adapter.name, source.name,
                        "Give every source's adapter a name of its own (not \"target\")");
        }
        if (adapter.config != plan.sources.front().adapters.front().config) {
            return fail("the adapter " + adapter.name + " has other options than the first source's",
                        source.name, "Compare adapters of one kind and size");
        }
    }
    return {};
}

Result<FusionStudy> runFusionStudy(RunStore& store, const FusionStudyPlan& plan, RunControl& control,
                                   TrainingObserver& observer,
                                   const std::function<void(const Experiment&)>& announce) {
    if (auto checked = checkFusionStudy(plan); !checked) {
        return fail(checked.error());
    }
    return Study(store, plan, control, observer, announce).run();
}

} // namespace awb
