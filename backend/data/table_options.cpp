#include "backend/data/table_options.h"

#include <functional>
#include <map>

namespace awb {

Result<TableOptions> tableOptions(const DataSpec& spec, HeadType task) {
    TableOptions options;
    options.header = spec.header;
    options.content = task == HeadType::Tagging    ? TableContent::Sentences
                      : task == HeadType::MaskedLm ? TableContent::Texts
                                                   : TableContent::Rows;
    if (!spec.format.empty()) {
        static const std::map<std::string, TableFormat, std::less<>> kFormats{
            {"tsv", TableFormat::Tsv},   {"csv", TableFormat::Csv},       {"jsonl", TableFormat::JsonLines},
            {"json", TableFormat::Json}, {"conllu", TableFormat::ConllU}, {"conll", TableFormat::Conll},
            {"text", TableFormat::Text}};
        const auto format = kFormats.find(spec.format);
        if (format == kFormats.end()) {
            return fail(
                "the format \"" + spec.format + "\" is not known", "/data/format",
                "Use \"tsv\", \"csv\", \"jsonl\", \"json\", \"conllu\", \"conll\" or \"text\", or leave "
                "it out");
        }
        options.format = format->second;
    }
    if (!spec.encoding.empty()) {
        options.encoding = spec.encoding;
    }
    if (!spec.delimiter.empty()) {
        const std::string delimiter =
            spec.delimiter == "\\t" || spec.delimiter == "tab" ? "\t" : spec.delimiter;
        if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
            return fail("the delimiter must be one ASCII character and no quote or line end",
                        "/data/delimiter", "Use \",\", \";\", \"|\" or \"tab\"");
        }
        options.delimiter = delimiter.front();
    }
    return options;
}

} // namespace awb
