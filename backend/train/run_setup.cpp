#include "backend/train/run_setup.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/inspect.h"
#include "backend/checkpoint/pretrained_head.h"
#include "backend/text/tokenizer.h"
#include "backend/train/frozen_parts.h"
#include "backend/train/metrics.h"
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

/// The head with labels and their number taken from the data where the experiment leaves them open.
Result<HeadConfig> completeHead(HeadConfig head, const Dataset& dataset) {
    if (isLanguageModel(head.type)) {
        return head;
    }
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

/// A prompt that begins as the embeddings of a text: its tokens repeated or cut to the prompt's length.
void beginPrompts(const AdapterSpec& spec, const Tokenizer& tokenizer, AdapterModel& model) {
    for (const MethodConfig& part : spec.config.parts) {
        if (part.method != "prompt_tuning" || part.options.text("prompt_init") != "from_string") {
            continue;
        }
        // As one word: special tokens then have no word.
        const std::string text = part.options.text("prompt_init_text");
        const Encoding encoding = tokenizer.encodeWords(std::span(&text, 1), {});
        std::vector<std::int32_t> ids;
        for (std::size_t i = 0; i < encoding.size(); ++i) {
            if (encoding.wordIds[i] >= 0) {
                ids.push_back(encoding.ids[i]);
            }
        }
        if (ids.empty()) {
            continue;
        }
        const torch::NoGradGuard guard;
        for (const NamedTensor& parameter : model.adapterParameters(spec.name)) {
            if (!parameter.name.ends_with(".prompt_embedding.weight")) {
                continue;
            }
            for (std::int64_t row = 0; row < parameter.tensor.size(0); ++row) {
                const std::int32_t id = ids[static_cast<std::size_t>(row) % ids.size()];
                parameter.tensor[row].copy_(model.wordEmbeddings()[id]);
            }
        }
    }
}

Result<void> addAdapters(const Experiment& experiment, const Tokenizer& tokenizer,
                         torch::Generator& generator, RunSetup& setup) {
    AdapterModel& model = *setup.model;
    for (const AdapterSpec& spec : experiment.adapters) {
        if (spec.from.empty()) {
            if (auto added = model.addAdapter(spec.name, spec.config, generator); !added) {
                return added;
            }
            beginPrompts(spec, tokenizer, model);
            continue;
        }
        auto remarks = loadAdapter(model, spec.from, spec.name);
        if (!remarks) {
            return fail(remarks.error());
        }
        std::ranges::move(*remarks, std::back_inserter(setup.plan.warnings));
    }
    return {};
}

Result<void> addFusions(const Experiment& experiment, torch::Generator& generator, RunSetup& setup) {
    for (const std::string& name : fusionNames(experiment.composition)) {
        if (experiment.fusion.from.empty()) {
            auto added = setup.model->addFusion(fusedAdapters(name), experiment.fusion.config, generator);
            if (!added) {
                return added;
            }
            continue;
        }
        auto remarks = loadFusion(*setup.model, experiment.fusion.from, fusedAdapters(name));
        if (!remarks) {
            return fail(remarks.error());
        }
        std::ranges::move(*remarks, std::back_inserter(setup.plan.warnings));
    }
    return {};
}

/// A head whose answers mean something else than the data's would give a wrong score.
Result<void> checkSavedHead(const HeadConfig& saved, const HeadConfig& wanted, const std::string& from) {
    if (saved.type != wanted.type) {
        return fail("the saved head is for " + std::string(headTypeName(saved.type)) + ", not " +
                        std::string(headTypeName(wanted.type)),
                    "/head/from " + from, "Name a head of the task's type");
    }
    const bool hasNames = !saved.labels.empty() && !wanted.labels.empty();
    if (headOutputs(saved) < headOutputs(wanted) || (hasNames && saved.labels != wanted.labels)) {
        return fail("the saved head has other labels than the data", "/head/from " + from,
                    "Train on the data that the head was made for, or leave `from` out");
    }
    return {};
}

/// Adds the head, fresh or saved, and makes `head` what the model has.
Result<void> addHead(const Experiment& experiment, torch::Generator& generator, HeadConfig& head,
                     RunSetup& setup) {
    AdapterModel& model = *setup.model;
    if (experiment.headFrom.empty()) {
        return model.addHead(head, generator);
    }
    if (experiment.headFrom == kHeadOfBase) {
        if (head.type != HeadType::MaskedLm) {
            return fail("a base has the head of its pretraining only for masked_lm", "/head/from",
                        "Name the folder of a saved head, or leave `from` out");
        }
        if (auto added = addPretrainedHead(model, setup.baseFolder, head.name); !added) {
            return added;
        }
    } else {
        auto remarks = loadHead(model, experiment.headFrom, head.name);
        if (!remarks) {
            return fail(remarks.error());
        }
        std::ranges::move(*remarks, std::back_inserter(setup.plan.warnings));
    }
    const HeadConfig saved = *model.headConfig(head.name);
    if (auto checked = checkSavedHead(saved, head, experiment.headFrom); !checked) {
        return checked;
    }
    head = saved;
    return {};
}

Result<void> addHeads(const Experiment& experiment, const Dataset& dataset, torch::Generator& generator,
                      RunSetup& setup) {
    AdapterModel& model = *setup.model;
    for (const HeadConfig& wanted : headsOf(experiment)) {
        Result<HeadConfig> head = completeHead(wanted, dataset);
        if (!head) {
            return fail(head.error());
        }
        if (head->usePooler && !model.hasPooler()) {
            if (setup.config.family == ModelFamily::DistilBert) {
                return fail("DistilBERT has no pooler", "/head/use_pooler", "Switch use_pooler off");
            }
            model.addPooler(generator);
        }
        if (auto added = addHead(experiment, generator, *head, setup); !added) {
            return added;
        }
        setup.task.heads.push_back(std::move(*head));
    }
    return {};
}

bool containsBatchSplit(const Composition& composition) {
    return composition.kind == Composition::Kind::BatchSplit ||
           std::ranges::any_of(composition.children, containsBatchSplit);
}

/// Adapters, fusions, pooler and heads, all drawn from one generator in the experiment's order.
Result<void> buildModel(const Experiment& experiment, const Dataset& dataset, const Tokenizer& tokenizer,
                        RunSetup& setup) {
    if (containsBatchSplit(experiment.composition)) {
        return fail(
            "a BatchSplit gives each text of a batch an adapter by its place in the batch, so it can't "
            "be trained or scored on mixed batches",
            "/composition", "Train with Parallel or Stack instead");
    }
    torch::Generator generator =
        at::detail::createCPUGenerator(static_cast<std::uint64_t>(experiment.training.seed));
    if (auto added = addAdapters(experiment, tokenizer, generator, setup); !added) {
        return added;
    }
    if (auto added = addFusions(experiment, generator, setup); !added) {
        return added;
    }
    if (auto added = addHeads(experiment, dataset, generator, setup); !added) {
        return added;
    }
    setup.task.tagScheme = dataset.tagScheme;
    setup.task.tagNames = dataset.labels;
    setup.task.tagNames.insert(setup.task.tagNames.end(), dataset.otherTags.begin(), dataset.otherTags.end());
    setup.task.maskSeed = static_cast<std::uint64_t>(experiment.training.seed);
    std::vector<std::string> heads;
    for (const HeadConfig& head : setup.task.heads) {
        heads.push_back(head.name);
    }
    if (auto active = setup.model->setActive(experiment.composition, heads); !active) {
        return active;
    }
    Trainable who;
    who.base = experiment.trainsBase();
    for (const AdapterSpec& spec : experiment.adapters) {
        if (experiment.trainsAdapter(spec.name)) {
            who.adapters.push_back(spec.name);
        }
    }
    for (const std::string& fusion : setup.model->fusionNames()) {
        if (experiment.trainsFusion(fusion)) {
            who.fusions.push_back(fusion);
        }
    }
    setup.model->setTrainable(who);
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

/// True where a method does not do the same for a text in every batch: it draws random numbers.
bool isRandom(const AdapterConfig& config) {
    return std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        if (part.isBottleneck()) {
            return part.bottleneck.dropout > 0 || part.bottleneck.stochasticDepth > 0;
        }
        const auto& options = part.options.all();
        return options.contains("dropout") && part.options.number("dropout") > 0;
    });
}

