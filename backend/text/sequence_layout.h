#pragma once

#include <cstdint>
#include <vector>

#include "backend/text/tokenizer.h"

namespace awb {

/// A token that was cut out of a text.
struct Piece {
    int id = 0;
    Encoding::Span span;
    std::int32_t word = -1; ///< the word it is of, where the text came as words
};

/// What stands around one text and around two: the special tokens and where the texts go.
struct SequenceLayout {
    struct Part {
        enum class Kind { Special, First, Second };
        Kind kind = Kind::Special;
        int id = 0; ///< of the special token
        int typeId = 0;
        bool unlessThere = false; ///< left out where the text before it ends with the same token
    };

    std::vector<Part> single;
    std::vector<Part> pair;
    int padId = 0;
};

/// `begin` first `end` for one text, `begin` first `end` `between` second `end` for two; the second text and
/// its end have the type `secondType`.
SequenceLayout surround(int begin, int end, const std::vector<int>& between, int secondType);

/// Truncates the pieces longest-first, puts the special tokens around them and pads. `second` is null for one
/// text. The tokens' texts are `names.token(id)`; `withWords` fills `wordIds`.
Encoding assemble(const SequenceLayout& layout, const std::vector<Piece>& first,
                  const std::vector<Piece>* second, const EncodeOptions& options, const Tokenizer& names,
                  bool withWords = false);

} // namespace awb
