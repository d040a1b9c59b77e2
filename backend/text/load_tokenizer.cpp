#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <system_error>

#include "backend/text/model_tokenizers.h"
#include "backend/text/tokenizer_json.h"

namespace awb {

namespace {

namespace fs = std::filesystem;
using Family = TokenizerFamily;

struct Name {
    std::string_view name;
    Family family;
};

constexpr std::array kClasses{
    Name{"Bert", Family::Bert},    Name{"DistilBert", Family::Bert},
    Name{"Electra", Family::Bert}, Name{"MobileBert", Family::Bert},
    Name{"GPT2", Family::Gpt2},    Name{"Roberta", Family::Roberta},
    Name{"Bart", Family::Roberta}, Name{"XLMRoberta", Family::XlmRoberta},
    Name{"T5", Family::T5},        Name{"MT5", Family::T5},
    Name{"Llama", Family::Llama},
};
constexpr std::array kModelTypes{
    Name{"bert", Family::Bert},    Name{"distilbert", Family::Bert},
    Name{"electra", Family::Bert}, Name{"mobilebert", Family::Bert},
    Name{"gpt2", Family::Gpt2},    Name{"roberta", Family::Roberta},
    Name{"bart", Family::Roberta}, Name{"xlm-roberta", Family::XlmRoberta},
    Name{"t5", Family::T5},        Name{"mt5", Family::T5},
    Name{"llama", Family::Llama},
};
/// The families that are known by their files alone.
constexpr std::array kFamiliesByFiles{Family::Bert, Family::XlmRoberta, Family::T5, Family::Llama};

/// The class of tokenizers that only say "see tokenizer.json".
constexpr std::string_view kGenericClass = "PreTrained";
constexpr const char* kTokenizerJson = "tokenizer.json";

std::initializer_list<const char*> filesOf(Family family) {
    static constexpr std::initializer_list<const char*> kWordPiece{"vocab.txt"};
    static constexpr std::initializer_list<const char*> kByteLevel{"vocab.json", "merges.txt"};
    static constexpr std::initializer_list<const char*> kXlmRoberta{"sentencepiece.bpe.model"};
    static constexpr std::initializer_list<const char*> kT5{"spiece.model"};
    static constexpr std::initializer_list<const char*> kLlama{"tokenizer.model"};
    switch (family) {
    case Family::Bert:
        return kWordPiece;
    case Family::Gpt2:
    case Family::Roberta:
        return kByteLevel;
    case Family::XlmRoberta:
        return kXlmRoberta;
    case Family::T5:
        return kT5;
    case Family::Llama:
        break;
    }
    return kLlama;
}

template<std::size_t N>
std::optional<Family> familyOf(const std::array<Name, N>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name, &Name::name);
    return found == names.end() ? std::nullopt : std::optional(found->family);
}

/// The first file of a family that the folder lacks, or null.
const char* missingFile(const TokenizerConfig& config, Family family) {
    const auto files = filesOf(family);
    const auto found = std::ranges::find_if(files, [&](const char* file) { return !config.has(file); });
    return found == files.end() ? nullptr : *found;
}

Result<std::shared_ptr<const Tokenizer>> load(Family family, const TokenizerConfig& config) {
    switch (family) {
    case Family::Bert:
        return loadWordPiece(config);
    case Family::Gpt2:
    case Family::Roberta:
        return loadByteLevel(config, family);
    case Family::XlmRoberta:
    case Family::T5:
    case Family::Llama:
        break;
    }
    return loadSentencePiece(config, family);
}

tl::unexpected<Error> missing(const char* file, const TokenizerConfig& config) {
    return fail("the folder has no " + std::string(file), config.folder.string(),
                "Copy " + std::string(file) + " (or tokenizer.json) of the model into the folder");
}

/// The tokenizer of a folder whose configuration does not say of which class it is.
Result<std::shared_ptr<const Tokenizer>> loadByFiles(const TokenizerConfig& config) {
    const std::optional<Family> ofModel = familyOf(kModelTypes, config.modelType);
    if (ofModel && missingFile(config, *ofModel) == nullptr) {
        return load(*ofModel, config);
    }
    if (config.has(kTokenizerJson)) {
        return loadTokenizerJson(config);
    }
    if (ofModel) {
        return missing(missingFile(config, *ofModel), config);
    }
    if (!config.modelType.empty()) {
        return fail("which tokenizer a model of type " + config.modelType + " has is not known",
                    config.path("config.json"),
                    "Add tokenizer.json of the model, or name the class as \"tokenizer_class\" in "
                    "tokenizer_config.json (BertTokenizer, RobertaTokenizer, ...)");
    }
    for (const Family family : kFamiliesByFiles) {
        if (missingFile(config, family) == nullptr) {
            return load(family, config);
        }
    }
    if (missingFile(config, Family::Roberta) == nullptr) {
        return fail("the files do not tell whether the tokenizer is RoBERTa's or GPT-2's",
                    config.folder.string(), "Copy config.json of the model into the folder");
    }
    return fail("the folder has no tokenizer", config.folder.string(),
                "A model folder holds vocab.txt, vocab.json and merges.txt, a SentencePiece model or "
                "tokenizer.json, beside config.json and model.safetensors");
}

} // namespace

std::span<const char* const> tokenizerFiles() {
    static constexpr std::array kFiles{"vocab.txt",
                                       "vocab.json",
                                       "merges.txt",
                                       "sentencepiece.bpe.model",
                                       "spiece.model",
                                       "tokenizer.model",
                                       kTokenizerJson,
                                       "tokenizer_config.json",
                                       "special_tokens_map.json",
                                       "added_tokens.json"};
    return kFiles;
}

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& modelFolder) {
    std::error_code ignored;
    if (!fs::is_directory(modelFolder, ignored)) {
        return fail(fs::exists(modelFolder, ignored) ? "is a file, not a model folder"
                                                     : "the folder does not exist",
                    modelFolder.string(), "Choose a model folder with config.json and the tokenizer's files");
    }
    const auto config = readTokenizerConfig(modelFolder);
    if (!config) {
        return fail(config.error());
    }
    const std::optional<Family> family = familyOf(kClasses, config->className);
    if (family && missingFile(*config, *family) == nullptr) {
        return load(*family, *config);
    }
    if (!config->className.empty() && config->has(kTokenizerJson)) {
        return loadTokenizerJson(*config);
    }
    if (family) {
        return missing(missingFile(*config, *family), *config);
    }
    if (!config->className.empty() && config->className != kGenericClass) {
        return fail("the tokenizer class " + config->className + "Tokenizer is not supported",
                    config->path("tokenizer_config.json"),
                    "Add tokenizer.json of the model, or choose a model with the tokenizer of BERT, RoBERTa, "
                    "GPT-2, XLM-RoBERTa, T5 or Llama");
    }
    return loadByFiles(*config);
}

} // namespace awb