/// True where a method looks at the padding, or changes the length or the size of the batch.
bool dependsOnBatch(const AdapterConfig& config) {
    return std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        if (part.isBottleneck()) {
            return part.bottleneck.useGating;
        }
        const auto& options = part.options.all();
        return part.method == "prompt_tuning" ||
               (options.contains("use_gating") && part.options.flag("use_gating"));
    });
}

bool changesBatch(const Composition& composition) {
    return composition.kind == Composition::Kind::Parallel || composition.kind == Composition::Kind::Split ||
           std::ranges::any_of(composition.children, changesBatch);
}

/// See RunSetup::reusableLayers. Below the lowest trained block a state depends on its text alone, unless
/// something there is random (dropout, AdapterDrop), looks at the padding (gates, at any height: they'd see
/// other padding), or the text itself changes (masked language models).
int countReusableLayers(const Experiment& experiment, const RunSetup& setup,
                        const std::vector<ModuleInfo>& active) {
    const bool isNever = experiment.trainsBase() || setup.config.hiddenDropout > 0 ||
                         setup.config.attentionDropout > 0 || setup.task.type() == HeadType::MaskedLm ||
                         changesBatch(experiment.composition);
    if (isNever) {
        return 0;
    }
    int lowest = setup.config.numLayers;
    const auto lower = [&](int layer) { lowest = std::min(lowest, std::max(layer, 0)); };
    for (const ModuleInfo& module : setup.modules) {
        lower(module.layer);
    }
    const bool hasFusion = !setup.model->fusionNames().empty();
    for (const ModuleInfo& module : active) {
        const AdapterConfig& config = *setup.model->adapterConfig(module.adapter);
        if (dependsOnBatch(config)) {
            return 0;
        }
        if (hasFusion || isRandom(config) || experiment.training.adapterDropMode == "random") {
            lower(module.layer);
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
