#include "backend/run/opened_run.h"

#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "backend/run/reopen_run.h"
#include "backend/text/tokenizer.h"
#include "backend/train/batch_runner.h"
#include "backend/train/evaluation.h"
#include "backend/train/fusion_recorder.h"
#include "backend/train/metrics.h"
#include "backend/train/run_errors.h"
#include "backend/train/sample_split.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

constexpr std::size_t kTexts = 12;

// Small batches of texts of like length: padding would be most of the work.
constexpr int kWatchedRows = 16;

/// The named split, or that which scores are taken on; null where the run has none of this name.
const TokenizedSplit* chosenSplit(const RunSetup& setup, const std::string& name) {
    if (!name.empty()) {
        const TokenizedSplit* split = setup.split(name);
        return split != nullptr && split->size() > 0 ? split : nullptr;
    }
    const TokenizedSplit* validation = setup.split("validation");
    return validation != nullptr && validation->size() > 0 ? validation : setup.split("train");
}

std::vector<std::string> labelNames(const HeadConfig& head) {
    std::vector<std::string> names = head.labels;
    for (int label = static_cast<int>(names.size()); label < head.numLabels; ++label) {
        names.push_back("LABEL_" + std::to_string(label));
    }
    return names;
}

/// One text's logits [1, outputs] as what they mean.
std::vector<double> valuesOf(const torch::Tensor& logits, HeadType type) {
    const torch::Tensor row = logits[0].to(torch::kFloat64);
    const torch::Tensor values = (type == HeadType::Classification ? torch::softmax(row, -1)
                                  : type == HeadType::MultiLabel   ? torch::sigmoid(row)
                                                                   : row)
                                     .contiguous();
    return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

} // namespace

