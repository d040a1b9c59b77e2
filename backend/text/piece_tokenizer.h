#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/text/sequence_layout.h"
#include "backend/text/tokenizer.h"

namespace awb {

/// A token that is found as it stands in the raw text, before anything else is done to the text.
struct SpecialToken {
    std::string text;
    int id = 0;
    bool stripsLeft = false;  ///< swallows the white space in front of it
    bool stripsRight = false; ///< swallows the white space after it
};

/// Finds special tokens in a text: leftmost, then longest.
class SpecialTokenFinder {
public:
    struct Match {
        std::size_t begin = 0; ///< in code points
        std::size_t end = 0;
        int id = 0;
        bool stripsLeft = false;
        bool stripsRight = false;
    };

    explicit SpecialTokenFinder(const std::vector<SpecialToken>& tokens);

    /// The first match at or after `position`, or one that begins at npos.
    Match find(std::u32string_view text, std::size_t position) const;

private:
    struct Entry {
        std::u32string text;
        Match match; ///< without its place
    };
    std::vector<Entry> m_entries;  ///< longest first
    std::u32string m_firstLetters; ///< each once
};

/// What surrounds the way in which a tokenizer cuts a text.
struct TokenizerFrame {
    std::vector<SpecialToken> special;
    SequenceLayout layout;
    std::optional<int> maxLength;
    int maskId = -1;               ///< -1: none
    bool blankBeforeText = false;  ///< cut as if a blank stood before the text
    bool blankBeforeWords = false; ///< likewise before every word but the first of `encodeWords`
};

/// The range without the white space at its begin, unless there is nothing else in it.
Encoding::Span withoutLeadingBlanks(std::u32string_view text, Encoding::Span span);

/// What all tokenizers have in common: special tokens are cut out of the raw text, what is between them is
/// cut by the model's own rules, and special tokens are put around the result.
class PieceTokenizer : public Tokenizer {
public:
    Encoding encode(std::string_view text, const EncodeOptions& options) const final;
    Encoding encodePair(std::string_view first, std::string_view second,
                        const EncodeOptions& options) const final;
    Encoding encodeWords(std::span<const std::string> words, const EncodeOptions& options) const final;
    int padId() const final { return m_frame.layout.padId; }
    int maskId() const final { return m_frame.maskId; }
    std::optional<int> modelMaxLength() const final { return m_frame.maxLength; }

protected:
    explicit PieceTokenizer(TokenizerFrame frame);

    /// Appends the pieces of `text`, which holds no special token and whose first character stands at
    /// `origin` in the whole text (-1 for a blank that was put before it).
    virtual void cut(std::u32string_view text, std::int32_t origin, std::vector<Piece>& pieces) const = 0;

private:
    void cutText(std::string_view text, bool blankBefore, std::vector<Piece>& pieces) const;

    TokenizerFrame m_frame;
    SpecialTokenFinder m_finder;
};

} // namespace awb
