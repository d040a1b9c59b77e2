#include <memory>
#include <utility>

#include "backend/core/files.h"
#include "backend/text/model_tokenizers.h"
#include "backend/text/special_token_reader.h"
#include "backend/text/wordpiece.h"

namespace awb {

Result<BasicSplitOptions> readSplitOptions(const TokenizerConfig& config) {
    const std::string file = config.path("tokenizer_config.json");
    BasicSplitOptions split;
    bool basic = true;
    for (const auto& [key, target] : {std::pair{"do_lower_case", &split.lowerCase},
                                      std::pair{"tokenize_chinese_chars", &split.splitIdeographs},
                                      std::pair{"do_basic_tokenize", &basic}}) {
        const auto value = config.boolean(key, *target);
        if (!value) {
            return fail(value.error());
        }
        *target = *value;
    }
    if (!basic) {
        return fail("\"do_basic_tokenize\" is false, which is not supported", file,
                    "Use a tokenizer that splits at blanks and punctuation");
    }
    const auto strip = config.boolean("strip_accents", split.lowerCase);
    if (!strip) {
        return fail(strip.error());
    }
    split.stripAccents = *strip;
    const auto words = config.fields.find("never_split");
    if (words == config.fields.end() || words->is_null()) {
        return split;
    }
    for (const nlohmann::json& word : *words) {
        if (!words->is_array() || !word.is_string()) {
            return fail("\"never_split\" is not a list of strings", file,
                        "Correct the value or remove the key");
        }
        split.neverSplit.insert(decodeUtf8(word.get<std::string>()));
    }
    return split;
}

Result<std::shared_ptr<const Tokenizer>> loadWordPiece(const TokenizerConfig& config) {
    const std::string file = config.path("vocab.txt");
    auto options = readSplitOptions(config);
    if (!options) {
        return fail(options.error());
    }
    auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    auto vocabulary = std::make_unique<WordPieceVocabulary>(std::move(*text));
    SpecialTokenReader special(config, *vocabulary);
    const int unknown = special.required("unk_token", "[UNK]");
    const int separator = special.required("sep_token", "[SEP]");
    const int padding = special.required("pad_token", "[PAD]");
    const int classifier = special.required("cls_token", "[CLS]");
    const int mask = special.required("mask_token", "[MASK]");
    if (!special.missing().empty()) {
        return fail(
            "the vocabulary has no line " + special.missing(), file,
            "A BERT vocabulary holds one token a line, among them [UNK], [SEP], [PAD], [CLS] and [MASK]");
    }
    SequenceLayout layout = surround(classifier, separator, {}, 1);
    layout.padId = padding;
    std::vector<SpecialToken> tokens = special.take();
    for (const SpecialToken& token : tokens) {
        options->neverSplit.insert(decodeUtf8(token.text));
    }
    return std::make_shared<const WordPieceTokenizer>(
        std::move(vocabulary), WordPieceOptions{.split = std::move(*options),
                                                .frame = {.special = std::move(tokens),
                                                          .layout = std::move(layout),
                                                          .maxLength = config.maxLength,
                                                          .maskId = mask},
                                                .unknownId = unknown});
}

} // namespace awb
