#include "backend/train/run_setup.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/inspect.h"
#include "backend/text/tokenizer.h"
#include "backend/train/metrics.h"
#include "backend/train/run_control.h"
#include "backend/train/tokenize_data.h"
#include "models/config/placement.h"

namespace awb {
namespace {

/// Loads the data with stop requests honoured: they come as exceptions and must not cross the reader.
Result<std::shared_ptr<const Dataset>> loadData(const Experiment& experiment, const SetupProgress& progress) {
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

Result<void> tokenise(const Experiment& experiment, const Dataset& dataset, const Tokenizer& tokenizer,
                      RunSetup& setup, const SetupProgress& progress) {
    auto tokens = tokenizeData(dataset, tokenizer,
                               std::min(experiment.training.maxSeqLength, setup.config.maxPositions),
                               [&](double fraction) { progress("Cutting texts into tokens", fraction); });
    if (!tokens) {
        return fail(tokens.error());
    }
    setup.splits = std::move(tokens->splits);
    std::ranges::move(tokens->warnings, std::back_inserter(setup.plan.warnings));
    setup.masking = {.probability = experiment.training.mlmProbability,
                     .wholeWords = experiment.training.wholeWordMask,
                     .maskId = tokenizer.maskId(),
                     .vocabSize = tokenizer.vocabSize()};
    return {};
}

/// The head with labels and their number taken from the data where the experiment leaves them open.
Result<HeadConfig> completeHead(HeadConfig head, const Dataset& dataset) {
    if (head.type == HeadType::Regression) {
        head.numLabels = 1;
        return head;
    }
    const int classes = static_cast<int>(dataset.labels.size());
    if (head.numLabels == 0) {
        head.numLabels = classes;
    }
    if (head.numLabels < classes) {
        return fail("the head has " + std::to_string(head.numLabels) + " labels, the data " +
                        std::to_string(classes),
                    "/head/num_labels", "Leave num_labels out to take it from the data");
    }
    if (head.labels.empty() && head.numLabels == classes) {
        head.labels = dataset.labels;
    }
    return head;
}

bool isTrained(const Experiment& experiment, const std::string& adapter) {
    return experiment.trainsBase() || std::ranges::find(experiment.train, adapter) != experiment.train.end();
}

/// Adapters, pooler and head, all drawn from one generator in the experiment's order.
Result<void> buildModel(const Experiment& experiment, const Dataset& dataset, RunSetup& setup) {
    AdapterModel& model = *setup.model;
    torch::Generator generator =
        at::detail::createCPUGenerator(static_cast<std::uint64_t>(experiment.training.seed));
    std::vector<std::string> trained;
    for (const AdapterSpec& spec : experiment.adapters) {
        if (spec.from.empty()) {
            if (auto added = model.addAdapter(spec.name, spec.bottleneck, generator); !added) {
                return added;
            }
        } else {
            auto remarks = loadAdapter(model, spec.from, spec.name);
            if (!remarks) {
                return fail(remarks.error());
            }
            std::ranges::move(*remarks, std::back_inserter(setup.plan.warnings));
        }
        if (isTrained(experiment, spec.name)) {
            trained.push_back(spec.name);
        }
    }
    Result<HeadConfig> head = completeHead(experiment.head, dataset);
    if (!head) {
        return fail(head.error());
    }
    setup.head = std::move(*head);
    if (setup.head.usePooler && !model.hasPooler()) {
        model.addPooler(generator);
    }
    if (auto added = model.addHead(setup.head, generator); !added) {
        return added;
    }
    if (auto active = model.setActive(experiment.composition, setup.head.name); !active) {
        return active;
    }
    model.setTrainable(trained, true, experiment.trainsBase());
    return {};
}

/// Modules that run in at least some pass, of the adapters in the composition.
Result<std::vector<ModuleInfo>> activeModules(const Experiment& experiment, const RunSetup& setup) {
    std::vector<ModuleInfo> modules;
    std::set<std::string> seen;
    for (const std::string& name : experiment.composition.leaves()) {
        if (!seen.insert(name).second) {
            continue;
        }
        const BottleneckConfig* config = setup.model->adapterConfig(name);
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

/// See RunSetup::reusableLayers. Below the lowest trained block a state depends on its text alone, unless
/// something there is random (dropout, AdapterDrop) or looks at the padding (gates, at any height: they'd see
/// other padding).
int countReusableLayers(const Experiment& experiment, const RunSetup& setup,
                        const std::vector<ModuleInfo>& active) {
    if (experiment.trainsBase() || setup.config.hiddenDropout > 0 || setup.config.attentionDropout > 0) {
        return 0;
    }
    int lowest = setup.config.numLayers;
    for (const ModuleInfo& module : setup.modules) {
        lowest = std::min(lowest, module.layer);
    }
    for (const ModuleInfo& module : active) {
        const BottleneckConfig& config = *setup.model->adapterConfig(module.adapter);
        if (config.useGating) {
            return 0;
        }
        const bool varies = config.dropout > 0 || experiment.training.adapterDropMode == "random";
        if (varies && module.layer < lowest) {
            lowest = module.layer;
        }
    }
    return lowest;
}

Result<void> describe(const Experiment& experiment, const Dataset& dataset, RunSetup& setup) {
    const auto active = activeModules(experiment, setup);
    if (!active) {
        return fail(active.error());
    }
    for (const ModuleInfo& module : *active) {
        if (isTrained(experiment, module.adapter)) {
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
    plan.datasetName = dataset.name;
    plan.datasetHash = dataset.contentHash;
    plan.datasetNote = dataset.note;
    plan.labels = setup.head.labels;
    plan.mainMetric = mainMetricOf(setup.head.type);
    for (const DataWarning& warning : dataset.warnings) {
        plan.warnings.push_back(warning.text);
    }
    if (experiment.training.maxSeqLength > setup.config.maxPositions) {
        plan.warnings.push_back("max_seq_length is " + std::to_string(experiment.training.maxSeqLength) +
                                ", but the base has only " + std::to_string(setup.config.maxPositions) +
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
    if (auto built = buildModel(experiment, *dataset, setup); !built) {
        return fail(built.error());
    }
    if (auto described = describe(experiment, *dataset, setup); !described) {
        return fail(described.error());
    }
    return setup;
}

} // namespace awb
