#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "models/config/result.h"

namespace awb::app {

/// "adapter-workbench: MESSAGE" on standard error; gives the exit code of a failure.
int complain(const Error& error);

/// The given folder, or the user's own workspace.
std::filesystem::path workspaceFolder(const std::string& given);

/// "1,234,567".
std::string countText(std::int64_t count);
/// "4.2 MB".
std::string bytesText(std::uintmax_t bytes);
/// "0:42", "3:05:10".
std::string durationText(double seconds);
/// Four significant digits.
std::string numberText(double value);
/// A word as a POSIX shell needs it.
std::string shellWord(const std::string& word);

} // namespace awb::app
