#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace awb {

/// A named place in a transformer block where a module can be inserted (see README, "Sites").
enum class Site {
    AttentionOutput,   ///< after self-attention's output projection, sequential
    AttentionParallel, ///< beside self-attention, reads its residual input
    FfnOutput,         ///< after the second feed-forward projection, sequential
    FfnParallel,       ///< beside the feed-forward part, reads its residual input
};

inline constexpr std::array kBottleneckSites{Site::AttentionOutput, Site::AttentionParallel, Site::FfnOutput,
                                             Site::FfnParallel};

/// "attention_output", "attention_parallel", "ffn_output", "ffn_parallel".
std::string_view siteName(Site site);
std::optional<Site> siteFromName(std::string_view name);

constexpr bool isParallelSite(Site site) {
    return site == Site::AttentionParallel || site == Site::FfnParallel;
}
constexpr bool isAttentionSite(Site site) {
    return site == Site::AttentionOutput || site == Site::AttentionParallel;
}

} // namespace awb
