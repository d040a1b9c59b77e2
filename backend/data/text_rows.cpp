#include <utility>

#include "backend/data/row_sources.h"
#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

class TextSource final : public RowSource {
public:
    explicit TextSource(LineReader& lines)
        : m_lines(lines) {}

    std::optional<RowStep> next() override {
        std::size_t begin = std::string_view::npos;
        while (begin == std::string_view::npos) {
            if (!m_lines.next()) {
                return m_lines.error() ? std::optional<RowStep>(*m_lines.error()) : std::nullopt;
            }
            begin = m_lines.line().find_first_not_of(kBlanks);
            m_inDocument = m_inDocument && begin != std::string_view::npos;
        }
        m_document += m_inDocument ? 0 : 1;
        m_inDocument = true;
        if (auto problem = problemOf(m_lines.line())) {
            return std::move(*problem);
        }
        const std::string_view line = m_lines.line();
        const std::size_t end = line.find_last_not_of(kBlanks) + 1;
        return TableRow{.line = m_lines.number(),
                        .fields = {std::string(line.substr(begin, end - begin))},
                        .kinds = {},
                        .group = m_document};
    }

private:
    std::optional<RowProblem> problemOf(std::string_view line) const {
        std::size_t place = line.find('\0');
        std::string what = "holds a NUL byte";
        if (place == std::string_view::npos) {
            place = findIllFormed(line);
            what = "is not valid UTF-8";
        }
        if (place == std::string_view::npos) {
            return std::nullopt;
        }
        RowProblem problem{.line = m_lines.number(), .what = std::move(what), .column = {}, .byte = {}};
        if (const auto start = m_lines.offset()) {
            problem.byte = *start + static_cast<std::int64_t>(place);
            problem.what += " at byte " + std::to_string(*problem.byte) + " of the file, counted from 0";
        }
        return problem;
    }

    LineReader& m_lines;
    std::int64_t m_document = 0;
    bool m_inDocument = false;
};

} // namespace

std::unique_ptr<RowSource> makeTextSource(LineReader& lines) {
    return std::make_unique<TextSource>(lines);
}

} // namespace awb
