#include "backend/checkpoint/verify_training.h"

#include <algorithm>
#include <set>
#include <utility>

#include <torch/optim/adamw.h>

#include "backend/checkpoint/tensor_io.h"
#include "backend/checkpoint/verify_outputs.h"
#include "backend/formats/safetensors.h"

namespace awb {

namespace {

constexpr double kLearningRate = 1e-3;
constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kWeightDecay = 0.01;

/// PEFT's factors are rows or columns, ours always columns.
torch::Tensor asExpected(const torch::Tensor& gradient, const torch::Tensor& expected) {
    return gradient.numel() == expected.numel() ? gradient.view(expected.sizes()) : gradient;
}

/// When the fusion regulariser's gradient joins: never, in its own step, or one step late, as the public
/// library's trainer has it.
enum class Regularizer { None, SameStep, NextStep };

/// The losses before each step and after the last one.
std::vector<double> trainSteps(VerifySetup& setup, const std::vector<torch::Tensor>& tensors,
                               std::size_t losses, Regularizer when) {
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

/// Up to which hidden state nothing may be differentiated: the lowest layer with a trained module in this
/// pass, the number of layers when only a head is trained, or -1 where a module serves the whole network.
int lowestTrainedLayer(const VerifySetup& setup) {
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

} // namespace

void compareNames(const VerifySetup& setup, VerifyReport& report) {
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

void compareGradients(const VerifySetup& setup, VerifyReport& report) {
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

void compareAdamW(VerifySetup& setup, const std::string& mode, const FixtureCase::AdamW& expected,
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

Comparison compareFrozenBase(const VerifySetup& setup, const ModelOutput& output,
                             const std::string& hashBefore) {
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

} // namespace awb
