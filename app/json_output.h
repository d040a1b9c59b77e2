#pragma once

#include <nlohmann/json_fwd.hpp>

namespace awb::app {

/// One JSON value, indented, on standard output; bytes that are not UTF-8 become U+FFFD.
void printJson(const nlohmann::ordered_json& json);

} // namespace awb::app
