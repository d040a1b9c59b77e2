#include "backend/data/text_input.h"

#include <fstream>
#include <streambuf>
#include <string>
#include <system_error>

namespace awb {

namespace {

namespace fs = std::filesystem;

/// A stream over bytes that stay where they are.
class MemoryStream final : private std::streambuf, public std::istream {
public:
    explicit MemoryStream(std::string_view bytes)
        : std::istream(static_cast<std::streambuf*>(this)) {
        // A stream buffer has pointers to what may be changed; this one is only read.
        char* begin = const_cast<char*>(bytes.data()); // NOLINT(cppcoreguidelines-pro-type-const-cast)
        setg(begin, begin, begin + bytes.size());
    }
};

} // namespace

std::optional<Error> TextInput::problem() const {
    if (m_bytes) {
        return std::nullopt;
    }
    std::error_code error;
    const fs::file_status status = fs::status(m_name, error);
    if (status.type() == fs::file_type::not_found) {
        return Error{"the file does not exist", m_name.string(), "Check the path"};
    }
    if (status.type() == fs::file_type::directory) {
        return Error{m_name.filename().string() + " is a folder, not a file", m_name.string(),
                     "Choose a file inside it"};
    }
    if (status.type() != fs::file_type::regular) {
        return Error{"this is no regular file", m_name.string(), "Choose a file of rows"};
    }
    if (!*open()) {
        return Error{"the file can't be opened", m_name.string(), "Check that you may read it"};
    }
    return std::nullopt;
}

std::unique_ptr<std::istream> TextInput::open() const {
    if (m_bytes) {
        return std::make_unique<MemoryStream>(*m_bytes);
    }
    return std::make_unique<std::ifstream>(m_name, std::ios::binary);
}

std::int64_t TextInput::size() const {
    if (m_bytes) {
        return static_cast<std::int64_t>(m_bytes->size());
    }
    std::error_code ignored;
    const std::uintmax_t bytes = fs::file_size(m_name, ignored);
    return bytes == static_cast<std::uintmax_t>(-1) ? 0 : static_cast<std::int64_t>(bytes);
}

} // namespace awb
