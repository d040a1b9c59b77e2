#include "backend/checkpoint/verify_setup.h"

#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/peft_load.h"
#include "backend/checkpoint/tensor_io.h"
#include "backend/formats/safetensors.h"
#include "models/config/parameter_names.h"
#include "models/heads/prediction_head.h"

namespace awb {

namespace {

std::string expectedFile(const FixtureCase& fixture) {
    return (fixture.folder / "expected.safetensors").string();
}

Result<torch::Tensor> inputTensor(const VerifySetup& setup, const std::string& name,
                                  const torch::Tensor& like) {
    const auto found = setup.expected.find(name);
    if (found == setup.expected.end()) {
        return fail("the tensor is missing", expectedFile(setup.fixture) + ": " + name);
    }
    const torch::Tensor& tensor = found->second;
    if (tensor.dim() < 2 || tensor.dim() > 3 || tensor.scalar_type() != torch::kInt64) {
        return fail("the tensor must be int64 of shape [batch, tokens] or [batch, choices, tokens]",
                    expectedFile(setup.fixture) + ": " + name);
    }
    if (like.defined() && tensor.sizes() != like.sizes()) {
        return fail("the tensor must have the shape of input.input_ids",
                    expectedFile(setup.fixture) + ": " + name);
    }
    return tensor;
}

std::optional<Error> checkRange(const VerifySetup& setup, const std::string& name, const torch::Tensor& ids,
                                std::int64_t below) {
    if (ids.numel() == 0 || (ids.min().item<std::int64_t>() >= 0 && ids.max().item<std::int64_t>() < below)) {
        return std::nullopt;
    }
    return Error{"the values must lie between 0 and " + std::to_string(below - 1),
                 expectedFile(setup.fixture) + ": " + name,
                 {}};
}

Result<void> readInputs(VerifySetup& setup) {
    const ModelConfig& config = setup.model.config();
    const auto read = [&](const char* name, torch::Tensor& into, std::int64_t below) -> Result<void> {
        Result<torch::Tensor> tensor = inputTensor(setup, name, setup.input.ids);
        if (!tensor) {
            return fail(tensor.error());
        }
        if (const auto error = checkRange(setup, name, *tensor, below)) {
            return fail(*error);
        }
        into = *std::move(tensor);
        return {};
    };
    torch::Tensor ids;
    if (const auto done = read("input.input_ids", ids, config.vocabSize); !done) {
        return done;
    }
    setup.input.ids = ids;
    if (ids.size(-1) > config.longestText()) {
        return fail("the texts are longer than the model's " + std::to_string(config.longestText()) +
                        " positions",
                    expectedFile(setup.fixture) + ": input.input_ids");
    }
    if (const auto done = read("input.attention_mask", setup.input.attentionMask, 2); !done) {
        return done;
    }
    if (setup.expected.contains("input.token_type_ids")) {
        return read("input.token_type_ids", setup.input.typeIds, config.typeVocabSize);
    }
    return {};
}

/// Number of classes that a head's labels may name.
std::int64_t labelBound(const HeadConfig& head, const ModelConfig& model) {
    return isLanguageModel(head.type) ? model.vocabSize : head.numLabels;
}

Result<void> readLabels(VerifySetup& setup) {
    if (setup.fixture.heads.empty() || setup.fixture.pseudoLoss) {
        return {};
    }
    const HeadConfig& head = *setup.model.headConfig(setup.fixture.heads.front());
    const auto find = [&](const std::string& name) -> Result<torch::Tensor> {
        const auto found = setup.expected.find("label." + name);
        if (found == setup.expected.end()) {
            return fail("the tensor is missing", expectedFile(setup.fixture) + ": label." + name,
                        "A case with a head has labels");
        }
        if (found->second.size(0) != setup.input.ids.size(0)) {
            return fail("there must be one label for each of the " + std::to_string(setup.input.ids.size(0)) +
                            " texts",
                        expectedFile(setup.fixture) + ": label." + name);
        }
        return found->second;
    };
    if (head.type == HeadType::QuestionAnswering) {
        const auto start = find("start_positions");
        const auto end = find("end_positions");
        if (!start || !end) {
            return fail(start ? end.error() : start.error());
        }
        setup.labels = torch::stack({*start, *end}, 1);
        return {};
    }
    const auto labels = find("labels");
    if (!labels) {
        return fail(labels.error());
    }
    if (head.type == HeadType::Regression || head.type == HeadType::MultiLabel) {
        setup.labels = labels->to(torch::kFloat32);
        return {};
    }
    if (labels->scalar_type() != torch::kInt64) {
        return fail("class labels must be int64", expectedFile(setup.fixture) + ": label.labels");
    }
    setup.labels = *labels;
    const torch::Tensor counted = setup.labels.masked_select(setup.labels.ne(-100));
    if (const auto error =
            checkRange(setup, "label.labels", counted, labelBound(head, setup.model.config()))) {
        return fail(*error);
    }
    return {};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ",") + name;
    }
    return text;
}

} // namespace

