#include "models/families/post_norm_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <torch/types.h>

namespace awb {

namespace {

// The most negative float32: what the public checkpoints were trained and are compared with.
constexpr double kMasked = std::numeric_limits<float>::lowest();

LayerNorm emptyNorm(const ModelConfig& config) {
    return {torch::empty({config.hiddenSize}), torch::empty({config.hiddenSize}), config.layerNormEps};
}

} // namespace

PostNormEncoder::PostNormEncoder(const ModelConfig& config, bool withPooler)
    : m_config(config)
    , m_activation(findActivation(config.hiddenAct))
    , m_wordEmbeddings(torch::empty({config.vocabSize, config.hiddenSize}))
    , m_positionEmbeddings(torch::empty({config.maxPositions, config.hiddenSize}))
    , m_typeEmbeddings(config.typeVocabSize > 0 ? torch::empty({config.typeVocabSize, config.hiddenSize})
                                                : torch::Tensor())
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

torch::Tensor PostNormEncoder::positionsOf(const torch::Tensor& ids) const {
    if (!m_config.hasPaddedPositions()) {
        return torch::arange(ids.size(1));
    }
    const torch::Tensor isToken = ids.ne(m_config.padTokenId).to(torch::kInt64);
    return torch::cumsum(isToken, 1) * isToken + m_config.padTokenId;
}

torch::Tensor PostNormEncoder::embed(const ModelInput& input, ForwardContext& context) const {
    const std::int64_t tokens = input.ids.size(1);
    TORCH_CHECK(tokens <= m_config.longestText(), "the text has ", tokens, " tokens, the model has ",
                m_config.longestText(), " positions");
    // The padding token's row gets no gradient, as in the public library.
    const std::int64_t padding = m_config.padTokenId < m_config.vocabSize ? m_config.padTokenId : -1;
    torch::Tensor sum = torch::embedding(m_wordEmbeddings, input.ids, padding);
    if (m_typeEmbeddings.defined()) {
        sum = input.typeIds.defined() && m_config.typeVocabSize > 1
                  ? addInto(sum, torch::embedding(m_typeEmbeddings, input.typeIds))
                  : addInto(sum, m_typeEmbeddings[0]);
    }
    const torch::Tensor positions =
        m_config.hasPaddedPositions()
            ? torch::embedding(m_positionEmbeddings, positionsOf(input.ids), padding)
            : m_positionEmbeddings.narrow(0, 0, tokens);
    sum = addInto(sum, positions);
    return applyDropout(m_embeddingNorm(sum), m_config.hiddenDropout, context.training);
}

torch::Tensor PostNormEncoder::blockMask(const torch::Tensor& attentionMask) const {
    const std::int64_t batch = attentionMask.size(0);
    const std::int64_t tokens = attentionMask.size(1);
    torch::Tensor visible = attentionMask.to(torch::kFloat32).view({batch, 1, 1, tokens});
    if (m_config.isDecoder) {
        visible = visible * torch::tril(torch::ones({tokens, tokens}));
    }
    const torch::Tensor mask = (1.0 - visible) * kMasked;
    return mask.expand({batch, m_config.numHeads, mask.size(2), tokens}).reshape({-1, mask.size(2), tokens});
}

torch::Tensor PostNormEncoder::splitHeads(const torch::Tensor& states) const {
    const std::int64_t heads = m_config.numHeads;
    return states.view({states.size(0), states.size(1), heads, states.size(2) / heads})
        .transpose(1, 2)
        .reshape({states.size(0) * heads, states.size(1), states.size(2) / heads});
}

torch::Tensor PostNormEncoder::attend(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                                      const Sites& sites, ForwardContext& context) const {
    const Block& block = m_blocks.at(static_cast<std::size_t>(layer));
    const std::optional<Prefix> prefix = sites.prefix(layer, states, context);
    const torch::Tensor q = sites.linear(layer, Site::AttentionQuery, block.query, states, context);
    const torch::Tensor k = sites.linear(layer, Site::AttentionKey, block.key, states, context);
    const torch::Tensor v = sites.linear(layer, Site::AttentionValue, block.value, states, context);
    // A Parallel composition may have begun at any of the four.
    const std::int64_t batch =
        std::max({q.size(0), k.size(0), v.size(0), prefix ? prefix->keys.size(0) : std::int64_t{0}});
    const std::int64_t tokens = states.size(1);
    const std::int64_t heads = m_config.numHeads;
    const torch::Tensor query = splitHeads(matchRows(q, batch));
    torch::Tensor key = splitHeads(matchRows(k, batch));
    torch::Tensor value = splitHeads(matchRows(v, batch));
    torch::Tensor bias = matchRows(mask, batch * heads);
    if (prefix) {
        const std::int64_t length = prefix->keys.size(2);
        const auto flat = [&](const torch::Tensor& part) {
            return matchRows(part, batch).reshape({batch * heads, length, -1});
        };
        key = torch::cat({flat(prefix->keys), key}, 1);
        value = torch::cat({flat(prefix->values), value}, 1);
        const torch::Tensor front = matchRows(prefix->mask, batch)
                                        .view({batch, 1, 1, length})
                                        .expand({batch, heads, bias.size(1), length})
                                        .reshape({batch * heads, bias.size(1), length});
        bias = torch::cat({front, bias}, 2);
    }
    const double scale = 1.0 / std::sqrt(static_cast<double>(query.size(2)));
    const torch::Tensor scores = torch::baddbmm(bias, query, key.transpose(1, 2), 1.0, scale);
    const torch::Tensor weights =
        applyDropout(torch::softmax(scores, -1), m_config.attentionDropout, context.training);
    return torch::bmm(weights, value)
        .view({batch, heads, tokens, -1})
        .transpose(1, 2)
        .reshape({batch, tokens, m_config.hiddenSize});
}

torch::Tensor PostNormEncoder::block(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                                     const Sites& sites, ForwardContext& context) const {
    const Block& block = m_blocks.at(static_cast<std::size_t>(layer));
    const auto join = [&](BlockPart part, const torch::Tensor& output, const torch::Tensor& residual,
                          const LayerNorm& norm) {
        return sites.join({layer, part, output, residual, &norm}, context);
    };
    const auto linear = [&](Site site, const Linear& map, const torch::Tensor& input) {
        return sites.linear(layer, site, map, input, context);
    };
    const torch::Tensor attended = applyDropout(
        linear(Site::AttentionDense, block.attentionOutput, attend(layer, states, mask, sites, context)),
        m_config.hiddenDropout, context.training);
    const torch::Tensor middle = join(BlockPart::Attention, attended, states, block.attentionNorm);
    passSafePoint(middle, context);
    const torch::Tensor wide = m_activation(linear(Site::FfnIntermediate, block.intermediate, middle));
    const torch::Tensor fed =
        applyDropout(linear(Site::FfnDense, block.output, wide), m_config.hiddenDropout, context.training);
    return sites.blockOutput(layer, join(BlockPart::FeedForward, fed, middle, block.outputNorm), context);
}

torch::Tensor PostNormEncoder::pool(const torch::Tensor& states, const Sites& sites,
                                    ForwardContext& context) const {
    return torch::tanh(sites.linear(kNoLayer, Site::Pooler, *m_pooler, states.select(1, 0), context));
}

void PostNormEncoder::addPooler(torch::Generator& generator) {
    if (m_pooler) {
        return;
    }
    m_pooler = Linear::uninitialised(m_config.hiddenSize, m_config.hiddenSize);
    fillNormal(m_pooler->weight, m_config.initializerRange, generator);
    fillConstant(m_pooler->bias, 0.0);
}

std::vector<NamedTensor> PostNormEncoder::parameters() const {
    const ModelFamily family = m_config.family;
    const bool isDistil = family == ModelFamily::DistilBert;
    const std::string body = bodyPrefix(family);
    std::vector<NamedTensor> all;
    all.push_back({body + "embeddings.word_embeddings.weight", m_wordEmbeddings});
    all.push_back({body + "embeddings.position_embeddings.weight", m_positionEmbeddings});
    if (m_typeEmbeddings.defined()) {
        all.push_back({body + "embeddings.token_type_embeddings.weight", m_typeEmbeddings});
    }
    m_embeddingNorm.collect(body + "embeddings.LayerNorm.", all);
    for (int layer = 0; layer < m_config.numLayers; ++layer) {
        const Block& block = m_blocks[static_cast<std::size_t>(layer)];
        const std::string prefix = blockPrefix(family, layer);
        const auto collect = [&](const Linear& map, Site site) {
            map.collect(linearPrefix(family, layer, site), all);
        };
        collect(block.query, Site::AttentionQuery);
        collect(block.key, Site::AttentionKey);
        collect(block.value, Site::AttentionValue);
        collect(block.attentionOutput, Site::AttentionDense);
        block.attentionNorm.collect(prefix + (isDistil ? "sa_layer_norm." : "attention.output.LayerNorm."),
                                    all);
        collect(block.intermediate, Site::FfnIntermediate);
        collect(block.output, Site::FfnDense);
        block.outputNorm.collect(prefix + (isDistil ? "output_layer_norm." : "output.LayerNorm."), all);
    }
    if (m_pooler) {
        m_pooler->collect(linearPrefix(family, kNoLayer, Site::Pooler), all);
    }
    return all;
}

const Linear* PostNormEncoder::linearAt(int layer, Site site) const {
    if (site == Site::Pooler) {
        return m_pooler ? &*m_pooler : nullptr;
    }
    if (layer < 0 || layer >= m_config.numLayers) {
        return nullptr;
    }
    const Block& block = m_blocks[static_cast<std::size_t>(layer)];
    switch (site) {
    case Site::AttentionQuery:
        return &block.query;
    case Site::AttentionKey:
        return &block.key;
    case Site::AttentionValue:
        return &block.value;
    case Site::AttentionDense:
        return &block.attentionOutput;
    case Site::FfnIntermediate:
        return &block.intermediate;
    case Site::FfnDense:
        return &block.output;
    default:
        return nullptr;
    }
}

} // namespace awb
