#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "backend/text/piece_tokenizer.h"
#include "backend/text/tokenizer_config.h"

namespace awb {

/// Collects the special tokens of a tokenizer: those that its files add to the vocabulary, and those with a
/// role, looked up in the vocabulary. `Vocabulary` has `size`, `find` and `add`.
template<typename Vocabulary>
class SpecialTokenReader {
public:
    SpecialTokenReader(const TokenizerConfig& config, Vocabulary& vocabulary)
        : m_config(config)
        , m_vocabulary(vocabulary) {
        const int size = vocabulary.size();
        for (const SpecialToken& token : config.added) {
            if (token.id >= size && vocabulary.find(token.text) < 0) {
                vocabulary.add(token.text, token.id);
                m_found.push_back(token);
            }
        }
        for (const std::string& text : config.additional) {
            if (const int id = vocabulary.find(text); id >= 0) {
                keep({.text = text, .id = id, .stripsLeft = true, .stripsRight = true});
            }
        }
    }

    /// The id of the token with a role; `fallback` is its usual text.
    int required(const char* role, const char* fallback) {
        const std::string text = m_config.role(role, fallback);
        const int id = m_vocabulary.find(text);
        if (id < 0 && m_missing.empty()) {
            m_missing = text;
        }
        keep({.text = text, .id = std::max(id, 0)});
        return id;
    }

    /// The same for one that the vocabulary need not have; -1 without it.
    int optional(const char* role, const char* fallback, bool stripsLeft = false) {
        const std::string text = m_config.role(role, fallback);
        const int id = text.empty() ? -1 : m_vocabulary.find(text);
        if (id >= 0) {
            keep({.text = text, .id = id, .stripsLeft = stripsLeft});
        }
        return id;
    }

    /// The first required token that the vocabulary lacks; empty if there is none.
    const std::string& missing() const { return m_missing; }
    std::vector<SpecialToken> take() { return std::move(m_found); }

private:
    void keep(SpecialToken token) {
        if (std::ranges::find(m_found, token.text, &SpecialToken::text) == m_found.end()) {
            m_found.push_back(std::move(token));
        }
    }

    const TokenizerConfig& m_config;
    Vocabulary& m_vocabulary;
    std::vector<SpecialToken> m_found;
    std::string m_missing;
};

} // namespace awb
