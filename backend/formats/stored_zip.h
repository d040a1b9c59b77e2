#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// Where an entry's bytes lie in a zip archive.
struct ZipEntry {
    std::string name;
    std::uint64_t begin = 0; ///< offset of its first byte in the archive
    std::uint64_t size = 0;
};

/// Lists a zip archive whose entries are stored without compression, as PyTorch writes it (ZIP64 and data
/// descriptors included), in the order of its directory. The directory is the authority, and each entry's own
/// header must agree with it. Errors name the entry: compression, encryption, names that are given twice or
/// leave their folder, entries that overlap or lie outside the archive, a directory that is cut off.
/// Source: the format's application note (APPNOTE.TXT 6.3), sections 4.3 to 4.5.
Result<std::vector<ZipEntry>> readStoredZip(std::span<const std::byte> archive);

/// Whether bytes begin as a zip archive does.
bool looksLikeZip(std::span<const std::byte> bytes);

/// An entry to be written: its bytes must stay valid during the call.
struct ZipItem {
    std::string name;
    std::span<const std::byte> data;
};
/// Writes atomically (temporary name, sync, rename). Entries are stored in the given order, and the bytes of
/// each begin at a multiple of 64. Errors: more than 65,535 entries or 4 GiB, a failing disk.
Result<void> writeStoredZip(const std::filesystem::path& file, const std::vector<ZipItem>& items);

/// The check sum of zip entries (CRC-32, polynomial 0xEDB88320).
std::uint32_t crc32(std::span<const std::byte> bytes);

} // namespace awb
