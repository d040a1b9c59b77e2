#include "app/json_output.h"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace awb::app {

void printJson(const nlohmann::ordered_json& json) {
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

} // namespace awb::app
