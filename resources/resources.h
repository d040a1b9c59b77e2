#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace awb {

/// A file inside the program.
struct BundledFile {
    std::string_view name; ///< "config.json", "model.safetensors", ...
    std::span<const std::byte> bytes;
};

/// Names of the base models inside the program, e.g. "mini-en".
std::vector<std::string_view> bundledModelNames();

/// The files of one of them, in Hugging Face's layout; empty for an unknown name.
std::span<const BundledFile> bundledModelFiles(std::string_view model);

} // namespace awb
