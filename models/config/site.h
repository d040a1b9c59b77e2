#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace awb {

/// A named place in a transformer where a module can be inserted (see README, "Sites").
enum class Site {
    AttentionOutput,   ///< after self-attention's output projection, sequential
    AttentionParallel, ///< beside self-attention, reads its residual input
    FfnOutput,         ///< after the second feed-forward projection, sequential
    FfnParallel,       ///< beside the feed-forward part, reads its residual input
    EmbeddingOutput,   ///< once, after the embeddings; undone in front of a language model's output matrix
    InputPrompt,       ///< extra tokens in front of the embeddings' output
    KeyValuePrefix,    ///< extra keys and values in self-attention
    AttentionQuery,    ///< the linear map that makes queries
    AttentionKey,
    AttentionValue,
    AttentionDense,  ///< self-attention's output projection
    FfnIntermediate, ///< first feed-forward linear map
    FfnDense,        ///< second feed-forward linear map
    BlockOutput,     ///< what leaves the whole block
    Pooler,          ///< the linear map of the pooler
};

inline constexpr std::array kBottleneckSites{Site::AttentionOutput, Site::AttentionParallel, Site::FfnOutput,
                                             Site::FfnParallel};
/// The linear maps of a block, in data-flow order.
inline constexpr std::array kLinearSites{Site::AttentionQuery, Site::AttentionKey,    Site::AttentionValue,
                                         Site::AttentionDense, Site::FfnIntermediate, Site::FfnDense};
/// Modules that stand outside the blocks (embeddings, prompt, pooler) carry this layer number.
inline constexpr int kNoLayer = -1;

/// "attention_output", "ffn_parallel", "embedding_output", "attention.query", "ffn.intermediate", ...
std::string_view siteName(Site site);
std::optional<Site> siteFromName(std::string_view name);

constexpr bool isParallelSite(Site site) {
    return site == Site::AttentionParallel || site == Site::FfnParallel;
}
constexpr bool isAttentionSite(Site site) {
    return site == Site::AttentionOutput || site == Site::AttentionParallel;
}
constexpr bool isBottleneckSite(Site site) {
    return site <= Site::FfnParallel;
}
constexpr bool isLinearSite(Site site) {
    return site >= Site::AttentionQuery && site <= Site::FfnDense;
}

} // namespace awb