Result<std::unique_ptr<OpenedRun>> OpenedRun::open(const RunStore& store, std::int64_t run,
                                                   const SetupProgress& progress,
                                                   const SampleWish& wish) try {
    const torch::NoGradGuard guard;
    auto reopened = reopenRun(store, run, progress);
    if (!reopened) {
        return fail(reopened.error());
    }
    const TokenizedSplit* split = chosenSplit(reopened->setup, wish.split);
    if (split == nullptr) {
        return fail("the run has no split of this name, or an empty one", wish.split,
                    "Choose train, validation or test");
    }
    std::unique_ptr<OpenedRun> opened(
        new OpenedRun(run, std::move(reopened->experiment), std::move(reopened->setup), *split, wish));
    opened->adoptData(*reopened->dataset);
    return opened;
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

OpenedRun::OpenedRun(std::int64_t run, Experiment experiment, RunSetup setup, const TokenizedSplit& split,
                     const SampleWish& wish)
    : m_run(run)
    , m_experiment(std::move(experiment))
    , m_setup(std::move(setup))
    , m_runner(
          std::make_unique<BatchRunner>(*m_setup.model, m_setup.padId, isPerToken(m_setup.task.type()))) {
    const std::int64_t seed = wish.seed.value_or(m_experiment.training.seed);
    m_examples = sampleOf(split, wish.examples, seed);
    m_sample = {split.name, seed, static_cast<std::int64_t>(m_examples.size()),
                static_cast<std::int64_t>(split.size()), m_setup.plan.mainMetric};
    for (const std::string& fusion : m_setup.model->fusionNames()) {
        m_temperatures[fusion] = m_setup.model->fusionTemperature(fusion);
    }
    m_setup.splits.clear(); // the sample alone is needed from now on
    ProbeSource source;
    source.split = &m_examples;
    source.classNames = m_setup.task.heads.front().labels;
    source.token = [this](int id) { return token(id); };
    source.seed = m_sample.seed;
    m_probes = drawProbes(*m_setup.model, source);
}

OpenedRun::~OpenedRun() = default;

void OpenedRun::adoptData(const Dataset& dataset) {
    m_pairs = dataset.pairs;
    const Split* split = dataset.split(m_sample.split);
    if (split == nullptr || isPerToken(dataset.task)) {
        return;
    }
    const std::size_t size = split->examples.size();
    const std::size_t count = std::min(size, kTexts);
    for (std::size_t i = 0; i < count; ++i) {
        const Example& example = split->examples[i * size / count];
        const bool hasLabel = dataset.task == HeadType::Classification && example.label >= 0;
        m_texts.push_back({dataset.pairs ? example.text + '\t' + example.textPair : example.text,
                           hasLabel ? dataset.labels[static_cast<std::size_t>(example.label)] : ""});
    }
}

Result<std::vector<ModulePlace>> OpenedRun::modules(const std::string& adapter) const {
    const AdapterConfig* config = m_setup.model->adapterConfig(adapter);
    if (config == nullptr) {
        return fail("the run has no adapter of this name", adapter);
    }
    auto places = modulesOf(*config, m_setup.config);
    if (places) {
        std::erase_if(*places,
                      [this](const ModulePlace& place) { return m_setup.skipLayers.contains(place.layer); });
    }
    return places;
}

ForwardContext OpenedRun::contextFor(const AdapterRules& rules, RunControl& control) const {
    ForwardContext context;
    context.skipLayers = m_setup.skipLayers;
    context.rules = rules;
    context.safePoint = [&control] { control.safePoint(); };
    return context;
}

Result<void> OpenedRun::check(const AdapterRules& rules) const {
    return checkRules(rules, m_experiment.composition, m_setup.config.numLayers);
}

void OpenedRun::resetTemperatures() {
    for (const auto& [fusion, temperature] : m_temperatures) {
        m_setup.model->setFusionTemperature(fusion, temperature);
    }
}

Result<ModelScore> OpenedRun::score(const AdapterRules& rules, RunControl& control,
                                    const std::function<void(double)>& progress) try {
    if (auto fits = check(rules); !fits) {
        return fail(fits.error());
    }
    resetTemperatures();
    ForwardContext context = contextFor(rules, control);
    const SplitScores scores = evaluateSplit(*m_runner, m_examples, m_setup.task, context, progress);
    const auto metric = scores.metrics.find(m_sample.metric);
    return ModelScore{scores.loss, metric == scores.metrics.end() ? ModelScore().metric : metric->second};
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

Result<std::vector<FusionRecord>> OpenedRun::weights(const AdapterRules& rules, RunControl& control) try {
    if (auto fits = check(rules); !fits) {
        return fail(fits.error());
    }
    if (m_probes.empty()) {
        return std::vector<FusionRecord>();
    }
    resetTemperatures();
    return measureFusions(*m_setup.model, *m_runner, m_examples, m_probes, 0, true,
                          contextFor(rules, control));
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

std::string OpenedRun::token(int id) const {
    return std::string(m_setup.tokenizer->token(id));
}

Result<void> OpenedRun::watch(const std::function<void(const PaddedBatch&)>& begin,
                              const std::function<void(const SiteObservation&)>& observe, RunControl& control,
                              const std::function<void(double)>& progress) try {
    const torch::NoGradGuard guard;
    resetTemperatures();
    ForwardContext context = contextFor({}, control);
    context.observe = observe;
    std::size_t done = 0;
    for (ExampleList& examples : orderedBatches(m_examples.lengths(), kWatchedRows)) {
        const PaddedBatch batch = m_runner->pad(m_examples, std::move(examples));
        begin(batch);
        m_runner->run(m_examples, batch, context);
        done += batch.examples.size();
        if (progress) {
            progress(static_cast<double>(done) / static_cast<double>(m_examples.size()));
        }
    }
    return {};
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

TokenizedSplit OpenedRun::tokenize(const std::string& text) const {
    const std::size_t tab = m_pairs ? text.find('\t') : std::string::npos;
    EncodeOptions options;
    options.maxLength = std::min(m_experiment.training.maxSeqLength, m_setup.config.longestText());
    const Encoding encoding =
        tab == std::string::npos
            ? m_setup.tokenizer->encode(text, options)
            : m_setup.tokenizer->encodePair(text.substr(0, tab), text.substr(tab + 1), options);
    TokenizedSplit split;
    split.name = "texts";
    split.append(encoding.ids, encoding.typeIds, -1, 0);
    return split;
}

Result<TextAnswers> OpenedRun::answer(const std::vector<std::string>& texts, const AdapterRules& rules,
                                      RunControl& control) try {
    const HeadConfig& head = m_setup.task.heads.front();
    if (isPerToken(head.type) || head.type == HeadType::MultipleChoice) {
        return fail("texts can't be tried with the head type " + std::string(headTypeName(head.type)), {},
                    "Look at the scores instead");
    }
    if (auto fits = check(rules); !fits) {
        return fail(fits.error());
    }
    const torch::NoGradGuard guard;
    TextAnswers answers{head.type, {}, {}};
    if (head.type != HeadType::Regression) {
        answers.labels = labelNames(head);
    }
    for (const std::string& text : texts) {
        resetTemperatures();
        ForwardContext context = contextFor(rules, control);
        const TokenizedSplit split = tokenize(text);
        const PaddedBatch batch = m_runner->pad(split, {0});
        answers.values.push_back(valuesOf(m_runner->run(split, batch, context).logits, head.type));
    }
    return answers;
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

} // namespace awb
