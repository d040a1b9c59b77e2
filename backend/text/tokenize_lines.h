#pragma once

#include <iosfwd>
#include <optional>

#include "backend/text/tokenizer.h"

namespace awb {

struct TokenizeLinesOptions {
    bool pairs = false;           ///< two texts a line, cut at the first tab
    std::optional<int> maxLength; ///< special tokens included
};

/// Reads one text (or pair) a line and writes one JSON object a line:
/// {"ids": [...], "types": [...], "tokens": [...], "offsets": [[begin, end], ...]}, offsets in code points.
/// Errors name the line: a pair without a tab, or output that can't be written. Lines before it are written.
Result<void> tokenizeLines(const Tokenizer& tokenizer, const TokenizeLinesOptions& options, std::istream& in,
                           std::ostream& out);

} // namespace awb
