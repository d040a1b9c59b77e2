#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "models/config/result.h"

namespace awb {

/// A whole file as read-only memory. Copies share the mapping. Values in it may be unaligned: copy them out.
class MappedFile {
public:
    /// Errors: missing, not a regular file, unreadable.
    static Result<MappedFile> open(const std::filesystem::path& file);

    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::shared_ptr<const void> m_mapping; ///< none for an empty file
    std::span<const std::byte> m_bytes;
};

} // namespace awb
