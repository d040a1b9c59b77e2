#include <utility>

#include "backend/core/files.h"
#include "backend/text/byte_level_bpe.h"
#include "backend/text/model_tokenizers.h"
#include "backend/text/special_token_reader.h"

namespace awb {

namespace {

using Kind = SequenceLayout::Part::Kind;

/// The texts of both vocabulary files of byte-level BPE.
struct ByteLevelFiles {
    ByteVocabulary vocabulary;
    std::vector<TokenPair> merges;
};

Result<ByteLevelFiles> readByteLevelFiles(const TokenizerConfig& config) {
    const auto vocabularyText = readTextFile(config.path("vocab.json"));
    if (!vocabularyText) {
        return fail(vocabularyText.error());
    }
    auto vocabulary = ByteVocabulary::parse(*vocabularyText, config.path("vocab.json"));
    if (!vocabulary) {
        return fail(vocabulary.error());
    }
    const auto mergesText = readTextFile(config.path("merges.txt"));
    if (!mergesText) {
        return fail(mergesText.error());
    }
    auto merges = parseMerges(*mergesText);
    if (!merges) {
        return inFile(merges.error(), config.path("merges.txt"));
    }
    return ByteLevelFiles{std::move(*vocabulary), std::move(*merges)};
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadByteLevel(const TokenizerConfig& config,
                                                       TokenizerFamily family) {
    auto files = readByteLevelFiles(config);
    if (!files) {
        return fail(files.error());
    }
    const auto blankInFront = config.boolean("add_prefix_space", false);
    if (!blankInFront) {
        return fail(blankInFront.error());
    }
    SpecialTokenReader special(config, files->vocabulary);
    ByteLevelOptions options;
    SequenceLayout& layout = options.frame.layout;
    if (family == TokenizerFamily::Roberta) {
        const int classifier = special.required("cls_token", "<s>");
        const int separator = special.required("sep_token", "</s>");
        special.optional("bos_token", "<s>");
        special.optional("eos_token", "</s>");
        options.frame.maskId = special.optional("mask_token", "<mask>", true);
        options.unknownId = special.required("unk_token", "<unk>");
        layout = surround(classifier, separator, {separator}, 0);
        layout.padId = special.required("pad_token", "<pad>");
    } else {
        const int end = special.required("eos_token", "<|endoftext|>");
        special.optional("bos_token", "<|endoftext|>");
        options.unknownId = special.required("unk_token", "<|endoftext|>");
        layout.single = {{.kind = Kind::First}};
        layout.pair = {{.kind = Kind::First}, {.kind = Kind::Second, .typeId = 1}};
        const int padding = special.optional("pad_token", "");
        layout.padId = padding >= 0 ? padding : end;
    }
    if (!special.missing().empty()) {
        return fail("the vocabulary has no token " + special.missing(), config.path("vocab.json"),
                    "Name the model's special tokens in special_tokens_map.json, or restore the vocabulary");
    }
    options.frame.special = special.take();
    options.frame.maxLength = config.maxLength;
    options.frame.blankBeforeText = *blankInFront;
    options.frame.blankBeforeWords = true;
    auto tokenizer =
        ByteLevelTokenizer::create(std::move(files->vocabulary), files->merges, std::move(options));
    if (!tokenizer) {
        return inFile(tokenizer.error(), config.path("merges.txt"));
    }
    return tokenizer;
}

} // namespace awb
