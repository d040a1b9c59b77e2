#include "backend/data/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::int64_t kChunk = std::int64_t{1} << 20U;
constexpr std::int64_t kLeastChunk = 4096;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

UConverter* asConverter(void* pointer) {
    return static_cast<UConverter*>(pointer);
}

} // namespace

bool isUtf8Name(const std::string& encoding) {
    return ucnv_compareNames(encoding.c_str(), "UTF-8") == 0;
}

void EncodingConverter::Close::operator()(void* converter) const {
    ucnv_close(asConverter(converter));
}

Result<EncodingConverter> EncodingConverter::create(const std::string& encoding) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(encoding.c_str(), &status);
    if (U_FAILURE(status) != 0 || encoding.empty()) {
        ucnv_close(converter);
        return fail("the encoding \"" + encoding + "\" is not known", {},
                    "Use a name such as UTF-8, windows-1252, ISO-8859-1 or UTF-16");
    }
    return EncodingConverter(converter);
}

void EncodingConverter::append(std::string_view bytes, bool last, std::string& out) {
    std::vector<UChar> units(2 * bytes.size() + 16);
    const char* source = bytes.data();
    const char* const sourceEnd = source + bytes.size();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    while (status == U_BUFFER_OVERFLOW_ERROR) {
        status = U_ZERO_ERROR;
        UChar* target = units.data();
        ucnv_toUnicode(asConverter(m_converter.get()), &target, units.data() + units.size(), &source,
                       sourceEnd, nullptr, static_cast<UBool>(last), &status);
        const auto count = static_cast<std::size_t>(target - units.data());
        for (std::size_t i = 0; i < count;) {
            UChar32 c = 0;
            U16_NEXT(units.data(), i, count, c);
            appendUtf8(out, static_cast<char32_t>(c));
        }
    }
}

Result<LineReader> LineReader::open(const TextInput& input, const std::string& encoding) {
    if (auto error = input.problem()) {
        return tl::unexpected(std::move(*error));
    }
    LineReader reader;
    reader.m_file = input.name();
    reader.m_in = input.open();
    reader.m_fileSize = input.size();
    if (!isUtf8Name(encoding)) {
        auto converter = EncodingConverter::create(encoding);
        if (!converter) {
            Error error = converter.error();
            error.where = input.name().string();
            return tl::unexpected(std::move(error));
        }
        reader.m_converter = std::move(*converter);
    }
    reader.fill();
    if (reader.m_buffer.starts_with(kUtf8Mark)) {
        reader.m_begin = reader.m_scan = kUtf8Mark.size();
    }
    return reader;
}

std::optional<std::int64_t> LineReader::offset() const {
    return m_converter ? std::nullopt : std::optional(m_lineStart);
}

double LineReader::fraction() const {
    return m_fileSize > 0 ? static_cast<double>(m_bytesRead) / static_cast<double>(m_fileSize) : 1.0;
}

bool LineReader::fill() {
    if (m_atEnd || m_error) {
        return false;
    }
    const bool knowsLineFeed = m_lineFeed < m_buffer.size();
    m_buffer.erase(0, m_begin);
    m_bufferStart += static_cast<std::int64_t>(m_begin);
    m_scan -= m_begin;
    m_lineFeed -= m_begin;
    m_begin = 0;

    const std::size_t oldSize = m_buffer.size();
    // One byte more than is expected shows the end of the file.
    const std::int64_t expected = m_fileSize - m_bytesRead + 1;
    m_chunk.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(expected, kLeastChunk, kChunk)));
    m_in->read(m_chunk.data(), static_cast<std::streamsize>(m_chunk.size()));
    m_chunk.resize(static_cast<std::size_t>(m_in->gcount()));
    m_bytesRead += m_in->gcount();
    if (m_in->bad()) {
        m_error = Error{"the file can't be read to its end", m_file.string(),
                        "Check the disk or the network drive"};
        return false;
    }
    m_atEnd = m_in->eof();
    if (m_converter) {
        m_converter->append(m_chunk, m_atEnd, m_buffer);
    } else {
        m_buffer += m_chunk;
    }
    if (!knowsLineFeed) {
        const std::size_t found = m_buffer.find('\n', oldSize);
        m_lineFeed = found == std::string::npos ? m_buffer.size() : found;
    }
    return true;
}

/// The first CR or LF from `m_scan` on, or the buffer's size.
std::size_t LineReader::findLineEnd() {
    if (m_lineFeed < m_scan) {
        const std::size_t found = m_buffer.find('\n', m_scan);
        m_lineFeed = found == std::string::npos ? m_buffer.size() : found;
    }
    const void* carriageReturn = std::memchr(m_buffer.data() + m_scan, '\r', m_lineFeed - m_scan);
    return carriageReturn == nullptr
               ? m_lineFeed
               : static_cast<std::size_t>(static_cast<const char*>(carriageReturn) - m_buffer.data());
}

bool LineReader::next() {
    while (true) {
        if (m_error) {
            return false;
        }
        const std::size_t end = findLineEnd();
        const bool found = end < m_buffer.size();
        const bool mayBeCrLf = found && m_buffer[end] == '\r' && end + 1 == m_buffer.size();
        if (found && (!mayBeCrLf || m_atEnd)) {
            const bool crLf = m_buffer[end] == '\r' && end + 1 < m_buffer.size() && m_buffer[end + 1] == '\n';
            m_line = std::string_view(m_buffer).substr(m_begin, end - m_begin);
            m_lineStart = m_bufferStart + static_cast<std::int64_t>(m_begin);
            m_begin = m_scan = end + (crLf ? 2 : 1);
            ++m_number;
            return true;
        }
        if (m_atEnd) {
            if (m_begin == m_buffer.size()) {
                return false;
            }
            m_line = std::string_view(m_buffer).substr(m_begin);
            m_lineStart = m_bufferStart + static_cast<std::int64_t>(m_begin);
            m_begin = m_scan = m_buffer.size();
            ++m_number;
            return true;
        }
        m_scan = end;
        if (m_buffer.size() - m_begin > kLongestLine) {
            m_error = Error{"the line is longer than 64 MB, so this is hardly a table",
                            m_file.string() + ", line " + std::to_string(m_number + 1),
                            "Check that the file has line ends"};
            return false;
        }
        fill();
    }
}

} // namespace awb
