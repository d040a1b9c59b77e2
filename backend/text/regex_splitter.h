#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// How GPT-2 and RoBERTa cut a text before they merge bytes: contractions, then runs of letters, of digits
/// and of others, each with at most one blank in front of it (Radford et al. 2019).
inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Cuts a text by a regular expression: every match is a part, and so is what lies between two matches.
class RegexSplitter {
public:
    struct Part {
        std::size_t begin = 0; ///< in code points
        std::size_t end = 0;
    };

    /// `\s` and `\S` mean the Unicode property White_Space, as in the tokenizers' own regular expressions
    /// (ICU's are narrower). The error says what ICU makes of a broken pattern.
    static Result<RegexSplitter> create(std::string_view pattern);
    RegexSplitter(RegexSplitter&& other) noexcept;
    RegexSplitter& operator=(RegexSplitter&& other) noexcept;
    ~RegexSplitter();

    /// Replaces `parts` by those of `text`, in order; together they are the whole text.
    void split(std::u32string_view text, std::vector<Part>& parts) const;

private:
    struct Pattern;
    explicit RegexSplitter(std::unique_ptr<const Pattern> pattern);

    std::unique_ptr<const Pattern> m_pattern;
};

} // namespace awb
