#include "backend/text/tokenizer_json.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "backend/core/files.h"
#include "backend/text/byte_level_bpe.h"
#include "backend/text/json_layout.h"
#include "backend/text/wordpiece.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

using nlohmann::json;
using Loaded = Result<std::shared_ptr<const Tokenizer>>;

constexpr const char* kFileName = "tokenizer.json";
constexpr std::uintmax_t kLargestFile = 256U << 20U;
constexpr std::int64_t kLargestId = 1 << 24; ///< no vocabulary is near it; a larger number is damage
constexpr int kLongestWord = 100;            ///< of WordPieceTokenizer
constexpr const char* kRestore = "Copy the model's own tokenizer.json into the folder";

const json kNothing;

const json& at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? kNothing : *found;
}

std::string text(const json& object, const char* key) {
    const json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool flag(const json& object, const char* key, bool fallback) {
    const json& value = at(object, key);
    return value.is_boolean() ? value.get<bool>() : fallback;
}

/// What the file asks for and the program does not do.
tl::unexpected<Error> unsupported(std::string what, std::string where) {
    return fail(std::move(what) + ", which is not supported", std::move(where),
                "Copy the model's vocabulary files (vocab.txt, or vocab.json and merges.txt, or the "
                "SentencePiece model) into the folder");
}

Result<std::vector<std::pair<std::string, int>>> readVocabulary(const json& model) {
    const json& vocabulary = at(model, "vocab");
    if (!vocabulary.is_object() || vocabulary.empty()) {
        return fail("there is no object of ids by token", "/model/vocab", kRestore);
    }
    std::vector<std::pair<std::string, int>> tokens;
    tokens.reserve(vocabulary.size());
    for (const auto& [token, id] : vocabulary.items()) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > kLargestId) {
            return fail("the id of the token " + token + " is not a whole number from 0 up", "/model/vocab",
                        kRestore);
        }
        tokens.emplace_back(token, id.get<int>());
    }
    return tokens;
}

Result<std::vector<TokenPair>> readMerges(const json& model) {
    const json& list = at(model, "merges");
    if (!list.is_array()) {
        return fail("there is no list of merges", "/model/merges", kRestore);
    }
    std::vector<TokenPair> merges;
    merges.reserve(list.size());
    for (const json& merge : list) {
        // Older files have "a b", newer ones ["a", "b"].
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        const std::string line = merge.is_string() ? merge.get<std::string>() : std::string();
        const std::size_t blank = line.find(' ');
        if (blank == 0 || blank == std::string::npos || blank + 1 == line.size() ||
            line.find(' ', blank + 1) != std::string::npos) {
            return fail("a merge is not two tokens", "/model/merges/" + std::to_string(merges.size()),
                        kRestore);
        }
        merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
    }
    return merges;
}

