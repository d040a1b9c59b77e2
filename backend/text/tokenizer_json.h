#pragma once

#include <memory>

#include "backend/text/tokenizer.h"
#include "backend/text/tokenizer_config.h"

namespace awb {

/// Reads `tokenizer.json`, the one file that newer repositories have: WordPiece with BERT's splitting, and
/// byte-level BPE with any regular expression. Everything that decides about tokens is either done as the
/// file says or is an error that names it: other models (Unigram, BPE over characters), normalizers,
/// pre-tokenizers, ways to match added tokens.
Result<std::shared_ptr<const Tokenizer>> loadTokenizerJson(const TokenizerConfig& config);

} // namespace awb
