#include "backend/text/verify_tokenizer.h"

#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/text/tokenizer.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr std::size_t kMismatchesKept = 20;
constexpr std::size_t kLongestExcerpt = 240;

struct Case {
    std::string kind;
    bool batch = false;
    std::vector<std::string> texts;
    std::vector<std::string> pairs; ///< empty: single texts
    EncodeOptions options;
    bool padToLongest = false;
    json expected;
};

std::optional<Error> readTexts(const json& value, Case& into) {
    into.batch = value.contains("texts");
    try {
        if (into.batch) {
            into.texts = value.at("texts").get<std::vector<std::string>>();
            if (value.contains("pairs")) {
                into.pairs = value.at("pairs").get<std::vector<std::string>>();
            }
        } else {
            into.texts = {value.at("text").get<std::string>()};
            if (value.contains("pair") && !value.at("pair").is_null()) {
                into.pairs = {value.at("pair").get<std::string>()};
            }
        }
    } catch (const json::exception&) {
        return Error{"the case has neither a string \"text\" nor a list of strings \"texts\"", {}, {}};
    }
    if (!into.pairs.empty() && into.pairs.size() != into.texts.size()) {
        return Error{"\"texts\" and \"pairs\" differ in length", {}, {}};
    }
    return std::nullopt;
}

std::optional<Error> readOptions(const json& value, Case& into) {
    try {
        const auto text = [&](const char* key) {
            const auto found = value.find(key);
            return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
        };
        into.kind = text("kind");
        const std::string truncation = text("truncation");
        const std::string padding = text("padding");
        if (!truncation.empty() && truncation != "longest_first" && truncation != "do_not_truncate") {
            return Error{"the truncation \"" + truncation + "\" is not supported", {}, "Use longest_first"};
        }
        if (!padding.empty() && padding != "max_length" && padding != "longest" && padding != "do_not_pad") {
            return Error{"the padding \"" + padding + "\" is not known", {}, "Use max_length or longest"};
        }
        if (value.contains("max_length") && !value.at("max_length").is_null()) {
            into.options.maxLength = value.at("max_length").get<int>();
        }
        into.options.padToMaxLength = padding == "max_length";
        into.padToLongest = padding == "longest";
    } catch (const json::exception&) {
        return Error{"\"max_length\" is not a whole number", {}, {}};
    }
    return std::nullopt;
}

Result<Case> readCase(const std::string& line) {
    Case result;
    json value = json::parse(line, nullptr, false);
    if (!value.is_object()) {
        return fail("the line is not a JSON object");
    }
    if (auto error = readTexts(value, result)) {
        return tl::unexpected(*error);
    }
    if (auto error = readOptions(value, result)) {
        return tl::unexpected(*error);
    }
    if (!value.contains("ids")) {
        return fail("the case has no expected \"ids\"");
    }
    result.expected = std::move(value);
    return result;
}

std::vector<Encoding> encodeCase(const Tokenizer& tokenizer, const Case& test) {
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < test.texts.size(); ++i) {
        encodings.push_back(test.pairs.empty()
                                ? tokenizer.encode(test.texts[i], test.options)
                                : tokenizer.encodePair(test.texts[i], test.pairs[i], test.options));
    }
    if (test.padToLongest) {
        padToLongest(encodings, tokenizer);
    }
    return encodings;
}

/// The member of all encodings as the case writes it: a list, for a batch a list of lists.
template<typename Member>
json asExpected(const std::vector<Encoding>& encodings, bool batch, Member member) {
    json lists = json::array();
    for (const Encoding& encoding : encodings) {
        lists.push_back(encoding.*member);
    }
    return batch ? lists : lists.front();
}

std::string excerpt(const json& value) {
    std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
    if (text.size() > kLongestExcerpt) {
        text = text.substr(0, kLongestExcerpt) + "...";
    }
    return text;
}

void compare(const Case& test, const std::vector<Encoding>& encodings, std::int64_t line,
             TokenizerVerification& result) {
    bool good = true;
    const auto check = [&](const char* quantity, const json& actual) {
        const auto expected = test.expected.find(quantity);
        if (expected == test.expected.end() || expected->is_null() || *expected == actual) {
            return;
        }
        good = false;
        if (result.firstMismatches.size() < kMismatchesKept) {
            result.firstMismatches.push_back(
                {line, test.kind, quantity, excerpt(*expected), excerpt(actual)});
        }
    };
    check("ids", asExpected(encodings, test.batch, &Encoding::ids));
    check("type_ids", asExpected(encodings, test.batch, &Encoding::typeIds));
    check("attention_mask", asExpected(encodings, test.batch, &Encoding::attentionMask));
    check("tokens", asExpected(encodings, test.batch, &Encoding::tokens));
    ++result.cases;
    ++result.casesByKind[test.kind];
    result.failedCases += good ? 0 : 1;
}

} // namespace

bool hasTokenizerCases(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "cases.jsonl", ignored);
}

Result<TokenizerVerification> verifyTokenizerCases(const std::filesystem::path& folder) {
    const auto tokenizer = loadTokenizer(folder);
    if (!tokenizer) {
        return tl::unexpected(tokenizer.error());
    }
    const std::filesystem::path file = folder / "cases.jsonl";
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return fail("the file can't be opened", file.string(), "A tokenizer's cases stand in cases.jsonl");
    }
    TokenizerVerification result;
    std::string line;
    for (std::int64_t number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        const auto test = readCase(line);
        if (!test) {
            Error error = test.error();
            error.where = file.string() + ", line " + std::to_string(number);
            return tl::unexpected(std::move(error));
        }
        compare(*test, encodeCase(**tokenizer, *test), number, result);
    }
    if (result.cases == 0) {
        return fail("the file holds no case", file.string(),
                    "Each line is one JSON object with text and ids");
    }
    return result;
}

} // namespace awb
