#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/core/files.h"
#include "backend/text/wordpiece.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array<std::string_view, 5> kWordPieceClasses{"Bert", "DistilBert", "Electra", "MobileBert",
                                                            "PreTrained"};
constexpr double kLargestSensibleLength = 1e7; ///< model files write "no limit" as 1e30

/// A special token stands as a string or as an object with its text under "content".
const json* contentOf(const json& value) {
    if (value.is_object() && value.contains("content")) {
        return &value.at("content");
    }
    return &value;
}

class ConfigReader {
public:
    explicit ConfigReader(fs::path folder)
        : m_folder(std::move(folder)) {}

    Result<WordPieceOptions> read() {
        if (const auto config = object("tokenizer_config.json"); !config) {
            return tl::unexpected(config.error());
        } else if (auto error = readConfig(*config)) {
            return tl::unexpected(*error);
        }
        if (const auto special = object("special_tokens_map.json"); !special) {
            return tl::unexpected(special.error());
        } else if (auto error = readSpecialTokens(*special, "special_tokens_map.json")) {
            return tl::unexpected(*error);
        }
        return m_options;
    }

private:
    /// The object in a file of the folder; an empty one where the file is missing.
    Result<json> object(const char* name) const {
        const fs::path file = m_folder / name;
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            return json::object();
        }
        auto text = readTextFile(file);
        if (!text) {
            return tl::unexpected(text.error());
        }
        auto parsed = parseJson(*text, file.string());
        if (parsed && !parsed->is_object()) {
            return fail("the top level is not a JSON object", file.string(),
                        "Restore the file from the model");
        }
        return parsed;
    }

    std::optional<Error> wrongType(const char* file, std::string_view key, std::string_view expected) const {
        return Error{"\"" + std::string(key) + "\" is not " + std::string(expected),
                     (m_folder / file).string(), "Correct the value or remove the key"};
    }

    std::optional<Error> readConfig(const json& config) {
        constexpr const char* kFile = "tokenizer_config.json";
        if (const auto found = config.find("tokenizer_class"); found != config.end() && found->is_string()) {
            const auto name = found->get<std::string>();
            const bool known = std::ranges::any_of(kWordPieceClasses, [&](std::string_view prefix) {
                return name == std::string(prefix) + "Tokenizer" ||
                       name == std::string(prefix) + "TokenizerFast";
            });
            if (!known) {
                return Error{"the tokenizer class " + name + " is not supported", (m_folder / kFile).string(),
                             "This version reads WordPiece tokenizers (BertTokenizer and its relatives)"};
            }
        }
        bool basic = true;
        BasicSplitOptions& split = m_options.split;
        for (const auto& [key, target] : {std::pair{"do_lower_case", &split.lowerCase},
                                          std::pair{"tokenize_chinese_chars", &split.splitIdeographs},
                                          std::pair{"do_basic_tokenize", &basic}}) {
            if (const auto found = config.find(key); found != config.end() && !found->is_null()) {
                if (!found->is_boolean()) {
                    return wrongType(kFile, key, "true or false");
                }
                *target = found->get<bool>();
            }
        }
        if (!basic) {
            return Error{"\"do_basic_tokenize\" is false, which is not supported",
                         (m_folder / kFile).string(),
                         "Use a tokenizer that splits at blanks and punctuation"};
        }
        split.stripAccents = split.lowerCase;
        if (const auto found = config.find("strip_accents"); found != config.end() && !found->is_null()) {
            if (!found->is_boolean()) {
                return wrongType(kFile, "strip_accents", "true, false or null");
            }
            split.stripAccents = found->get<bool>();
        }
        if (auto error = readNeverSplit(config)) {
            return error;
        }
        if (const auto found = config.find("model_max_length"); found != config.end() && !found->is_null()) {
            if (!found->is_number() || !(found->get<double>() >= 1)) {
                return wrongType(kFile, "model_max_length", "a positive number");
            }
            if (const double length = found->get<double>(); length <= kLargestSensibleLength) {
                m_options.modelMaxLength = static_cast<int>(length);
            }
        }
        return readSpecialTokens(config, kFile);
    }

    std::optional<Error> readNeverSplit(const json& config) {
        const auto found = config.find("never_split");
        if (found == config.end() || found->is_null()) {
            return std::nullopt;
        }
        if (!found->is_array()) {
            return wrongType("tokenizer_config.json", "never_split", "a list of strings");
        }
        for (const json& word : *found) {
            if (!word.is_string()) {
                return wrongType("tokenizer_config.json", "never_split", "a list of strings");
            }
            m_options.split.neverSplit.insert(decodeUtf8(word.get<std::string>()));
        }
        return std::nullopt;
    }

    std::optional<Error> readSpecialTokens(const json& config, const char* file) {
        BertSpecialTokens& special = m_options.special;
        for (const auto& [key, target] :
             {std::pair{"unk_token", &special.unknown}, std::pair{"sep_token", &special.separator},
              std::pair{"pad_token", &special.padding}, std::pair{"cls_token", &special.classifier},
              std::pair{"mask_token", &special.mask}}) {
            const auto found = config.find(key);
            if (found == config.end() || found->is_null()) {
                continue;
            }
            const json* content = contentOf(*found);
            if (!content->is_string() || content->get<std::string>().empty()) {
                return wrongType(file, key, "the text of a token");
            }
            *target = content->get<std::string>();
        }
        return std::nullopt;
    }

    fs::path m_folder;
    WordPieceOptions m_options;
};

tl::unexpected<Error> noVocabulary(const fs::path& folder) {
    std::error_code ignored;
    for (const char* other :
         {"vocab.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "tokenizer.json"}) {
        if (fs::exists(folder / other, ignored)) {
            return fail("the folder has no vocab.txt, only " + std::string(other), folder.string(),
                        "This version reads WordPiece vocabularies (vocab.txt, the BERT family)");
        }
    }
    return fail("the folder has no vocab.txt", folder.string(),
                "Choose a model folder with config.json, model.safetensors and vocab.txt");
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& modelFolder) {
    std::error_code ignored;
    if (!fs::is_directory(modelFolder, ignored)) {
        return fail(fs::exists(modelFolder, ignored) ? "is a file, not a model folder"
                                                     : "the folder does not exist",
                    modelFolder.string(), "Choose a model folder with config.json and vocab.txt");
    }
    const fs::path vocabularyFile = modelFolder / "vocab.txt";
    if (!fs::exists(vocabularyFile, ignored)) {
        return noVocabulary(modelFolder);
    }
    auto options = ConfigReader(modelFolder).read();
    if (!options) {
        return tl::unexpected(options.error());
    }
    auto vocabulary = readTextFile(vocabularyFile);
    if (!vocabulary) {
        return tl::unexpected(vocabulary.error());
    }
    auto tokenizer = WordPieceTokenizer::create(std::move(*vocabulary), std::move(*options));
    if (!tokenizer) {
        Error error = tokenizer.error();
        error.where = vocabularyFile.string();
        return tl::unexpected(std::move(error));
    }
    return tokenizer;
}

} // namespace awb
