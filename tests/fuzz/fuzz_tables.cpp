#include <vector>

#include "backend/data/sentence_reader.h"
#include "backend/data/table_reader.h"
#include "backend/data/tag_scheme.h"
#include "backend/text/unicode.h"
#include "tests/fuzz/fuzz_targets.h"

namespace awb::fuzz {

namespace {

/// The first byte of an input, bit by bit.
class Choices {
public:
    explicit Choices(Input& input)
        : m_bits(input.empty() ? 0 : std::to_integer<unsigned>(input.front())) {
        input = input.subspan(input.empty() ? 0 : 1);
    }
    bool next() {
        const bool bit = (m_bits & 1U) != 0;
        m_bits >>= 1U;
        return bit;
    }

private:
    unsigned m_bits;
};

void requireRow(const TableRow& row, const TableDialect& dialect, std::int64_t& line) {
    require(row.fields.size() == dialect.columns.size(), "a row has a field for each column");
    require(row.kinds.empty() || row.kinds.size() == row.fields.size(), "a row has a kind for each field");
    require(row.line >= line && row.line > 0, "rows come in the order of their lines");
    line = row.line;
    for (const std::string& field : row.fields) {
        require(findIllFormed(field) == std::string_view::npos, "fields are UTF-8");
    }
}

std::optional<TableDialect> readAll(const TextInput& text, const TableOptions& options) {
    Result<TableDialect> dialect = TableReader::detect(text, options);
    if (!dialect) {
        require(!dialect.error().what.empty(), "an error says what happened");
        return std::nullopt;
    }
    std::int64_t line = 0;
    TableReader::Sinks sinks;
    sinks.row = [&](TableRow&& row) {
        requireRow(row, *dialect, line);
        return true;
    };
    sinks.problem = [](RowProblem&& problem) {
        require(!problem.what.empty() && problem.line > 0, "a problem says what is wrong and where");
        return true;
    };
    if (const Result<void> read = TableReader::read(text, *dialect, sinks); !read) {
        require(!read.error().what.empty(), "an error says what happened");
    }
    return std::move(*dialect);
}

/// Tags mended for a scheme mark the same entities.
void checkTags(const Sentence& sentence) {
    std::vector<std::string> tags;
    for (const TableRow& word : sentence.words) {
        tags.push_back(word.fields.back());
    }
    if (!areChunkTags(tags)) {
        return;
    }
    const ChunkTags parts(tags);
    std::vector<ChunkTag> chunkTags;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        chunkTags.push_back(parts[i]);
    }
    const std::vector<Chunk> chunks = chunksOf(chunkTags);
    for (const TagScheme scheme : {TagScheme::Iob1, TagScheme::Bio, TagScheme::Bioes, TagScheme::Bilou}) {
        const std::vector<ChunkTag> mended = wellFormed(chunkTags, scheme);
        require(mended.size() == chunkTags.size(), "mending keeps the words");
        require(chunksOf(mended) == chunks, "mending keeps the entities");
    }
}

} // namespace

void csv(Input input) {
    Choices choices(input);
    TableOptions options;
    options.header = !choices.next();
    const char* name = choices.next() ? "table.tsv" : "table.csv";
    if (choices.next()) {
        options.delimiter = ';';
    }
    if (choices.next()) {
        options.encoding = "windows-1252";
    }
    readAll(TextInput(name, asText(input)), options);
}

void jsonl(Input input) {
    Choices choices(input);
    readAll(TextInput(choices.next() ? "rows.json" : "rows.jsonl", asText(input)), {});
}

void conll(Input input) {
    Choices choices(input);
    TableOptions options;
    options.content = TableContent::Sentences;
    const TextInput text(choices.next() ? "words.conllu" : "words.conll", asText(input));
    const std::optional<TableDialect> dialect = readAll(text, options);
    if (!dialect || !holdsSentences(dialect->format)) {
        return;
    }
    Result<LineReader> lines = LineReader::open(text, dialect->encoding);
    require(lines.has_value(), "what could be read can be read again");
    SentenceReader sentences(*lines, *dialect);
    while (const auto step = sentences.next()) {
        if (const auto* sentence = std::get_if<Sentence>(&*step)) {
            require(!sentence->words.empty(), "a sentence has words");
            std::int64_t line = 0;
            for (const TableRow& word : sentence->words) {
                requireRow(word, *dialect, line);
            }
            checkTags(*sentence);
        } else if (const auto* problem = std::get_if<SentenceProblem>(&*step)) {
            require(!problem->lines.empty() && !problem->what.empty(),
                    "a problem says what is wrong and where");
        } else {
            break;
        }
    }
}

} // namespace awb::fuzz
