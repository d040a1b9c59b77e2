#pragma once

#include <string>
#include <string_view>

namespace awb {

/// A name from a file as it may appear in a message: short, on one line, never cut inside a character.
std::string printable(std::string_view name);

} // namespace awb