/// Puts the added tokens into the vocabulary and returns them.
template<typename Vocabulary>
Result<std::vector<SpecialToken>> readAdded(const json& file, Vocabulary& vocabulary) {
    std::vector<SpecialToken> tokens;
    const json& list = at(file, "added_tokens");
    for (std::size_t i = 0; i < list.size() && list.is_array(); ++i) {
        const std::string where = "/added_tokens/" + std::to_string(i);
        SpecialToken token{.text = text(list[i], "content"),
                           .stripsLeft = flag(list[i], "lstrip", false),
                           .stripsRight = flag(list[i], "rstrip", false)};
        const json& id = at(list[i], "id");
        if (token.text.empty() || !id.is_number_integer() || id.get<std::int64_t>() < 0 ||
            id.get<std::int64_t>() > kLargestId) {
            return fail("an added token has no text or no id", where, kRestore);
        }
        token.id = id.get<int>();
        if (flag(list[i], "single_word", false)) {
            return unsupported("the added token " + token.text + " is to be found as a whole word only",
                               where);
        }
        if (flag(list[i], "normalized", false) && !at(file, "normalizer").is_null()) {
            return unsupported("the added token " + token.text + " is to be found in normalized text", where);
        }
        if (vocabulary.find(token.text) != token.id) {
            vocabulary.add(token.text, token.id);
        }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

/// The id that pads: what the file or the configuration says, else the token that models pad with.
template<typename Vocabulary>
int readPadding(const json& file, const TokenizerConfig& config, const Vocabulary& vocabulary) {
    if (const json& id = at(at(file, "padding"), "pad_id"); id.is_number_integer()) {
        return id.get<int>();
    }
    for (const std::string& name : {config.role("pad_token", ""), std::string("[PAD]"), std::string("<pad>"),
                                    config.role("eos_token", "<|endoftext|>")}) {
        if (const int id = name.empty() ? -1 : vocabulary.find(name); id >= 0) {
            return id;
        }
    }
    return 0;
}

/// The token with the mask's role or one of its usual names; -1 without one.
template<typename Vocabulary>
int findMask(const TokenizerConfig& config, const Vocabulary& vocabulary) {
    if (const std::string named = config.role("mask_token", ""); !named.empty()) {
        return vocabulary.find(named);
    }
    const int bert = vocabulary.find("[MASK]");
    return bert >= 0 ? bert : vocabulary.find("<mask>");
}

template<typename Vocabulary>
Result<TokenizerFrame> readFrame(const json& file, const TokenizerConfig& config, Vocabulary& vocabulary) {
    auto added = readAdded(file, vocabulary);
    if (!added) {
        return fail(added.error());
    }
    auto layout = readJsonLayout(at(file, "post_processor"),
                                 [&](std::string_view token) { return vocabulary.find(token); });
    if (!layout) {
        return fail(layout.error());
    }
    layout->padId = readPadding(file, config, vocabulary);
    for (const auto* parts : {&layout->single, &layout->pair}) {
        for (const SequenceLayout::Part& part : *parts) {
            if (vocabulary.token(part.id).empty() && part.kind == SequenceLayout::Part::Kind::Special) {
                return fail("the special token with the id " + std::to_string(part.id) +
                                " is not in the vocabulary",
                            "/post_processor", kRestore);
            }
        }
    }
    return TokenizerFrame{.special = std::move(*added),
                          .layout = std::move(*layout),
                          .maxLength = config.maxLength,
                          .maskId = findMask(config, vocabulary)};
}

Result<BasicSplitOptions> readBertSplit(const json& file) {
    const json& normalizer = at(file, "normalizer");
    if (text(normalizer, "type") != "BertNormalizer" || !flag(normalizer, "clean_text", true)) {
        return unsupported("the normalizer is not that of BERT", "/normalizer");
    }
    if (text(at(file, "pre_tokenizer"), "type") != "BertPreTokenizer") {
        return unsupported("the pre-tokenizer is not that of BERT", "/pre_tokenizer");
    }
    BasicSplitOptions split;
    split.lowerCase = flag(normalizer, "lowercase", true);
    split.stripAccents = flag(normalizer, "strip_accents", split.lowerCase);
    split.splitIdeographs = flag(normalizer, "handle_chinese_chars", true);
    return split;
}

Loaded readWordPiece(const json& file, const TokenizerConfig& config) {
    const json& model = at(file, "model");
    if (const json& prefix = at(model, "continuing_subword_prefix"); !prefix.is_null() && prefix != "##") {
        return unsupported("the pieces inside of words begin with something else than ##", "/model");
    }
    if (const json& longest = at(model, "max_input_chars_per_word");
        !longest.is_null() && longest != kLongestWord) {
        return unsupported("words may be longer or shorter than 100 characters", "/model");
    }
    auto split = readBertSplit(file);
    auto tokens = readVocabulary(model);
    if (!split || !tokens) {
        return fail(split ? tokens.error() : split.error());
    }
    auto vocabulary = std::make_unique<WordPieceVocabulary>(std::string());
    for (auto& [token, id] : *tokens) {
        vocabulary->add(std::move(token), id);
    }
    auto frame = readFrame(file, config, *vocabulary);
    if (!frame) {
        return fail(frame.error());
    }
    const std::string unknown = at(model, "unk_token").is_string() ? text(model, "unk_token") : "[UNK]";
    const int unknownId = vocabulary->find(unknown);
    if (unknownId < 0) {
        return fail("the vocabulary has no token " + unknown, "/model/vocab", kRestore);
    }
    return std::make_shared<const WordPieceTokenizer>(
        std::move(vocabulary),
        WordPieceOptions{.split = std::move(*split), .frame = std::move(*frame), .unknownId = unknownId});
}

/// Reads how a text is cut before its bytes are merged: the byte-level pre-tokenizer alone, or after a split
/// by a regular expression.
Result<void> readByteLevelSplit(const json& file, ByteLevelOptions& options) {
    const std::string where = "/pre_tokenizer";
    const json* preTokenizer = &at(file, "pre_tokenizer");
    if (text(*preTokenizer, "type") == "Sequence") {
        const json& steps = at(*preTokenizer, "pretokenizers");
        if (!steps.is_array() || steps.size() != 2 || text(steps[0], "type") != "Split") {
            return unsupported("the pre-tokenizer is not a split by a regular expression with bytes after it",
                               where);
        }
        const json& split = steps[0];
        options.pattern = text(at(split, "pattern"), "Regex");
        if (options.pattern.empty() || text(split, "behavior") != "Isolated" ||
            flag(split, "invert", false) || flag(steps[1], "use_regex", true)) {
            return unsupported("the pre-tokenizer does not split at each match of a regular expression",
                               where);
        }
        preTokenizer = &steps[1];
    } else if (!flag(*preTokenizer, "use_regex", true)) {
        return unsupported("the text is not cut into words", where);
    }
    if (text(*preTokenizer, "type") != "ByteLevel") {
        return unsupported("the text does not become bytes before it is merged", where);
    }
    options.blankBeforeParts = flag(*preTokenizer, "add_prefix_space", true);
    return {};
}

Loaded readByteLevel(const json& file, const TokenizerConfig& config) {
    const json& model = at(file, "model");
    if (flag(model, "byte_fallback", false)) {
        return unsupported("the tokens are merged from characters, not from bytes", "/model");
    }
    if (const json& dropout = at(model, "dropout"); !dropout.is_null() && dropout != 0) {
        return unsupported("merges are left out at random", "/model/dropout");
    }
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        if (!text(model, key).empty()) {
            return unsupported("pieces carry a mark at their begin or end", "/model/" + std::string(key));
        }
    }
    if (!at(file, "normalizer").is_null()) {
        return unsupported("the text is normalized before it is cut", "/normalizer");
    }
    ByteLevelOptions options;
    if (auto split = readByteLevelSplit(file, options); !split) {
        return fail(split.error());
    }
    auto tokens = readVocabulary(model);
    auto merges = readMerges(model);
    if (!tokens || !merges) {
        return fail(tokens ? merges.error() : tokens.error());
    }
    auto vocabulary = ByteVocabulary::create(std::move(*tokens));
    if (!vocabulary) {
        return fail(vocabulary.error().what, "/model/vocab", vocabulary.error().advice);
    }
    auto frame = readFrame(file, config, *vocabulary);
    if (!frame) {
        return fail(frame.error());
    }
    options.frame = std::move(*frame);
    options.frame.blankBeforeWords = !options.blankBeforeParts;
    options.wholeWords = flag(model, "ignore_merges", false);
    options.unknownId = vocabulary->find(text(model, "unk_token"));
    return ByteLevelTokenizer::create(std::move(*vocabulary), *merges, std::move(options));
}

/// Old files do not name the kind of model.
std::string modelType(const json& model) {
    if (std::string type = text(model, "type"); !type.empty()) {
        return type;
    }
    return at(model, "merges").is_array() ? "BPE" : at(model, "vocab").is_array() ? "Unigram" : "WordPiece";
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizerJson(const TokenizerConfig& config) {
    const std::string path = config.path(kFileName);
    const auto content = readTextFile(path, kLargestFile);
    if (!content) {
        return fail(content.error());
    }
    const auto file = parseJson(*content, path);
    if (!file) {
        return fail(file.error());
    }
    const json& model = at(*file, "model");
    if (!model.is_object()) {
        return fail("the file does not describe a tokenizer: there is no \"model\"", path, kRestore);
    }
    const std::string type = modelType(model);
    Loaded tokenizer = type == "WordPiece" ? readWordPiece(*file, config)
                       : type == "BPE"     ? readByteLevel(*file, config)
                                       : Loaded(unsupported("the model is of the kind " + type, "/model"));
    if (!tokenizer) {
        return inFile(tokenizer.error(), path);
    }
    return tokenizer;
}

} // namespace awb
