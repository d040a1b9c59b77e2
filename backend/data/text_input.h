#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <string_view>

#include "models/config/result.h"

namespace awb {

/// Where a text comes from: a file, or memory under a name that stands for one in messages and tells the
/// format by its ending.
class TextInput {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): whoever reads a text may name a file.
    TextInput(std::filesystem::path file)
        : m_name(std::move(file)) {}
    /// `bytes` must outlive the input and all that reads it.
    TextInput(std::filesystem::path name, std::string_view bytes)
        : m_name(std::move(name))
        , m_bytes(bytes) {}

    const std::filesystem::path& name() const { return m_name; }
    /// Why it can't be read at all: missing, a folder, no regular file; none when it can.
    std::optional<Error> problem() const;
    /// A stream at its beginning; bad where the file can't be opened.
    std::unique_ptr<std::istream> open() const;
    std::int64_t size() const;

private:
    std::filesystem::path m_name;
    std::optional<std::string_view> m_bytes;
};

} // namespace awb
