#pragma once

#include <span>
#include <string>

namespace awb {

/// Tokens of a vocabulary as a text that reads well: the parts of a word are joined, whether the vocabulary
/// marks continuations (WordPiece's "##") or beginnings (byte-level BPE, SentencePiece). For showing only:
/// where blanks stood exactly can't be told.
std::string textOfTokens(std::span<const std::string> tokens);

} // namespace awb
