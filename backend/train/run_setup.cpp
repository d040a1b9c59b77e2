#include "backend/train/run_setup.h"

#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/inspect.h"
#include "backend/text/tokenizer.h"
#include "backend/train/build_model.h"
#include "backend/train/frozen_parts.h"
#include "backend/train/metrics.h"
#include "backend/train/reusable_layers.h"
#include "backend/train/run_control.h"
#include "backend/train/tokenize_data.h"
#include "models/config/placement.h"

namespace awb {
namespace {

Result<void> tokenise(const Experiment& experiment, const Dataset& dataset, const Tokenizer& tokenizer,
                      RunSetup& setup, const SetupProgress& progress) {
    auto tokens = tokenizeData(dataset, tokenizer,
                               std::min(experiment.training.maxSeqLength, setup.config.longestText()),
                               [&](double fraction) { progress("Cutting texts into tokens", fraction); });
    if (!tokens) {
        return fail(tokens.error());
    }
    setup.splits = std::move(tokens->splits);
    std::ranges::move(tokens->warnings, std::back_inserter(setup.plan.warnings));
    setup.task.masking = {.probability = experiment.training.mlmProbability,
                          .wholeWords = experiment.training.wholeWordMask,
                          .maskId = tokenizer.maskId(),
                          .vocabSize = tokenizer.vocabSize()};
    return {};
}

/// Modules that run in at least some pass, of the adapters in the composition.
Result<std::vector<ModuleInfo>> activeModules(const Experiment& experiment, const RunSetup& setup) {
    std::vector<ModuleInfo> modules;
    for (const std::string& name : experiment.composition.leaves()) {
        const AdapterConfig* config = setup.model->adapterConfig(name);
        if (!config) {
            return fail("the composition names an adapter that does not exist", name);
        }
        const auto places = modulesOf(*config, setup.config);
        if (!places) {
            return fail(places.error());
        }
        for (const ModulePlace& place : *places) {
            if (!setup.skipLayers.contains(place.layer)) {
                modules.push_back({name, place.layer, place.site, place.bottleneck, place.parameters});
            }
        }
    }
    return modules;
}

Result<void> describe(const Experiment& experiment, const Dataset& dataset, RunSetup& setup) {
    const auto active = activeModules(experiment, setup);
    if (!active) {
        return fail(active.error());
    }
    for (const ModuleInfo& module : *active) {
        // Places without tensors of their own are parts of a module that serves all layers.
        if (experiment.trainsAdapter(module.adapter) && module.parameters > 0) {
            setup.modules.push_back(module);
        }
    }
    setup.reusableLayers = countReusableLayers(experiment, setup, *active);
    RunPlan& plan = setup.plan;
    plan.modules = setup.modules;
    plan.trainExamples = static_cast<std::int64_t>(setup.split("train")->size());
    for (const NamedTensor& parameter : setup.model->baseParameters()) {
        plan.baseParameters += parameter.tensor.numel();
    }
    for (const NamedTensor& parameter : setup.model->trainableParameters()) {
        plan.trainableParameters += parameter.tensor.numel();
    }
    plan.baseHash = baseHash(*setup.model);
    plan.frozen = frozenHashes(experiment, *setup.model);
    plan.datasetName = dataset.name;
    plan.datasetHash = dataset.contentHash;
    plan.datasetNote = dataset.note;
    plan.labels = setup.task.heads.front().labels;
    plan.mainMetric = mainMetricOf(setup.task.type(), setup.task.tagScheme);
    for (const DataWarning& warning : dataset.warnings) {
        plan.warnings.push_back(warning.text);
    }
    if (experiment.training.maxSeqLength > setup.config.longestText()) {
        plan.warnings.push_back("max_seq_length is " + std::to_string(experiment.training.maxSeqLength) +
                                ", but the base has only " + std::to_string(setup.config.longestText()) +
                                " positions: texts are cut there.");
    }
    return {};
}

} // namespace

RunSetup::RunSetup() = default;
RunSetup::~RunSetup() = default;
RunSetup::RunSetup(RunSetup&&) noexcept = default;
RunSetup& RunSetup::operator=(RunSetup&&) noexcept = default;

const TokenizedSplit* RunSetup::split(std::string_view name) const {
    const auto found = std::ranges::find(splits, name, &TokenizedSplit::name);
    return found == splits.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Dataset>> loadData(const Experiment& experiment, const SetupProgress& progress) {
    // Stop requests come as exceptions, which must not cross the reader.
    bool stopped = false;
    auto dataset = loadDataset(experiment.data, experiment.head.type, [&](double fraction) {
        try {
            progress("Reading the data", fraction);
        } catch (const StopRequested&) {
            stopped = true;
        }
        return !stopped;
    });
    if (stopped) {
        throw StopRequested();
    }
    return dataset;
}

Result<RunSetup> setUpRun(const Experiment& experiment, std::shared_ptr<const Dataset> dataset,
                          const SetupProgress& progress) {
    RunSetup setup;
    progress("Loading the base model", -1);
    auto folder = resolveBaseModel(experiment.baseModel);
    if (!folder) {
        return fail(folder.error());
    }
    setup.baseFolder = std::move(*folder);
    auto loaded = loadModel(setup.baseFolder);
    if (!loaded) {
        return fail(loaded.error());
    }
    setup.plan.warnings = std::move(loaded->remarks);
    setup.model = std::make_unique<AdapterModel>(std::move(loaded->model));
    setup.config = setup.model->config();
    if (const std::vector<Error> errors = checkAgainstModel(experiment, setup.config); !errors.empty()) {
        return fail(errors.front());
    }
    const auto tokenizer = loadTokenizer(setup.baseFolder);
    if (!tokenizer) {
        return fail(tokenizer.error());
    }
    setup.tokenizer = *tokenizer;
    setup.padId = (*tokenizer)->padId();
    if ((*tokenizer)->vocabSize() > setup.config.vocabSize) {
        return fail("the vocabulary has " + std::to_string((*tokenizer)->vocabSize()) +
                        " entries, the model only " + std::to_string(setup.config.vocabSize),
                    setup.baseFolder.string(),
                    "The tokenizer's files and model.safetensors must be of the same model");
    }
    if (!dataset) {
        auto read = loadData(experiment, progress);
        if (!read) {
            return fail(read.error());
        }
        dataset = std::move(*read);
    }
    if (auto done = tokenise(experiment, *dataset, **tokenizer, setup, progress); !done) {
        return fail(done.error());
    }
    progress("Building the network", -1);
    setup.skipLayers.insert(experiment.skipLayers.begin(), experiment.skipLayers.end());
    if (experiment.training.adapterDropMode == "fixed") {
        for (int layer = 0; layer < experiment.training.adapterDropLayers; ++layer) {
            setup.skipLayers.insert(layer);
        }
    }
    if (auto built = buildModel(experiment, *dataset, **tokenizer, setup); !built) {
        return fail(built.error());
    }
    if (auto described = describe(experiment, *dataset, setup); !described) {
        return fail(described.error());
    }
    return setup;
}

} // namespace awb
