#include "models/config/site.h"

#include <utility>

namespace awb {

namespace {

constexpr std::array<std::pair<Site, std::string_view>, 15> kNames{{
    {Site::AttentionOutput, "attention_output"},
    {Site::AttentionParallel, "attention_parallel"},
    {Site::FfnOutput, "ffn_output"},
    {Site::FfnParallel, "ffn_parallel"},
    {Site::EmbeddingOutput, "embedding_output"},
    {Site::InputPrompt, "input_prompt"},
    {Site::KeyValuePrefix, "attention.key_value_prefix"},
    {Site::AttentionQuery, "attention.query"},
    {Site::AttentionKey, "attention.key"},
    {Site::AttentionValue, "attention.value"},
    {Site::AttentionDense, "attention.output"},
    {Site::FfnIntermediate, "ffn.intermediate"},
    {Site::FfnDense, "ffn.output"},
    {Site::BlockOutput, "block_output"},
    {Site::Pooler, "pooler"},
}};

} // namespace

std::string_view siteName(Site site) {
    for (const auto& [known, name] : kNames) {
        if (known == site) {
            return name;
        }
    }
    return {};
}

std::optional<Site> siteFromName(std::string_view name) {
    for (const auto& [site, known] : kNames) {
        if (known == name) {
            return site;
        }
    }
    return std::nullopt;
}

} // namespace awb
