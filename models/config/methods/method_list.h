#pragma once

#include "models/config/method.h"

namespace awb {

// One function for each method, in a file of its own; methods() calls them in the palette's order.
Method bottleneckMethod();
Method loraMethod();
Method doraMethod();
Method veraMethod();
Method ia3Method();
Method prefixTuningMethod();
Method promptTuningMethod();
Method reftMethod();
Method bitFitMethod();

// Options that several methods share.
OptionSpec leaveOutOption();
OptionSpec dropoutOption(const std::string& what);

/// True where `json["architecture"]` is this text.
bool hasArchitecture(const nlohmann::json& json, std::string_view architecture);
bool hasTrue(const nlohmann::json& json, std::string_view key);

} // namespace awb
