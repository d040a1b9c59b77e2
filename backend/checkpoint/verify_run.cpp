#include "backend/checkpoint/verify_run.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/peft_load.h"
#include "backend/checkpoint/tensor_io.h"
#include "backend/checkpoint/verify_compare.h"
#include "backend/formats/safetensors.h"
#include "models/config/parameter_names.h"
#include "models/heads/prediction_head.h"

namespace awb {

namespace {

constexpr double kLearningRate = 1e-3;
constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kWeightDecay = 0.01;

using Expected = std::map<std::string, torch::Tensor>;

/// A case that is loaded and ready to be computed.
struct Setup {
    const FixtureCase& fixture;
    AdapterModel model;
    Expected expected;
    ModelInput input;
    torch::Tensor labels; ///< as headLoss takes them; undefined without a head
    /// "gating.NAME.LAYER.LOCATION" and "fusion_attention.NAMES.LAYER.LOCATION" of the pass that is watched.
    Expected seen;
    std::string baseHash;                        ///< before an adapter was merged
    std::map<std::string, std::string> peftKeys; ///< names in the model -> those of PEFT's file

    /// The format's name of a parameter.
    std::string nameOf(const NamedTensor& parameter) const {
        const auto found = peftKeys.find(parameter.name);
        return found == peftKeys.end() ? parameter.name : found->second;
    }
};

std::string expectedFile(const FixtureCase& fixture) {
    return (fixture.folder / "expected.safetensors").string();
}

Result<torch::Tensor> inputTensor(const Setup& setup, const std::string& name, const torch::Tensor& like) {
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

std::optional<Error> checkRange(const Setup& setup, const std::string& name, const torch::Tensor& ids,
                                std::int64_t below) {
    if (ids.numel() == 0 || (ids.min().item<std::int64_t>() >= 0 && ids.max().item<std::int64_t>() < below)) {
        return std::nullopt;
    }
    return Error{"the values must lie between 0 and " + std::to_string(below - 1),
                 expectedFile(setup.fixture) + ": " + name,
                 {}};
}

Result<void> readInputs(Setup& setup) {
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

Result<void> readLabels(Setup& setup) {
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

Result<Setup> prepare(const FixtureCase& fixture) {
    Result<LoadedModel> loaded = loadModel(fixture.model);
    if (!loaded) {
        return fail(loaded.error());
    }
    Setup setup{fixture, std::move(loaded->model), {}, {}, {}, {}, {}, {}};
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

/// Sets gradients as the case says. Which adapters, fusions and heads are trained follows from the names that
/// it lists; whether exactly those parameters are trained is compared afterwards. True where the base is
/// trained.
bool setTrainable(Setup& setup) {
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

/// The format's name of the place where a gate acts.
std::string gateLocation(Site site, ModelFamily family) {
    switch (site) {
    case Site::KeyValuePrefix:
        return prefixGroup(family) == "self" ? "self_prefix" : prefixGroup(family);
    case Site::AttentionQuery:
    case Site::AttentionKey:
    case Site::AttentionValue:
        return "selfattn_lora";
    case Site::FfnIntermediate:
        return "intermediate_lora";
    case Site::FfnDense:
        return "output_lora";
    default:
        return isAttentionSite(site) ? "mh_adapter" : "output_adapter";
    }
}

void watch(Setup& setup, ForwardContext& context) {
    const ModelFamily family = setup.model.config().family;
    context.observe = [&setup, family](const SiteObservation& seen) {
        if (!seen.gate.defined()) {
            return;
        }
        const std::string name = "gating." + seen.adapter + "." + std::to_string(seen.layer) + "." +
                                 gateLocation(seen.site, family);
        torch::Tensor& gates = setup.seen[name];
        const torch::Tensor own = seen.gate.detach().squeeze(2).squeeze(1);
        // Several modules at one location stand side by side, in the order of the calls.
        gates = gates.defined() ? torch::cat({gates.view({own.size(0), -1}), own.view({own.size(0), -1})}, 1)
                                : own;
    };
    context.observeFusion = [&setup](const FusionObservation& seen) {
        const char* location = seen.part == BlockPart::Attention ? "mh_adapter" : "output_adapter";
        setup.seen["fusion_attention." + seen.fusion + "." + std::to_string(seen.layer) + "." + location] =
            seen.weights.detach();
    };
}

ModelOutput forwardPass(Setup& setup, bool watched) {
    ForwardContext context;
    context.skipLayers = setup.fixture.skipLayers;
    context.attentionMask = setup.input.attentionMask;
    context.keepHiddenStates = watched;
    if (watched) {
        watch(setup, context);
    }
    return setup.model.forward(setup.input, context);
}

/// One head's loss on the rows that it is about.
torch::Tensor headLossOf(const Setup& setup, const HeadOutput& head) {
    const bool isAll = head.rows == setup.labels.size(0) || head.firstRow + head.rows > setup.labels.size(0);
    const auto rows = [&](const torch::Tensor& tensor) {
        return isAll ? tensor : tensor.narrow(0, head.firstRow, head.rows);
    };
    const torch::Tensor mask =
        setup.input.attentionMask.dim() == 2 ? rows(setup.input.attentionMask) : torch::Tensor();
    return headLoss(*setup.model.headConfig(head.head), head.logits, rows(setup.labels), mask);
}

torch::Tensor lossOf(const Setup& setup, const ModelOutput& output) {
    if (!setup.fixture.pseudoLoss) {
        torch::Tensor sum;
        for (const HeadOutput& head : output.heads) {
            const torch::Tensor loss = headLossOf(setup, head);
            sum = sum.defined() ? sum + loss : loss;
        }
        return sum;
    }
    const torch::Tensor mask = output.attentionMask.to(torch::kFloat32);
    const torch::Tensor slope = torch::linspace(-1.0, 1.0, output.lastHiddenState.size(2));
    return (torch::matmul(output.lastHiddenState, slope) * mask).sum() / mask.sum();
}

/// What the heads say, under the format's names.
void addHeadOutputs(const Setup& setup, const ModelOutput& output, Expected& actual) {
    const bool several = output.heads.size() > 1;
    for (std::size_t i = 0; i < output.heads.size(); ++i) {
        const HeadOutput& head = output.heads[i];
        std::string suffix;
        if (several) {
            suffix.append(".").append(std::to_string(i));
        }
        if (setup.model.headConfig(head.head)->type == HeadType::QuestionAnswering) {
            actual["start_logits" + suffix] = head.logits.select(2, 0);
            actual["end_logits" + suffix] = head.logits.select(2, 1);
        } else {
            actual["logits" + suffix] = head.logits;
        }
        if (several && !setup.fixture.pseudoLoss) {
            actual["head_loss" + suffix] = headLossOf(setup, head);
        }
    }
    // A BatchSplit's heads are also stacked.
    if (several && setup.expected.contains("logits")) {
        std::vector<torch::Tensor> all;
        for (const HeadOutput& head : output.heads) {
            all.push_back(head.logits);
        }
        actual["logits"] = torch::cat(all, 0);
    }
}

void compareOutputs(const Setup& setup, const ModelOutput& output, const torch::Tensor& loss,
                    VerifyReport& report) {
    Expected actual = setup.seen;
    actual["last_hidden_state"] = output.lastHiddenState;
    actual["pooler_output"] = output.poolerOutput;
    actual["loss"] = loss;
    addHeadOutputs(setup, output, actual);
    if (setup.expected.contains("fusion_reg_loss")) {
        actual["fusion_reg_loss"] = setup.model.fusionRegularization();
    }
    for (std::size_t i = 0; i < output.hiddenStates.size(); ++i) {
        actual["hidden_states." + std::to_string(i)] = output.hiddenStates[i];
    }
    for (const auto& [name, tensor] : setup.expected) {
        const bool isOther = name.starts_with("input.") || name.starts_with("label.") ||
                             name.starts_with("grad.") || name.starts_with("grad_reg.");
        if (isOther) {
            continue;
        }
        const auto found = actual.find(name);
        if (found == actual.end() || !found->second.defined()) {
            report.comparisons.push_back(
                compareExactly(name, "this program computes no such quantity for the case"));
        } else {
            report.comparisons.push_back(compareForward(name, found->second, tensor));
        }
    }
    if (setup.fixture.loss) {
        report.comparisons.push_back(compareForward("loss in case.json", loss.reshape({}),
                                                    torch::tensor(*setup.fixture.loss, torch::kFloat64)));
    }
}

/// The regulariser's gradient alone, at the loaded weights.
void compareRegularizer(const Setup& setup, VerifyReport& report) {
    const torch::Tensor regularizer = setup.model.fusionRegularization();
    if (!regularizer.defined()) {
        return;
    }
    for (const NamedTensor& parameter : setup.model.trainableParameters()) {
        const auto expected = setup.expected.find("grad_reg." + parameter.name);
        if (expected == setup.expected.end()) {
            continue;
        }
        const torch::Tensor gradient =
            torch::autograd::grad({regularizer}, {parameter.tensor}, {}, true).front();
        report.comparisons.push_back(compareGradient(expected->first, gradient, expected->second,
                                                     expected->second.abs().max().item<double>()));
    }
}

void compareNames(const Setup& setup, VerifyReport& report) {
    const FixtureCase& fixture = setup.fixture;
    std::map<std::string, std::vector<std::int64_t>> mine;
    std::int64_t total = 0;
    for (const NamedTensor& parameter : setup.model.trainableParameters()) {
        const auto listed =
            std::find_if(fixture.trainable.begin(), fixture.trainable.end(),
                         [&](const auto& item) { return item.name == setup.nameOf(parameter); });
        const bool isTransposed = !setup.peftKeys.empty() && listed != fixture.trainable.end() &&
                                  listed->shape.size() == 2 && parameter.tensor.size(-1) == 1;
        mine[setup.nameOf(parameter)] = isTransposed ? listed->shape : parameter.tensor.sizes().vec();
        total += parameter.tensor.numel();
    }
    std::vector<std::string> differences;
    for (const FixtureCase::Parameter& parameter : fixture.trainable) {
        const auto found = mine.find(parameter.name);
        if (found == mine.end()) {
            differences.push_back(parameter.name + " is not trained");
            continue;
        }
        if (found->second != parameter.shape) {
            differences.push_back(parameter.name + " is " + shapeText(found->second) + ", expected " +
                                  shapeText(parameter.shape));
        }
        mine.erase(found);
    }
    for (const auto& [name, shape] : mine) {
        differences.push_back(name + " is trained, but not in the list");
    }
    report.comparisons.push_back(compareExactly("trainable names and shapes", listNames(differences)));
    const auto compareCount = [&](const char* quantity, const std::optional<std::int64_t>& expected,
                                  std::int64_t actual) {
        if (expected) {
            report.comparisons.push_back(compareExactly(
                quantity, *expected == actual
                              ? std::string()
                              : std::to_string(actual) + ", expected " + std::to_string(*expected)));
        }
    };
    compareCount("trainable_total", fixture.trainableTotal, total);
    std::int64_t added = 0;
    for (const std::string& adapter : fixture.adapters) {
        for (const NamedTensor& parameter : setup.model.adapterParameters(adapter)) {
            added += parameter.tensor.numel();
        }
    }
    for (const std::string& fusion : setup.model.fusionNames()) {
        for (const NamedTensor& parameter : setup.model.fusionParameters(fusion)) {
            added += parameter.tensor.numel();
        }
    }
    compareCount("added_parameters_total", fixture.addedTotal, added);
}

/// PEFT's factors are rows or columns, ours always columns.
torch::Tensor asExpected(const torch::Tensor& gradient, const torch::Tensor& expected) {
    return gradient.numel() == expected.numel() ? gradient.view(expected.sizes()) : gradient;
}

void compareGradients(const Setup& setup, VerifyReport& report) {
    std::vector<std::string> differences;
    std::set<std::string> seen;
    for (const NamedTensor& parameter : setup.model.trainableParameters()) {
        const torch::Tensor& gradient = parameter.tensor.grad();
        const auto expected = setup.expected.find("grad." + setup.nameOf(parameter));
        if (expected == setup.expected.end()) {
            if (gradient.defined() && gradient.count_nonzero().item<std::int64_t>() != 0) {
                differences.push_back(parameter.name + " has a gradient, none is expected");
            }
            continue;
        }
        seen.insert(expected->first);
        if (!gradient.defined()) {
            differences.push_back(parameter.name + " has no gradient");
            continue;
        }
        report.comparisons.push_back(compareGradient(expected->first, asExpected(gradient, expected->second),
                                                     expected->second, setup.fixture.maxAbsGradient));
    }
    for (const std::string& name : setup.fixture.withoutGradient) {
        if (setup.expected.contains("grad." + name)) {
            differences.push_back(name + " is in `trainable_without_grad` and has an expected gradient");
        }
    }
    for (const auto& [name, tensor] : setup.expected) {
        if (name.starts_with("grad.") && !seen.contains(name)) {
            differences.push_back(name.substr(5) + " is not trained");
        }
    }
    report.comparisons.push_back(compareExactly("parameters with gradients", listNames(differences)));
}

/// When the fusion regulariser's gradient joins: never, in its own step, or one step late, as the public
/// library's trainer has it.
enum class Regularizer { None, SameStep, NextStep };

/// The losses before each step and after the last one.
std::vector<double> trainSteps(Setup& setup, const std::vector<torch::Tensor>& tensors, std::size_t losses,
                               Regularizer when) {
    torch::optim::AdamW optimiser(tensors, torch::optim::AdamWOptions(kLearningRate)
                                               .betas({kBeta1, kBeta2})
                                               .eps(kEpsilon)
                                               .weight_decay(kWeightDecay));
    const auto addRegularizer = [&] { setup.model.fusionRegularization().backward(); };
    // The format's optimiser sees a zero where the loss does not reach a tensor, so it decays all the same.
    for (const torch::Tensor& tensor : tensors) {
        tensor.mutable_grad() = torch::zeros_like(tensor);
    }
    std::vector<double> values;
    for (std::size_t step = 0; step < losses; ++step) {
        const torch::Tensor loss = lossOf(setup, forwardPass(setup, false));
        values.push_back(loss.item<double>());
        if (step + 1 == losses) {
            break;
        }
        loss.backward();
        if (when == Regularizer::SameStep) {
            addRegularizer();
        }
        optimiser.step();
        for (const torch::Tensor& tensor : tensors) {
            tensor.grad().zero_();
        }
        if (when == Regularizer::NextStep) {
            addRegularizer();
        }
    }
    return values;
}

/// Three steps of AdamW from the loaded weights in one of the format's modes; the weights are put back.
void compareAdamW(Setup& setup, const std::string& mode, const FixtureCase::AdamW& expected,
                  VerifyReport& report) {
    const std::vector<NamedTensor> parameters = setup.model.trainableParameters();
    std::vector<torch::Tensor> tensors;
    std::vector<torch::Tensor> before;
    for (const NamedTensor& parameter : parameters) {
        parameter.tensor.mutable_grad().reset();
        tensors.push_back(parameter.tensor);
        before.push_back(parameter.tensor.detach().clone());
    }
    for (const std::string& fusion : setup.model.fusionNames()) {
        setup.model.setFusionTemperature(fusion, setup.model.fusionConfig(fusion)->temperature ? 50.0 : 1.0);
    }
    const Regularizer when = mode == "reg_same_step"      ? Regularizer::SameStep
                             : mode == "reg_peer_trainer" ? Regularizer::NextStep
                                                          : Regularizer::None;
    const std::vector<double> losses = trainSteps(setup, tensors, expected.losses.size(), when);
    std::vector<std::string> lossNames;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        lossNames.push_back("loss " + std::to_string(i + 1));
    }
    const std::string title = "adamw." + mode;
    report.comparisons.push_back(compareNumbers(title + ".losses", lossNames, losses, expected.losses));

    std::vector<std::string> names;
    std::vector<double> actualSquares;
    std::vector<double> expectedSquares;
    std::vector<std::string> untrained;
    for (const auto& [name, sums] : expected.sums) {
        const auto found =
            std::find_if(parameters.begin(), parameters.end(),
                         [&](const NamedTensor& parameter) { return setup.nameOf(parameter) == name; });
        if (found == parameters.end()) {
            untrained.push_back(name + " is not trained");
        } else if (!setup.fixture.roundingNoise.contains(name)) {
            names.push_back("sum of squares of " + name);
            const torch::Tensor values = found->tensor.detach().to(torch::kFloat64);
            actualSquares.push_back(values.square().sum().item<double>());
            expectedSquares.push_back(sums[1]);
        }
    }
    Comparison squares = compareNumbers(title + " sums of squares", names, actualSquares, expectedSquares);
    if (!untrained.empty()) {
        squares.passed = false;
        squares.detail = listNames(untrained);
    }
    report.comparisons.push_back(std::move(squares));
    const torch::NoGradGuard guard;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        tensors[i].mutable_grad().reset();
        tensors[i].copy_(before[i]);
    }
}

/// Up to which hidden state nothing may be differentiated: the lowest layer with a trained module in this
/// pass, the number of layers when only a head is trained, or -1 where a module serves the whole network.
int lowestTrainedLayer(const Setup& setup) {
    int lowest = setup.model.config().numLayers;
    std::vector<std::string> adapters = setup.fixture.active.leaves();
    if (!setup.fixture.peft.empty()) {
        adapters.push_back(setup.fixture.peft);
    }
    for (const std::string& adapter : adapters) {
        const auto specs = tensorsOf(*setup.model.adapterConfig(adapter), setup.model.config(), adapter);
        const std::vector<NamedTensor> tensors = setup.model.adapterParameters(adapter);
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const int layer = (*specs)[i].layer;
            if (tensors[i].tensor.requires_grad() && !setup.fixture.skipLayers.contains(layer)) {
                lowest = std::min(lowest, layer);
            }
        }
    }
    const bool trainsFusion = setup.fixture.train == FixtureCase::Train::Fusion;
    return trainsFusion ? std::min(lowest, 0) : lowest;
}

/// The rules of a frozen base, which the format does not list but promises: it gets no gradients, nothing
/// below the lowest trained module is differentiated, and no bit of it changes.
Comparison compareFrozenBase(const Setup& setup, const ModelOutput& output, const std::string& hashBefore) {
    std::vector<std::string> differences;
    const int lowest = lowestTrainedLayer(setup);
    for (std::size_t i = 0; i < output.hiddenStates.size(); ++i) {
        if (static_cast<int>(i) <= lowest && output.hiddenStates[i].requires_grad()) {
            differences.push_back("hidden_states." + std::to_string(i) + " is differentiated");
        }
    }
    for (const NamedTensor& parameter : setup.model.baseParameters()) {
        if (parameter.tensor.requires_grad() || parameter.tensor.grad().defined()) {
            differences.push_back(parameter.name + " has a gradient");
        }
    }
    if (baseHash(setup.model) != hashBefore) {
        differences.emplace_back("its values have changed");
    }
    return compareExactly("frozen base", listNames(differences));
}

} // namespace

Result<VerifyReport> runFixtureCase(const FixtureCase& fixture) try {
    Result<Setup> prepared = prepare(fixture);
    if (!prepared) {
        return fail(prepared.error());
    }
    Setup& setup = *prepared;
    const std::string& hashBefore = setup.baseHash;
    VerifyReport report{.name = fixture.name};
    const bool trainsBase = setTrainable(setup);
    const ModelOutput output = forwardPass(setup, true);
    const torch::Tensor loss = lossOf(setup, output);
    compareOutputs(setup, output, loss, report);
    compareNames(setup, report);
    // Merged weights are for inference: the format has no gradients for them.
    const bool isDifferentiated = fixture.merged.empty() && loss.requires_grad();
    if (isDifferentiated && !fixture.trainable.empty()) {
        loss.backward();
    }
    compareGradients(setup, report);
    compareRegularizer(setup, report);
    if (isDifferentiated) {
        for (const auto& [mode, numbers] : fixture.adamw) {
            compareAdamW(setup, mode, numbers, report);
        }
    }
    setup.model.unmerge();
    if (!trainsBase) {
        report.comparisons.push_back(compareFrozenBase(setup, output, hashBefore));
    }
    return report;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), fixture.folder.string());
} catch (const std::exception& error) {
    return fail(error.what(), fixture.folder.string());
}

} // namespace awb
