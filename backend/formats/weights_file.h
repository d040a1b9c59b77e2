#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// A tensor of a weights file, without its values.
struct WeightsTensor {
    std::string name;
    std::string dtype; ///< "F32", "F16", "BF16", "I64", ...
    std::vector<std::int64_t> shape;
    std::uint64_t bytes = 0;
    std::size_t part = 0;  ///< which file of a split checkpoint
    std::size_t place = 0; ///< which tensor of that file
};

/// Tensors by name, from safetensors or from PyTorch's zip pickles, in one file or split over several.
/// Opening checks everything but the values; nothing of a pickle is run. Copies share what is open.
class WeightsFile {
public:
    /// The kind is told by the ending, or by the content where that is neither .safetensors nor .bin.
    /// `*.index.json` opens all files that it lists in its own folder: its keys must be in them, and no name
    /// twice. Errors are those of the formats, with the file's path.
    static Result<WeightsFile> open(const std::filesystem::path& file);

    const std::vector<WeightsTensor>& tensors() const;
    const WeightsTensor* find(std::string_view name) const; ///< null where there is none
    /// Copies the values in row-major order into `target`, which has `tensor.bytes` bytes.
    void copyTo(const WeightsTensor& tensor, std::span<std::byte> target) const;

    const std::filesystem::path& path() const; ///< as it was given
    std::uintmax_t fileBytes() const;          ///< of all parts
    std::string format() const;                ///< "safetensors" or "PyTorch pickle"

private:
    struct Parts;
    explicit WeightsFile(std::shared_ptr<const Parts> parts)
        : m_parts(std::move(parts)) {}
    std::shared_ptr<const Parts> m_parts;
};

/// What a folder holds, which decides on the names of its weights.
enum class WeightsKind { Model, Adapter, Head, Fusion };

/// The first file of this kind in a folder: safetensors before pickles, one file before several. An empty
/// path where there is none.
std::filesystem::path findWeights(const std::filesystem::path& folder, WeightsKind kind);
/// The error for a folder without weights: says what was looked for.
Error noWeights(const std::filesystem::path& folder, WeightsKind kind);
/// Finds and opens.
Result<WeightsFile> openWeights(const std::filesystem::path& folder, WeightsKind kind);

} // namespace awb
