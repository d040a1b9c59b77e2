#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/data/text_input.h"
#include "models/config/result.h"

namespace awb {

/// The beginning of a file, as bytes.
struct FileSample {
    std::string bytes;
    bool whole = false; ///< the file ends there
};

/// Reads the first megabyte. Errors: whatever can't be read, and an empty file.
Result<FileSample> readSample(const TextInput& input);

/// The encoding that a byte order mark or the pattern of zero bytes gives; none when UTF-8 is to be tried.
std::optional<std::string> sniffEncoding(std::string_view bytes);

/// "a PNG picture" and the like where the bytes begin as such a file, "a binary file" where they hold too
/// many control characters, else empty.
std::string_view sniffBinary(std::string_view bytes);

} // namespace awb
