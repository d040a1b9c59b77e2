#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backend/data/dataset.h"
#include "backend/text/tokenizer.h"
#include "backend/train/batching.h"

namespace awb {

/// A data set as tokens.
struct TokenizedData {
    std::vector<TokenizedSplit> splits;
    std::vector<std::string> warnings; ///< what was left out or cut
};

/// Cuts all examples into tokens of at most `maxLength` an example, special tokens included.
///
/// Tagging: words are given to the tokenizer one by one; the first token of a word has its tag. Masked LM:
/// the texts are laid end to end with a separator between documents and cut into blocks of `maxLength`, each
/// with the special tokens around it (FULL-SENTENCES, Liu et al. 2019); only a split's last block is shorter.
///
/// `progress` gets 0..1 now and then and may throw. Errors: train has no example that can be used; a masked
/// language model whose tokenizer has no mask token.
Result<TokenizedData> tokenizeData(const Dataset& dataset, const Tokenizer& tokenizer, int maxLength,
                                   const std::function<void(double)>& progress);

} // namespace awb
