#include "models/families/bert.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <torch/torch.h>

namespace awb {

namespace {

// The most negative float32: what the public checkpoints were trained and are compared with.
constexpr double kMasked = std::numeric_limits<float>::lowest();

LayerNorm emptyNorm(const ModelConfig& config) {
    return {torch::empty({config.hiddenSize}), torch::empty({config.hiddenSize}), config.layerNormEps};
}

} // namespace

BertEncoder::BertEncoder(const ModelConfig& config, bool withPooler)
    : m_config(config)
    , m_activation(findActivation(config.hiddenAct))
    , m_wordEmbeddings(torch::empty({config.vocabSize, config.hiddenSize}))
    , m_positionEmbeddings(torch::empty({config.maxPositions, config.hiddenSize}))
    , m_typeEmbeddings(torch::empty({config.typeVocabSize, config.hiddenSize}))
    , m_embeddingNorm(emptyNorm(config)) {
    if (m_activation == nullptr) {
        throw std::invalid_argument("hidden_act \"" + config.hiddenAct + "\" is not known");
    }
    const std::int64_t hidden = config.hiddenSize;
    const std::int64_t inner = config.intermediateSize;
    m_blocks.reserve(static_cast<std::size_t>(config.numLayers));
    for (int layer = 0; layer < config.numLayers; ++layer) {
        m_blocks.push_back({.query = Linear::uninitialised(hidden, hidden),
                            .key = Linear::uninitialised(hidden, hidden),
                            .value = Linear::uninitialised(hidden, hidden),
                            .attentionOutput = Linear::uninitialised(hidden, hidden),
                            .attentionNorm = emptyNorm(config),
                            .intermediate = Linear::uninitialised(hidden, inner),
                            .output = Linear::uninitialised(inner, hidden),
                            .outputNorm = emptyNorm(config)});
    }
    if (withPooler) {
        m_pooler = Linear::uninitialised(hidden, hidden);
    }
}

torch::Tensor BertEncoder::embed(const ModelInput& input, ForwardContext& context) const {
    const std::int64_t tokens = input.ids.size(1);
    TORCH_CHECK(tokens <= m_config.maxPositions, "the text has ", tokens, " tokens, the model has ",
                m_config.maxPositions, " positions");
    // The padding token's row gets no gradient, as in the public library.
    const std::int64_t padding = m_config.padTokenId < m_config.vocabSize ? m_config.padTokenId : -1;
    torch::Tensor sum = torch::embedding(m_wordEmbeddings, input.ids, padding);
    sum = input.typeIds.defined() ? addInto(sum, torch::embedding(m_typeEmbeddings, input.typeIds))
                                  : addInto(sum, m_typeEmbeddings[0]);
    sum = addInto(sum, m_positionEmbeddings.narrow(0, 0, tokens));
    return applyDropout(m_embeddingNorm(sum), m_config.hiddenDropout, context.training);
}

torch::Tensor BertEncoder::blockMask(const torch::Tensor& attentionMask) const {
    const std::int64_t batch = attentionMask.size(0);
    const std::int64_t tokens = attentionMask.size(1);
    torch::Tensor visible = attentionMask.to(torch::kFloat32).view({batch, 1, 1, tokens});
    if (m_config.isDecoder) {
        visible = visible * torch::tril(torch::ones({tokens, tokens}));
    }
    const torch::Tensor mask = (1.0 - visible) * kMasked;
    return mask.expand({batch, m_config.numHeads, mask.size(2), tokens}).reshape({-1, mask.size(2), tokens});
}

torch::Tensor BertEncoder::splitHeads(const torch::Tensor& states) const {
    const std::int64_t heads = m_config.numHeads;
    return states.view({states.size(0), states.size(1), heads, states.size(2) / heads})
        .transpose(1, 2)
        .reshape({states.size(0) * heads, states.size(1), states.size(2) / heads});
}

torch::Tensor BertEncoder::attend(const Block& block, const torch::Tensor& states, const torch::Tensor& mask,
                                  ForwardContext& context) const {
    const std::int64_t batch = states.size(0);
    const std::int64_t tokens = states.size(1);
    const std::int64_t heads = m_config.numHeads;
    const torch::Tensor query = splitHeads(block.query(states));
    const torch::Tensor key = splitHeads(block.key(states));
    const torch::Tensor value = splitHeads(block.value(states));
    const double scale = 1.0 / std::sqrt(static_cast<double>(query.size(2)));
    const torch::Tensor scores = torch::baddbmm(mask, query, key.transpose(1, 2), 1.0, scale);
    const torch::Tensor weights =
        applyDropout(torch::softmax(scores, -1), m_config.attentionDropout, context.training);
    return torch::bmm(weights, value)
        .view({batch, heads, tokens, -1})
        .transpose(1, 2)
        .reshape({batch, tokens, m_config.hiddenSize});
}

torch::Tensor BertEncoder::block(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                                 const Sites& sites, ForwardContext& context) const {
    const Block& block = m_blocks.at(static_cast<std::size_t>(layer));
    const auto join = [&](BlockPart part, const torch::Tensor& output, const torch::Tensor& residual,
                          const LayerNorm& norm) {
        return sites.join({layer, part, output, residual, &norm}, context);
    };
    const torch::Tensor attended = applyDropout(block.attentionOutput(attend(block, states, mask, context)),
                                                m_config.hiddenDropout, context.training);
    const torch::Tensor middle = join(BlockPart::Attention, attended, states, block.attentionNorm);
    passSafePoint(middle, context);
    const torch::Tensor fed = applyDropout(block.output(m_activation(block.intermediate(middle))),
                                           m_config.hiddenDropout, context.training);
    return join(BlockPart::FeedForward, fed, middle, block.outputNorm);
}

torch::Tensor BertEncoder::pool(const torch::Tensor& states) const {
    return torch::tanh((*m_pooler)(states.select(1, 0)));
}

void BertEncoder::addPooler(torch::Generator& generator) {
    if (m_pooler) {
        return;
    }
    m_pooler = Linear::uninitialised(m_config.hiddenSize, m_config.hiddenSize);
    fillNormal(m_pooler->weight, m_config.initializerRange, generator);
    fillConstant(m_pooler->bias, 0.0);
}

std::vector<NamedTensor> BertEncoder::parameters() const {
    std::vector<NamedTensor> all;
    all.push_back({"bert.embeddings.word_embeddings.weight", m_wordEmbeddings});
    all.push_back({"bert.embeddings.position_embeddings.weight", m_positionEmbeddings});
    all.push_back({"bert.embeddings.token_type_embeddings.weight", m_typeEmbeddings});
    m_embeddingNorm.collect("bert.embeddings.LayerNorm.", all);
    for (int layer = 0; layer < m_config.numLayers; ++layer) {
        const Block& block = m_blocks[static_cast<std::size_t>(layer)];
        const std::string prefix = "bert.encoder.layer." + std::to_string(layer) + ".";
        block.query.collect(prefix + "attention.self.query.", all);
        block.key.collect(prefix + "attention.self.key.", all);
        block.value.collect(prefix + "attention.self.value.", all);
        block.attentionOutput.collect(prefix + "attention.output.dense.", all);
        block.attentionNorm.collect(prefix + "attention.output.LayerNorm.", all);
        block.intermediate.collect(prefix + "intermediate.dense.", all);
        block.output.collect(prefix + "output.dense.", all);
        block.outputNorm.collect(prefix + "output.LayerNorm.", all);
    }
    if (m_pooler) {
        m_pooler->collect("bert.pooler.dense.", all);
    }
    return all;
}

std::string BertEncoder::joinPrefix(int layer, BlockPart part) const {
    return "bert.encoder.layer." + std::to_string(layer) +
           (part == BlockPart::Attention ? ".attention.output." : ".output.");
}

} // namespace awb
