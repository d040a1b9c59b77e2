#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backend/text/piece_tokenizer.h"

namespace awb {

/// What the JSON files of a model folder say about its tokenizer: `tokenizer_config.json`,
/// `special_tokens_map.json`, `added_tokens.json` and, of `config.json`, the kind of model. Any of them may
/// be missing.
struct TokenizerConfig {
    std::filesystem::path folder;
    nlohmann::json fields = nlohmann::json::object(); ///< `tokenizer_config.json`
    std::string className; ///< `tokenizer_class` without "Tokenizer" or "TokenizerFast", may be empty
    std::string modelType; ///< `model_type`, may be empty
    std::optional<int> maxLength;
    std::map<std::string, std::string, std::less<>> roles; ///< "pad_token" and so on: the token's text
    std::vector<SpecialToken> added;                       ///< with ids
    std::vector<std::string> additional;                   ///< further special tokens of the vocabulary

    bool has(const char* file) const;
    std::string path(const char* file) const { return (folder / file).string(); }
    /// The text of the token with a role, or `fallback`.
    std::string role(std::string_view name, std::string_view fallback) const;
    /// The value in `tokenizer_config.json`, or `fallback` where it is missing or null.
    Result<bool> boolean(const char* key, bool fallback) const;
};

/// The error with the file in front of its place.
tl::unexpected<Error> inFile(Error error, const std::string& file);

/// Errors name the file that is no JSON object and the value that has another type than it should.
Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder);

} // namespace awb
