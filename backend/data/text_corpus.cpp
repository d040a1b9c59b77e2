#include "backend/data/text_corpus.h"

#include <span>
#include <string>
#include <utility>

#include "backend/core/files.h"
#include "backend/data/line_reader.h"

namespace awb {

namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

/// A text that grows in memory up to a chunk and then in its file.
class TextWriter {
public:
    static Result<TextWriter> create(const std::filesystem::path& file) {
        auto out = AtomicFile::create(file);
        return out ? Result<TextWriter>(TextWriter(std::move(*out))) : fail(out.error());
    }
    Result<void> line(std::string_view text) {
        m_buffer.append(text).push_back('\n');
        return m_buffer.size() < kChunk ? Result<void>{} : flush();
    }
    Result<void> commit() {
        if (auto flushed = flush(); !flushed) {
            return flushed;
        }
        return m_out.commit();
    }

private:
    static constexpr std::size_t kChunk = std::size_t{1} << 20U;

    explicit TextWriter(AtomicFile out)
        : m_out(std::move(out)) {}
    Result<void> flush() {
        auto written = m_out.write(std::as_bytes(std::span(m_buffer)));
        m_buffer.clear();
        return written;
    }

    AtomicFile m_out;
    std::string m_buffer;
};

class CorpusWriter {
public:
    CorpusWriter(const CorpusOptions& options, TextWriter train, TextWriter validation,
                 const std::function<void(std::string_view)>& sees)
        : m_options(options)
        , m_train(std::move(train))
        , m_validation(std::move(validation))
        , m_sees(sees) {}

    Result<void> add(const std::filesystem::path& file) {
        auto lines = LineReader::open(file, "UTF-8");
        if (!lines) {
            return fail(lines.error());
        }
        std::int64_t taken = 0;
        while ((m_options.linesPerFile == 0 || taken < m_options.linesPerFile) && lines->next()) {
            const bool isBlank = lines->line().find_first_not_of(kBlanks) == std::string_view::npos;
            taken += isBlank ? 0 : 1;
            if (auto written = isBlank ? endDocument() : put(lines->line(), taken); !written) {
                return written;
            }
        }
        if (lines->error()) {
            return fail(*lines->error());
        }
        return endDocument();
    }

    Result<CorpusLines> commit() {
        if (m_count.train == 0) {
            return fail("the texts have no line to train on", m_options.files.front().string(),
                        "Give files with one text a line");
        }
        for (TextWriter* writer : {&m_train, &m_validation}) {
            if (auto committed = writer->commit(); !committed) {
                return fail(committed.error());
            }
        }
        return m_count;
    }

private:
    Result<void> put(std::string_view line, std::int64_t number) {
        if (m_options.holdOutEvery > 0 && number % m_options.holdOutEvery == 0) {
            ++m_count.validation;
            return m_validation.line(line);
        }
        ++m_count.train;
        m_sees(line);
        return m_train.line(line);
    }

    Result<void> endDocument() {
        auto ended = m_train.line("");
        return ended ? m_validation.line("") : ended;
    }

    const CorpusOptions& m_options;
    TextWriter m_train;
    TextWriter m_validation;
    const std::function<void(std::string_view)>& m_sees;
    CorpusLines m_count;
};

} // namespace

Result<CorpusLines> writeCorpus(const CorpusOptions& options, const std::filesystem::path& folder,
                                const std::function<void(std::string_view)>& sees) {
    if (options.files.empty()) {
        return fail("no text is named", {}, "Give at least one file of plain text");
    }
    auto train = TextWriter::create(folder / "train.txt");
    if (!train) {
        return fail(train.error());
    }
    auto validation = TextWriter::create(folder / "validation.txt");
    if (!validation) {
        return fail(validation.error());
    }
    CorpusWriter writer(options, std::move(*train), std::move(*validation), sees);
    for (const std::filesystem::path& file : options.files) {
        if (auto added = writer.add(file); !added) {
            return fail(added.error());
        }
    }
    return writer.commit();
}

} // namespace awb
