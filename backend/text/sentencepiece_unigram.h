#pragma once

#include "backend/text/prefix_trie.h"
#include "backend/text/sentencepiece_cutter.h"

namespace awb {

/// See SentencePieceCutter::create.
class UnigramCutter final : public SentencePieceCutter {
public:
    explicit UnigramCutter(const SentencePieceModel& model);
    std::vector<Cut> cut(std::string_view normalized) const override;

private:
    /// The best way to cut the text up to some place, by its last cut.
    struct Best {
        float score = 0;
        int id = 0;
        std::size_t begin = kNowhere;
    };
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

    void extend(std::string_view text, std::size_t begin, std::vector<Best>& best) const;
    double scoreOf(int id, std::size_t length) const;

    const SentencePieceModel& m_model;
    PrefixTrie m_trie;
    float m_unknownScore = 0;
    float m_highestScore = 0;
};

} // namespace awb
