#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// Writes the files of a BERT tokenizer (vocab.txt, tokenizer_config.json, special_tokens_map.json) that
/// `loadTokenizer` and Hugging Face's BertTokenizer read. `tokens`: in the order of their ids, with [PAD],
/// [UNK], [CLS], [SEP] and [MASK]. `lowerCase`: texts are lower-cased and accents stripped.
/// `maxLength`: the longest input, special tokens included.
Result<void> writeWordPieceFiles(const std::vector<std::string>& tokens, bool lowerCase, int maxLength,
                                 const std::filesystem::path& folder);

} // namespace awb
