#include "backend/train/build_model.h"

#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/pretrained_head.h"
#include "backend/text/tokenizer.h"

namespace awb {
namespace {

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

} // namespace

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

} // namespace awb
