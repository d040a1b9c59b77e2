#include "backend/text/tokenizer_config.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr const char* kTokenizerConfig = "tokenizer_config.json";
constexpr double kLargestSensibleLength = 1e7; ///< model files write "no limit" as 1e30
constexpr int kLargestId = 1 << 24;            ///< no vocabulary is near it; a larger number is damage
constexpr std::array<const char*, 7> kRoles{"bos_token", "eos_token", "unk_token", "sep_token",
                                            "pad_token", "cls_token", "mask_token"};

/// A special token stands as a string or as an object with its text under "content".
std::optional<std::string> textOf(const json& value) {
    const json& content = value.is_object() && value.contains("content") ? value.at("content") : value;
    return content.is_string() && !content.get_ref<const std::string&>().empty()
               ? std::optional(content.get<std::string>())
               : std::nullopt;
}

bool flag(const json& value, const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_boolean() && found->get<bool>();
}

class ConfigReader {
public:
    explicit ConfigReader(std::filesystem::path folder) { m_config.folder = std::move(folder); }

    Result<TokenizerConfig> read() {
        if (auto done = readClass(); !done) {
            return fail(done.error());
        }
        const auto map = object("special_tokens_map.json");
        if (!map) {
            return fail(map.error());
        }
        for (const auto& [file, content] :
             {std::pair<const char*, const json&>{kTokenizerConfig, m_config.fields},
              {"special_tokens_map.json", *map}}) {
            if (auto done = readRoles(content, file); !done) {
                return fail(done.error());
            }
        }
        if (auto done = readLength(); !done) {
            return fail(done.error());
        }
        if (auto done = readAdded(); !done) {
            return fail(done.error());
        }
        return std::move(m_config);
    }

private:
    /// The object in a file of the folder; an empty one where the file is missing.
    Result<json> object(const char* name) const {
        if (!m_config.has(name)) {
            return json::object();
        }
        const std::filesystem::path file = m_config.folder / name;
        auto text = readTextFile(file);
        if (!text) {
            return fail(text.error());
        }
        auto parsed = parseJson(*text, file.string());
        if (parsed && !parsed->is_object()) {
            return fail("the top level is not a JSON object", file.string(),
                        "Restore the file from the model");
        }
        return parsed;
    }

    tl::unexpected<Error> wrongType(const char* file, std::string_view key, std::string_view expected) const {
        return fail("\"" + std::string(key) + "\" is not " + std::string(expected), m_config.path(file),
                    "Correct the value or remove the key");
    }

    Result<void> readClass() {
        auto fields = object(kTokenizerConfig);
        if (!fields) {
            return fail(fields.error());
        }
        m_config.fields = std::move(*fields);
        const auto model = object("config.json");
        if (!model) {
            return fail(model.error());
        }
        const auto text = [](const json& from, const char* key) {
            const auto found = from.find(key);
            return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
        };
        m_config.modelType = text(*model, "model_type");
        std::string name = text(m_config.fields, "tokenizer_class");
        if (name.empty()) {
            name = text(*model, "tokenizer_class");
        }
        for (const std::string_view ending : {"Fast", "Tokenizer"}) {
            if (name.ends_with(ending)) {
                name.resize(name.size() - ending.size());
            }
        }
        m_config.className = std::move(name);
        return {};
    }

    Result<void> readRoles(const json& content, const char* file) {
        for (const char* role : kRoles) {
            const auto found = content.find(role);
            if (found == content.end() || found->is_null()) {
                continue;
            }
            auto text = textOf(*found);
            if (!text) {
                return wrongType(file, role, "the text of a token");
            }
            m_config.roles[role] = std::move(*text);
        }
        const auto found = content.find("additional_special_tokens");
        if (found == content.end() || found->is_null()) {
            return {};
        }
        if (!found->is_array()) {
            return wrongType(file, "additional_special_tokens", "a list of tokens");
        }
        for (const json& token : *found) {
            auto text = textOf(token);
            if (!text) {
                return wrongType(file, "additional_special_tokens", "a list of tokens");
            }
            m_config.additional.push_back(std::move(*text));
        }
        return {};
    }

    Result<void> readLength() {
        const auto found = m_config.fields.find("model_max_length");
        if (found == m_config.fields.end() || found->is_null()) {
            return {};
        }
        if (!found->is_number() || !(found->get<double>() >= 1)) {
            return wrongType(kTokenizerConfig, "model_max_length", "a positive number");
        }
        if (const double length = found->get<double>(); length <= kLargestSensibleLength) {
            m_config.maxLength = static_cast<int>(length);
        }
        return {};
    }

    /// The tokens in `added_tokens.json` (ids by text) and in the configuration (tokens by id). The former
    /// swallow the white space on both sides, as the reference has it.
    Result<void> readAdded() {
        const auto file = object("added_tokens.json");
        if (!file) {
            return fail(file.error());
        }
        for (const auto& [text, id] : file->items()) {
            if (!id.is_number_integer() || id.get<std::int64_t>() < 0 ||
                id.get<std::int64_t>() > kLargestId) {
                return wrongType("added_tokens.json", text, "an id");
            }
            m_config.added.push_back({text, id.get<int>(), true, true});
        }
        const auto decoder = m_config.fields.find("added_tokens_decoder");
        if (decoder == m_config.fields.end() || !decoder->is_object()) {
            return {};
        }
        for (const auto& [key, token] : decoder->items()) {
            int id = -1;
            const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
            auto text = textOf(token);
            if (error != std::errc() || end != key.data() + key.size() || id < 0 || id > kLargestId ||
                !text) {
                return wrongType(kTokenizerConfig, "added_tokens_decoder", "an object of tokens by id");
            }
            m_config.added.push_back({std::move(*text), id, flag(token, "lstrip"), flag(token, "rstrip")});
        }
        return {};
    }

    TokenizerConfig m_config;
};

} // namespace

bool TokenizerConfig::has(const char* file) const {
    std::error_code ignored;
    return std::filesystem::exists(folder / file, ignored);
}

std::string TokenizerConfig::role(std::string_view name, std::string_view fallback) const {
    const auto found = roles.find(name);
    return found == roles.end() ? std::string(fallback) : found->second;
}

Result<bool> TokenizerConfig::boolean(const char* key, bool fallback) const {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) {
        return fallback;
    }
    if (!found->is_boolean()) {
        return fail("\"" + std::string(key) + "\" is not true or false", path(kTokenizerConfig),
                    "Correct the value or remove the key");
    }
    return found->get<bool>();
}

tl::unexpected<Error> inFile(Error error, const std::string& file) {
    error.where = error.where.empty() ? file : file + ", " + error.where;
    return fail(std::move(error));
}

Result<TokenizerConfig> readTokenizerConfig(const std::filesystem::path& folder) {
    return ConfigReader(folder).read();
}

} // namespace awb
