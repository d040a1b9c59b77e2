#pragma once

#include <string_view>
#include <unordered_map>

#include "backend/text/sentencepiece_cutter.h"

namespace awb {

/// See SentencePieceCutter::create. The entries that a text may be cut into are found by their text, whatever
/// pair of others it came from.
class PairCutter final : public SentencePieceCutter {
public:
    PairCutter(const SentencePieceModel& model, const SentencePieceNormalizer& normalizer);
    std::vector<Cut> cut(std::string_view normalized) const override;

private:
    class Run;
    /// The entry with this text, or -1.
    int find(std::string_view text) const;

    const SentencePieceModel& m_model;
    const SentencePieceNormalizer& m_normalizer;
    std::unordered_map<std::string_view, int> m_entries;
};

} // namespace awb