Result<VerifySetup> prepareCase(const FixtureCase& fixture) {
    Result<LoadedModel> loaded = loadModel(fixture.model);
    if (!loaded) {
        return fail(loaded.error());
    }
    VerifySetup setup{fixture, std::move(loaded->model), {}, {}, {}, {}, {}, {}};
    setup.baseHash = baseHash(setup.model);
    for (const std::string& adapter : fixture.adapters) {
        if (const auto done = loadAdapter(setup.model, fixture.folder / "adapters" / adapter, adapter);
            !done) {
            return fail(done.error());
        }
    }
    for (const std::vector<std::string>& fusion : fixture.fusions) {
        if (const auto done = loadFusion(setup.model, fixture.folder / "fusion" / joined(fusion), fusion);
            !done) {
            return fail(done.error());
        }
    }
    Composition active = fixture.active;
    if (!fixture.peft.empty()) {
        auto peft = loadPeft(setup.model, fixture.folder / "peft" / fixture.peft, fixture.peft,
                             fixture.heads.empty() ? "task" : fixture.heads.front());
        if (!peft) {
            return fail(peft.error());
        }
        setup.peftKeys = std::move(peft->keys);
        active = Composition::of(fixture.peft);
    }
    for (const std::string& head : fixture.heads) {
        if (setup.model.headConfig(head) != nullptr) {
            continue;
        }
        if (const auto done = loadHead(setup.model, fixture.folder / "heads" / head, head); !done) {
            return fail(done.error());
        }
    }
    if (fixture.heads.empty() && !fixture.pseudoLoss) {
        return fail("a case without a head must have `pseudo_loss` true",
                    (fixture.folder / "case.json").string());
    }
    if (const auto done = setup.model.setActive(active, fixture.heads); !done) {
        return fail(done.error().what,
                    (fixture.folder / "case.json").string() + "/active: " + done.error().where);
    }
    if (!fixture.merged.empty()) {
        if (const auto done = setup.model.merge(fixture.merged); !done) {
            return fail(done.error());
        }
    }
    Result<std::vector<NamedTensor>> tensors = loadTensors(fixture.folder / "expected.safetensors");
    if (!tensors) {
        return fail(tensors.error());
    }
    for (NamedTensor& tensor : *tensors) {
        setup.expected[tensor.name] = std::move(tensor.tensor);
    }
    if (const auto done = readInputs(setup); !done) {
        return fail(done.error());
    }
    if (const auto done = readLabels(setup); !done) {
        return fail(done.error());
    }
    return setup;
}

bool setTrainable(VerifySetup& setup) {
    const FixtureCase& fixture = setup.fixture;
    const auto isListed = [&](const std::string& part) {
        return std::any_of(fixture.trainable.begin(), fixture.trainable.end(), [&](const auto& item) {
            return ("." + item.name).find(part) != std::string::npos;
        });
    };
    // "none": nobody chose, so nothing was frozen; a case without trainable parameters was only evaluated.
    const bool isUntouched = fixture.train == FixtureCase::Train::None && !fixture.trainable.empty();
    Trainable who;
    who.base = fixture.train == FixtureCase::Train::Full || isUntouched;
    who.heads = isListed(".heads.");
    for (const std::string& adapter : fixture.adapters) {
        if (isListed("s." + adapter + ".")) { // adapters.NAME., loras.NAME., prefix_tunings.NAME., ...
            who.adapters.push_back(adapter);
        }
    }
    for (const std::vector<std::string>& fusion : fixture.fusions) {
        if (isListed(".adapter_fusion_layer." + joined(fusion) + ".")) {
            who.fusions.push_back(joined(fusion));
        }
    }
    if (!fixture.peft.empty()) {
        who.adapters.push_back(fixture.peft);
        who.heads = isListed("classifier.");
    }
    setup.model.setTrainable(who);
    return who.base;
}

} // namespace awb
