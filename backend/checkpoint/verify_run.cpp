#include "backend/checkpoint/verify_run.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/tensor_io.h"
#include "backend/checkpoint/verify_compare.h"
#include "backend/formats/safetensors.h"

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
    torch::Tensor labels; ///< undefined without a head
    /// "gating.NAME.LAYER.LOCATION" of the pass that is watched.
    Expected gates;
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
    if (tensor.dim() != 2 || tensor.scalar_type() != torch::kInt64) {
        return fail("the tensor must be int64 of shape [batch, tokens]",
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
    if (ids.size(1) > config.maxPositions) {
        return fail("the texts are longer than the model's " + std::to_string(config.maxPositions) +
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

Result<void> readLabels(Setup& setup) {
    if (setup.fixture.head.empty() || setup.fixture.pseudoLoss) {
        return {};
    }
    const std::string place = expectedFile(setup.fixture) + ": label.labels";
    const auto found = setup.expected.find("label.labels");
    if (found == setup.expected.end()) {
        return fail("the tensor is missing", place, "A case with a head has labels");
    }
    const HeadConfig& head = *setup.model.headConfig(setup.fixture.head);
    if (found->second.numel() != setup.input.ids.size(0)) {
        return fail("there must be one label for each of the " + std::to_string(setup.input.ids.size(0)) +
                        " texts",
                    place);
    }
    if (head.type == HeadType::Regression) {
        setup.labels = found->second.to(torch::kFloat32);
        return {};
    }
    if (found->second.scalar_type() != torch::kInt64) {
        return fail("class labels must be int64", place);
    }
    setup.labels = found->second;
    const torch::Tensor counted = setup.labels.masked_select(setup.labels.ne(-100));
    if (const auto error = checkRange(setup, "label.labels", counted, head.numLabels)) {
        return fail(*error);
    }
    return {};
}

Result<Setup> prepare(const FixtureCase& fixture) {
    Result<LoadedModel> loaded = loadModel(fixture.model);
    if (!loaded) {
        return fail(loaded.error());
    }
    Setup setup{fixture, std::move(loaded->model), {}, {}, {}, {}};
    for (const std::string& adapter : fixture.adapters) {
        if (const auto done = loadAdapter(setup.model, fixture.folder / "adapters" / adapter, adapter);
            !done) {
            return fail(done.error());
        }
    }
    if (!fixture.head.empty()) {
        if (const auto done = loadHead(setup.model, fixture.folder / "heads" / fixture.head, fixture.head);
            !done) {
            return fail(done.error());
        }
    } else if (!fixture.pseudoLoss) {
        return fail("a case without a head must have `pseudo_loss` true",
                    (fixture.folder / "case.json").string());
    }
    if (const auto done = setup.model.setActive(fixture.active, fixture.head); !done) {
        return fail(done.error().what,
                    (fixture.folder / "case.json").string() + "/active: " + done.error().where);
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

/// Sets gradients as the case says. Which of the adapters are trained follows from the names that it lists;
/// whether exactly those parameters are trained is compared afterwards. True where the base is trained.
bool setTrainable(Setup& setup) {
    const FixtureCase& fixture = setup.fixture;
    std::vector<std::string> adapters;
    for (const std::string& adapter : fixture.adapters) {
        const bool isListed =
            std::any_of(fixture.trainable.begin(), fixture.trainable.end(), [&](const auto& item) {
                return item.name.find(".adapters." + adapter + ".") != std::string::npos;
            });
        if (isListed) {
            adapters.push_back(adapter);
        }
    }
    // "none": nobody chose, so nothing was frozen; a case without trainable parameters was only evaluated.
    const bool isUntouched = fixture.train == FixtureCase::Train::None && !fixture.trainable.empty();
    const bool isBase = fixture.train == FixtureCase::Train::Full || isUntouched;
    setup.model.setTrainable(adapters, fixture.train != FixtureCase::Train::None || isUntouched, isBase);
    return isBase;
}

ModelOutput forwardPass(Setup& setup, bool watched) {
    ForwardContext context;
    context.skipLayers = setup.fixture.skipLayers;
    context.attentionMask = setup.input.attentionMask;
    context.keepHiddenStates = watched;
    if (watched) {
        context.observe = [&](const SiteObservation& seen) {
            if (seen.gate.defined()) {
                const char* location = isAttentionSite(seen.site) ? "mh_adapter" : "output_adapter";
                setup.gates["gating." + seen.adapter + "." + std::to_string(seen.layer) + "." + location] =
                    seen.gate.detach().reshape({-1});
            }
        };
    }
    return setup.model.forward(setup.input, context);
}

torch::Tensor lossOf(const Setup& setup, const ModelOutput& output) {
    if (!setup.fixture.pseudoLoss) {
        return headLoss(*setup.model.headConfig(setup.fixture.head), output.logits, setup.labels);
    }
    const torch::Tensor mask = setup.input.attentionMask.to(torch::kFloat32);
    const torch::Tensor slope = torch::linspace(-1.0, 1.0, output.lastHiddenState.size(2));
    return (torch::matmul(output.lastHiddenState, slope) * mask).sum() / mask.sum();
}

void compareOutputs(const Setup& setup, const ModelOutput& output, const torch::Tensor& loss,
                    VerifyReport& report) {
    Expected actual = setup.gates;
    actual["last_hidden_state"] = output.lastHiddenState;
    actual["pooler_output"] = output.poolerOutput;
    actual["logits"] = output.logits;
    actual["loss"] = loss;
    for (std::size_t i = 0; i < output.hiddenStates.size(); ++i) {
        actual["hidden_states." + std::to_string(i)] = output.hiddenStates[i];
    }
    for (const auto& [name, tensor] : setup.expected) {
        if (name.starts_with("input.") || name.starts_with("label.") || name.starts_with("grad.")) {
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

void compareNames(const Setup& setup, VerifyReport& report) {
    const FixtureCase& fixture = setup.fixture;
    std::map<std::string, std::vector<std::int64_t>> mine;
    std::int64_t total = 0;
    for (const NamedTensor& parameter : setup.model.trainableParameters()) {
        mine[parameter.name] = parameter.tensor.sizes().vec();
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
    compareCount("added_parameters_total", fixture.addedTotal, added);
}

void compareGradients(const Setup& setup, VerifyReport& report) {
    std::vector<std::string> differences;
    std::set<std::string> seen;
    for (const NamedTensor& parameter : setup.model.trainableParameters()) {
        const torch::Tensor& gradient = parameter.tensor.grad();
        const auto expected = setup.expected.find("grad." + parameter.name);
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
        report.comparisons.push_back(
            compareGradient(expected->first, gradient, expected->second, setup.fixture.maxAbsGradient));
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

/// Three steps of AdamW from the loaded weights, as the format's `adamw.plain`.
void compareAdamW(Setup& setup, const FixtureCase::AdamW& expected, VerifyReport& report) {
    const std::vector<NamedTensor> parameters = setup.model.trainableParameters();
    std::vector<torch::Tensor> tensors;
    for (const NamedTensor& parameter : parameters) {
        parameter.tensor.mutable_grad().reset();
        tensors.push_back(parameter.tensor);
    }
    torch::optim::AdamW optimiser(tensors, torch::optim::AdamWOptions(kLearningRate)
                                               .betas({kBeta1, kBeta2})
                                               .eps(kEpsilon)
                                               .weight_decay(kWeightDecay));
    std::vector<double> losses;
    std::vector<std::string> lossNames;
    for (std::size_t step = 0; step < expected.losses.size(); ++step) {
        const torch::Tensor loss = lossOf(setup, forwardPass(setup, false));
        losses.push_back(loss.item<double>());
        lossNames.push_back("loss " + std::to_string(step + 1));
        if (step + 1 < expected.losses.size()) {
            optimiser.zero_grad();
            loss.backward();
            optimiser.step();
        }
    }
    report.comparisons.push_back(compareNumbers("adamw.plain.losses", lossNames, losses, expected.losses));

    std::vector<std::string> names;
    std::vector<double> actualSquares;
    std::vector<double> expectedSquares;
    std::vector<std::string> untrained;
    for (const auto& [name, sums] : expected.sums) {
        const auto found = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const NamedTensor& parameter) { return parameter.name == name; });
        if (found == parameters.end()) {
            untrained.push_back(name + " is not trained");
        } else if (!setup.fixture.roundingNoise.contains(name)) {
            names.push_back("sum of squares of " + name);
            const torch::Tensor values = found->tensor.detach().to(torch::kFloat64);
            actualSquares.push_back(values.square().sum().item<double>());
            expectedSquares.push_back(sums[1]);
        }
    }
    Comparison squares = compareNumbers("adamw.plain sums of squares", names, actualSquares, expectedSquares);
    if (!untrained.empty()) {
        squares.passed = false;
        squares.detail = listNames(untrained);
    }
    report.comparisons.push_back(std::move(squares));
}

/// The lowest layer with a module that is trained in this pass; the number of layers when only a head is.
int lowestTrainedLayer(const Setup& setup) {
    for (int layer = 0; layer < setup.model.config().numLayers; ++layer) {
        for (const std::string& adapter : setup.fixture.active.leaves()) {
            for (const Site site : kBottleneckSites) {
                const AdapterModel::ModuleTensors module = setup.model.moduleTensors(adapter, layer, site);
                if (!setup.fixture.skipLayers.contains(layer) && !module.all.empty() &&
                    module.all.front().requires_grad()) {
                    return layer;
                }
            }
        }
    }
    return setup.model.config().numLayers;
}

/// The rules of a frozen base, which the format does not list but promises: it gets no gradients, nothing
/// below the lowest trained module is differentiated, and no bit of it changes.
Comparison compareFrozenBase(const Setup& setup, const ModelOutput& output, const std::string& hashBefore) {
    std::vector<std::string> differences;
    const auto lowest = static_cast<std::size_t>(lowestTrainedLayer(setup));
    for (std::size_t i = 0; i <= lowest && i < output.hiddenStates.size(); ++i) {
        if (output.hiddenStates[i].requires_grad()) {
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
    VerifyReport report{.name = fixture.name};
    const std::string hashBefore = baseHash(setup.model);
    const bool trainsBase = setTrainable(setup);
    const ModelOutput output = forwardPass(setup, true);
    const torch::Tensor loss = lossOf(setup, output);
    compareOutputs(setup, output, loss, report);
    compareNames(setup, report);
    if (!fixture.trainable.empty() && loss.requires_grad()) {
        loss.backward();
    }
    compareGradients(setup, report);
    if (fixture.adamw && loss.requires_grad()) {
        compareAdamW(setup, *fixture.adamw, report);
    }
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
