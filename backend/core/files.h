#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "models/config/result.h"

namespace awb {

/// Reads a whole small file; refuses folders and files above `maxBytes`, saying so.
Result<std::string> readTextFile(const std::filesystem::path& file, std::uintmax_t maxBytes = 64u << 20u);

/// Writes to a temporary name in the same folder, syncs, renames. Nothing is lost when it fails.
Result<void> writeFileAtomically(const std::filesystem::path& file, std::string_view content);

/// $XDG_CACHE_HOME/adapter-workbench or ~/.cache/adapter-workbench.
std::filesystem::path userCacheFolder();
/// $XDG_DATA_HOME/adapter-workbench/workspace or ~/.local/share/adapter-workbench/workspace.
std::filesystem::path defaultWorkspaceFolder();

/// XXH3-128 as 32 hex digits.
std::string hashBytes(std::span<const std::byte> bytes);

/// The same over a stream of pieces.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text); ///< with its length, so that "ab","c" differs from "a","bc"
    std::string hex() const;

private:
    void* m_state;
};

} // namespace awb
