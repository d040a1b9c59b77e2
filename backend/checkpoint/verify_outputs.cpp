#include "backend/checkpoint/verify_outputs.h"

#include <utility>

#include <torch/autograd.h>

#include "backend/train/batching.h"
#include "models/config/parameter_names.h"
#include "models/heads/prediction_head.h"

namespace awb {

namespace {

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

void watch(VerifySetup& setup, ForwardContext& context) {
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

bool isMaskedLm(const VerifySetup& setup, const std::string& head) {
    return setup.model.headConfig(head)->type == HeadType::MaskedLm;
}

/// One head's loss on the rows that it is about.
torch::Tensor headLossOf(const VerifySetup& setup, const HeadOutput& head) {
    if (isMaskedLm(setup, head.head) && head.logits.dim() == 2) { // asked as training asks
        return headLoss(*setup.model.headConfig(head.head), head.logits,
                        setup.labels.masked_select(setup.labels.ne(kIgnoredLabel)));
    }
    const bool isAll = head.rows == setup.labels.size(0) || head.firstRow + head.rows > setup.labels.size(0);
    const auto rows = [&](const torch::Tensor& tensor) {
        return isAll ? tensor : tensor.narrow(0, head.firstRow, head.rows);
    };
    const torch::Tensor mask =
        setup.input.attentionMask.dim() == 2 ? rows(setup.input.attentionMask) : torch::Tensor();
    return headLoss(*setup.model.headConfig(head.head), head.logits, rows(setup.labels), mask);
}

/// What the heads say, under the format's names.
void addHeadOutputs(const VerifySetup& setup, const ModelOutput& output, TensorsByName& actual) {
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

} // namespace

ModelOutput forwardPass(VerifySetup& setup, bool watched) {
    ForwardContext context;
    context.skipLayers = setup.fixture.skipLayers;
    context.attentionMask = setup.input.attentionMask;
    context.keepHiddenStates = watched;
    if (watched) {
        watch(setup, context);
    } else if (const auto& heads = setup.fixture.heads;
               heads.size() == 1 && setup.labels.defined() && isMaskedLm(setup, heads.front())) {
        context.askedTokens = setup.labels.view({-1}).ne(kIgnoredLabel).nonzero().squeeze(1);
    }
    return setup.model.forward(setup.input, context);
}

torch::Tensor lossOf(const VerifySetup& setup, const ModelOutput& output) {
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

void compareOutputs(const VerifySetup& setup, const ModelOutput& output, const torch::Tensor& loss,
                    VerifyReport& report) {
    TensorsByName actual = setup.seen;
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

void compareRegularizer(const VerifySetup& setup, VerifyReport& report) {
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

} // namespace awb
