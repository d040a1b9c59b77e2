#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/analysis/ablation_map.h"
#include "backend/analysis/fusion_record.h"
#include "backend/storage/run_store.h"
#include "backend/train/run_control.h"
#include "backend/train/run_setup.h"
#include "models/config/adapter_rules.h"
#include "models/config/placement.h"

namespace awb {

struct SiteObservation;

/// What a model says to texts.
struct TextAnswers {
    HeadType type = HeadType::Classification; ///< Classification, MultiLabel or Regression
    std::vector<std::string> labels;          ///< L names; empty for Regression
    /// One row a text: L probabilities (Classification: they sum to 1), or the predicted number.
    std::vector<std::vector<double>> values;
};

/// An example of the run's data, to try.
struct SampleText {
    std::string text;  ///< of a task over pairs both texts with a tab between them
    std::string label; ///< the right answer; empty where it has none or several
};

/// Which examples a run is opened over.
struct SampleWish {
    std::size_t examples = 500;       ///< at most
    std::string split = {};           ///< empty: validation, or train where there is none
    std::optional<std::int64_t> seed; ///< by which they are drawn; none: the run's
};

/// The model of a finished run, opened again from its files, over a sample of one of its splits. For the
/// thread that owns the torch objects. What takes long looks at `control` and throws StopRequested.
class OpenedRun {
public:
    /// `progress` gets an activity and 0..1 (-1: unknown), and may throw StopRequested. Errors: the run is
    /// not finished; its files, its base or its data are gone or not what they were; it has no such split.
    static Result<std::unique_ptr<OpenedRun>>
    open(const RunStore& store, std::int64_t run, const SetupProgress& progress, const SampleWish& wish = {});
    ~OpenedRun();
    OpenedRun(const OpenedRun&) = delete;
    OpenedRun& operator=(const OpenedRun&) = delete;

    std::int64_t run() const { return m_run; }
    const Experiment& experiment() const { return m_experiment; }
    const ScoreSample& sample() const { return m_sample; }
    /// A few examples of the scored split, spread over it; none of tasks that have no texts as such.
    const std::vector<SampleText>& texts() const { return m_texts; }
    /// The modules of an adapter that run, see `modulesOf`; AdapterDrop's layers are left out.
    Result<std::vector<ModulePlace>> modules(const std::string& adapter) const;

    /// Loss and main metric on the sample under rules. Errors: rules that don't fit (`checkRules`).
    Result<ModelScore> score(const AdapterRules& rules, RunControl& control,
                             const std::function<void(double)>& progress = {});
    /// The first head's answers under rules; of a task over pairs a tab stands between the two texts. Errors:
    /// a task that says something of every token; rules that don't fit.
    Result<TextAnswers> answer(const std::vector<std::string>& texts, const AdapterRules& rules,
                               RunControl& control);

    /// The sample's tokens.
    const TokenizedSplit& examples() const { return m_examples; }
    /// The token of an id, as the vocabulary has it.
    std::string token(int id) const;
    const AdapterModel& model() const { return *m_setup.model; }
    /// One pass over the sample as it was trained, without gradients: `begin` gets each batch before it runs,
    /// `observe` what every module does in it. Modules of a Split or BatchSplit see a part of a batch.
    Result<void> watch(const std::function<void(const PaddedBatch&)>& begin,
                       const std::function<void(const SiteObservation&)>& observe, RunControl& control,
                       const std::function<void(double)>& progress);

    /// What the fusions' weights are measured on: some two dozen examples of the sample.
    const std::vector<FusionProbe>& probes() const { return m_probes; }
    /// The weights of all fusions under rules, every token's included; empty for a run without fusions.
    /// Errors: rules that don't fit.
    Result<std::vector<FusionRecord>> weights(const AdapterRules& rules, RunControl& control);

private:
    OpenedRun(std::int64_t run, Experiment experiment, RunSetup setup, const TokenizedSplit& split,
              const SampleWish& wish);
    void adoptData(const Dataset& dataset);
    ForwardContext contextFor(const AdapterRules& rules, RunControl& control) const;
    Result<void> check(const AdapterRules& rules) const;
    /// A pass lowers a fusion's temperature: each score starts with that of the run's end.
    void resetTemperatures();
    TokenizedSplit tokenize(const std::string& text) const;

    std::int64_t m_run;
    Experiment m_experiment;
    RunSetup m_setup;
    std::unique_ptr<BatchRunner> m_runner;
    TokenizedSplit m_examples;
    ScoreSample m_sample;
    std::vector<SampleText> m_texts;
    std::vector<FusionProbe> m_probes;
    bool m_pairs = false; ///< an example is two texts
    std::map<std::string, double> m_temperatures;
};

} // namespace awb
