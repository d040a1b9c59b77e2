#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// Where a tensor lies in a safetensors file.
struct TensorEntry {
    std::string name;
    std::string dtype; ///< "F32", "F16", "BF16", "I64", ...
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; ///< relative to the data section
    std::uint64_t end = 0;
};

/// Bytes of one value; none for a dtype that this program does not read.
std::optional<std::uint64_t> safetensorsItemSize(std::string_view dtype);
/// Bytes of a tensor's values; none for such a dtype, a negative size, or more than 64 bits can count.
std::optional<std::uint64_t> tensorBytes(std::string_view dtype, std::span<const std::int64_t> shape);
/// "[16, 256]".
std::string shapeText(std::span<const std::int64_t> shape);

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors; ///< in the order of their data
    std::map<std::string, std::string> metadata;
    std::uint64_t dataBegin = 0; ///< where the data section begins in the file
};
/// Parses and checks a header (JSON text without its length prefix) against the size of the data section:
/// dtype against size, offsets, overlaps, holes, trailing bytes, duplicate names. Errors name the tensor.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes);
/// The same for the bytes of a whole file, with the checks of the header's length.
Result<SafetensorsHeader> readSafetensorsHeader(std::span<const std::byte> file);

/// A memory-mapped safetensors file, fully checked on opening. Values may be unaligned: copy them out.
class SafetensorsFile {
public:
    static Result<SafetensorsFile> open(const std::filesystem::path& file);

    const SafetensorsHeader& header() const;
    const TensorEntry* find(std::string_view name) const;
    std::span<const std::byte> bytes(const TensorEntry& entry) const;

private:
    struct Mapping;
    explicit SafetensorsFile(std::shared_ptr<const Mapping> mapping);
    std::shared_ptr<const Mapping> m_mapping;
};

/// One tensor to be written: its bytes must stay valid during the call.
struct TensorToWrite {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> data;
};
/// Writes atomically (temporary name, sync, rename); data starts at a multiple of 8.
Result<void> writeSafetensors(const std::filesystem::path& file, std::vector<TensorToWrite> tensors,
                              const std::map<std::string, std::string>& metadata);

} // namespace awb
