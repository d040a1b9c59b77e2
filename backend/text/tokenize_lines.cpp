#include "backend/text/tokenize_lines.h"

#include <istream>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

namespace awb {

namespace {

std::string encodingAsJson(const Encoding& encoding) {
    nlohmann::ordered_json json;
    json["ids"] = encoding.ids;
    json["types"] = encoding.typeIds;
    json["tokens"] = encoding.tokens;
    auto& offsets = json["offsets"] = nlohmann::ordered_json::array();
    for (const Encoding::Span& span : encoding.offsets) {
        offsets.push_back({span.begin, span.end});
    }
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace

Result<void> tokenizeLines(const Tokenizer& tokenizer, const TokenizeLinesOptions& options, std::istream& in,
                           std::ostream& out) {
    const EncodeOptions encodeOptions{.maxLength = options.maxLength};
    std::string line;
    for (std::int64_t number = 1; std::getline(in, line); ++number) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        Encoding encoding;
        if (options.pairs) {
            const std::string_view view = line;
            const std::size_t tab = view.find('\t');
            if (tab == std::string_view::npos) {
                return fail("a pair needs two texts with a tab between them, and there is no tab",
                            "line " + std::to_string(number),
                            "Put a tab between the two texts, or leave out --pair for single texts");
            }
            encoding = tokenizer.encodePair(view.substr(0, tab), view.substr(tab + 1), encodeOptions);
        } else {
            encoding = tokenizer.encode(line, encodeOptions);
        }
        out << encodingAsJson(encoding) << '\n';
        if (!out) {
            return fail("the output can't be written", "line " + std::to_string(number),
                        "Check the space on the disk or the program that reads the output");
        }
    }
    out.flush();
    return {};
}

} // namespace awb
