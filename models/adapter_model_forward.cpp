#include <algorithm>

#include <torch/types.h>

#include "models/adapter_model_impl.h"

namespace awb {

namespace {

/// Rows of the output's and of the input's batch that a branch of the composition has.
struct Branch {
    std::int64_t firstOut;
    std::int64_t firstIn;
    std::int64_t rows;
};

void collectBranches(const Composition& node, const Branch& whole, std::vector<Branch>& into) {
    using Kind = Composition::Kind;
    if (node.kind == Kind::Stack && !node.children.empty()) {
        collectBranches(node.children.back(), whole, into);
    } else if (node.kind == Kind::Parallel) {
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const std::int64_t first = whole.firstOut + static_cast<std::int64_t>(i) * whole.rows;
            collectBranches(node.children[i], {first, whole.firstIn, whole.rows}, into);
        }
    } else if (node.kind == Kind::BatchSplit) {
        std::int64_t done = 0;
        const std::vector<std::int64_t> counts = batchParts(node, whole.rows);
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            collectBranches(node.children[i], {whole.firstOut + done, whole.firstIn + done, counts[i]}, into);
            done += counts[i];
        }
    } else {
        into.push_back(whole);
    }
}

/// Multiple choice: [B, C, T] becomes [B C, T].
torch::Tensor flattened(const torch::Tensor& tensor) {
    return tensor.defined() && tensor.dim() == 3 ? tensor.view({-1, tensor.size(2)}) : tensor;
}

void beginPass(ForwardContext& context, std::int64_t batch, const torch::Tensor& attentionMask) {
    context.pass = PassState{};
    context.pass.batch = batch;
    context.pass.attentionMask = attentionMask;
}

} // namespace

ModelOutput AdapterModel::forward(const ModelInput& input, ForwardContext& context) {
    const ModelInput flat{flattened(input.ids), flattened(input.attentionMask), flattened(input.typeIds)};
    beginPass(context, flat.ids.size(0), flat.attentionMask);
    const torch::Tensor embedded = m_impl->sites.embeddings(m_impl->encoder->embed(flat, context), context);
    const Prompted prompted = m_impl->sites.prompt(embedded, flat.attentionMask, context);
    context.pass.attentionMask = prompted.attentionMask;
    return m_impl->runBlocks(prompted.states, 0, context);
}

torch::Tensor AdapterModel::lowerStates(const ModelInput& input, int layer, ForwardContext& context) {
    const torch::NoGradGuard guard;
    ForwardContext plain = context;
    plain.training = false; // states that are used again must not be random
    beginPass(plain, input.ids.size(0), input.attentionMask);
    torch::Tensor states = m_impl->sites.embeddings(m_impl->encoder->embed(input, plain), plain);
    const torch::Tensor mask = m_impl->encoder->blockMask(input.attentionMask);
    for (int i = 0; i < std::min(layer, m_impl->config.numLayers); ++i) {
        passSafePoint(states, plain);
        states = m_impl->encoder->block(i, states, mask, m_impl->sites, plain);
    }
    return states;
}

ModelOutput AdapterModel::forwardFrom(const torch::Tensor& states, int layer,
                                      const torch::Tensor& attentionMask, ForwardContext& context) {
    beginPass(context, states.size(0), attentionMask);
    return m_impl->runBlocks(states, layer, context);
}

ModelOutput AdapterModel::Impl::runBlocks(const torch::Tensor& states, int layer, ForwardContext& context) {
    ModelOutput out;
    torch::Tensor current = states;
    const torch::Tensor mask = encoder->blockMask(context.pass.attentionMask);
    for (int i = layer; i < config.numLayers; ++i) {
        if (context.keepHiddenStates) {
            out.hiddenStates.push_back(current);
        }
        passSafePoint(current, context);
        current = encoder->block(i, current, mask, sites, context);
    }
    passSafePoint(current, context);
    if (context.keepHiddenStates) {
        out.hiddenStates.push_back(current);
    }
    out.lastHiddenState = current;
    out.attentionMask = matchRows(context.pass.attentionMask, current.size(0));
    if (encoder->hasPooler()) {
        out.poolerOutput = encoder->pool(current, sites, context);
    }
    runHeads(out, context);
    return out;
}

void AdapterModel::Impl::runHeads(ModelOutput& out, ForwardContext& context) {
    if (activeHeads.empty()) {
        return;
    }
    std::vector<Branch> branches;
    if (activeHeads.size() > 1) {
        collectBranches(sites.active, {0, 0, context.pass.batch}, branches);
    } else {
        branches.push_back({0, 0, out.lastHiddenState.size(0)});
    }
    for (std::size_t i = 0; i < activeHeads.size(); ++i) {
        const PredictionHead& head = heads.at(activeHeads[i]);
        const Branch& branch = branches.at(i);
        const auto rowsOf = [&](const torch::Tensor& tensor) {
            return tensor.defined() ? tensor.narrow(0, branch.firstOut, branch.rows) : tensor;
        };
        const torch::Tensor logits =
            runHead(head, rowsOf(out.lastHiddenState), rowsOf(out.poolerOutput), context);
        out.heads.push_back({head.config().name, logits, branch.firstIn, branch.rows});
    }
    out.logits = out.heads.front().logits;
}

torch::Tensor AdapterModel::Impl::runHead(const PredictionHead& head, const torch::Tensor& states,
                                          const torch::Tensor& pooled, ForwardContext& context) const {
    const HeadConfig& options = head.config();
    if (!isPerToken(options.type)) {
        const torch::Tensor logits =
            head.run(options.usePooler ? pooled : states.select(1, 0), context.training);
        return options.type == HeadType::MultipleChoice ? logits.view({-1, options.numLabels}) : logits;
    }
    torch::Tensor tokens = states;
    if (const PromptModule* prompt = sites.activePrompt(context)) {
        // A prompt's own positions have no labels.
        const std::int64_t before = std::min(prompt->position(), states.size(1) - prompt->length());
        const std::int64_t after = before + prompt->length();
        tokens =
            torch::cat({states.narrow(1, 0, before), states.narrow(1, after, states.size(1) - after)}, 1);
    }
    if (!isLanguageModel(options.type)) {
        return head.run(tokens, context.training);
    }
    torch::Tensor last = sites.beforeLmHead(head.transform(tokens), context);
    if (context.askedTokens.defined()) {
        last = last.reshape({-1, last.size(-1)}).index_select(0, context.askedTokens);
    }
    return head.decode(last, encoder->wordEmbeddings());
}

} // namespace awb
