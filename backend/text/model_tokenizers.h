#pragma once

#include <memory>

#include "backend/text/basic_splitter.h"
#include "backend/text/tokenizer.h"
#include "backend/text/tokenizer_config.h"

namespace awb {

/// Tokenizers by the model that brought them up.
enum class TokenizerFamily {
    Bert,       ///< and DistilBERT, ELECTRA: `vocab.txt`
    Gpt2,       ///< `vocab.json`, `merges.txt`
    Roberta,    ///< and BART: the same files
    XlmRoberta, ///< `sentencepiece.bpe.model`
    T5,         ///< `spiece.model`
    Llama,      ///< `tokenizer.model`
};

/// Each reads the vocabulary files of its families, which must be there, with the special tokens and options
/// of the family where the configuration names no others. Errors name the file and what is wrong in it.
Result<std::shared_ptr<const Tokenizer>> loadWordPiece(const TokenizerConfig& config);
Result<std::shared_ptr<const Tokenizer>> loadByteLevel(const TokenizerConfig& config, TokenizerFamily family);
Result<std::shared_ptr<const Tokenizer>> loadSentencePiece(const TokenizerConfig& config,
                                                           TokenizerFamily family);

/// How BERT splits a text by the configuration: `do_lower_case`, `strip_accents`, `tokenize_chinese_chars`,
/// `never_split`.
Result<BasicSplitOptions> readSplitOptions(const TokenizerConfig& config);

} // namespace awb
