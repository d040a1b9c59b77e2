#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/data/text_input.h"
#include "models/config/result.h"

namespace awb {

/// Turns the bytes of an encoding into UTF-8, piece by piece (ICU). What the encoding has no character for
/// becomes U+FFFD.
class EncodingConverter {
public:
    /// An unknown name is an error.
    static Result<EncodingConverter> create(const std::string& encoding);
    /// `last`: nothing follows, so an incomplete character at the end is ill-formed.
    void append(std::string_view bytes, bool last, std::string& out);

private:
    struct Close {
        void operator()(void* converter) const;
    };
    explicit EncodingConverter(void* converter)
        : m_converter(converter) {}
    std::unique_ptr<void, Close> m_converter;
};

/// Whether two names mean the same encoding, e.g. "utf8" and "UTF-8".
bool isUtf8Name(const std::string& encoding);

/// Reads a text file line by line as UTF-8, holding about a megabyte and the current line. LF, CRLF and CR
/// end lines; a byte order mark is no part of the text. UTF-8 itself is not checked here.
class LineReader {
public:
    static constexpr std::size_t kLongestLine = std::size_t{64} << 20U;

    /// Errors: missing, a folder, unreadable, unknown encoding.
    static Result<LineReader> open(const TextInput& input, const std::string& encoding);

    /// Moves to the next line; false at the end, and after an error.
    bool next();
    /// The current line without its end; valid until the next call of `next`.
    std::string_view line() const { return m_line; }
    std::int64_t number() const { return m_number; }
    /// Offset of the line's first byte in the file; none when the file is converted.
    std::optional<std::int64_t> offset() const;
    /// A line longer than `kLongestLine`, or a failed read.
    const std::optional<Error>& error() const { return m_error; }
    /// How much of the file has been taken in, 0..1.
    double fraction() const;
    const std::filesystem::path& file() const { return m_file; }

private:
    LineReader() = default;
    bool fill();
    std::size_t findLineEnd();

    std::filesystem::path m_file;
    std::unique_ptr<std::istream> m_in;
    std::optional<EncodingConverter> m_converter;
    std::string m_buffer;
    std::string m_chunk;
    std::string_view m_line;
    std::size_t m_begin = 0;        ///< first byte not given out
    std::size_t m_scan = 0;         ///< where the search for a line end goes on
    std::size_t m_lineFeed = 0;     ///< the next LF, or the buffer's size when it has none
    std::int64_t m_bufferStart = 0; ///< offset of the buffer in the file
    std::int64_t m_lineStart = 0;
    std::int64_t m_number = 0;
    std::int64_t m_bytesRead = 0;
    std::int64_t m_fileSize = 0;
    bool m_atEnd = false;
    std::optional<Error> m_error;
};

} // namespace awb
