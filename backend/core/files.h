#pragma once

#include <cstddef>
#include <cstdint>
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

/// The same for content that comes in pieces. Until `commit` succeeds the old file is untouched; an object
/// that is destroyed before leaves nothing behind.
class AtomicFile {
public:
    /// Opens the temporary file; missing parent folders are created.
    static Result<AtomicFile> create(const std::filesystem::path& file);
    ~AtomicFile();
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;

    Result<void> write(std::span<const std::byte> bytes);
    /// Syncs the file, renames it over `file` and syncs the folder.
    Result<void> commit();

private:
    AtomicFile(int descriptor, std::filesystem::path target, std::filesystem::path temporary);
    void discard() noexcept;

    int m_descriptor;
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
};

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
    std::string hex() const;         ///< of all that was added so far

private:
    void* m_state;
};

} // namespace awb
