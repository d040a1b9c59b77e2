#pragma once

#include "models/config/bottleneck_config.h"
#include "models/config/json_fields.h"

namespace awb {

/// Reads the options of a bottleneck adapter, named as in AdapterHub's configuration, over the values that
/// `config` has already. Problems are kept in `fields`. `isVersion1`: translate v1's activation names.
void readBottleneckOptions(JsonFields& fields, BottleneckConfig& config, bool isVersion1);

/// A number as JSON, whole numbers without a decimal point (as AdapterHub writes reduction factors).
nlohmann::json numberToJson(double value);

} // namespace awb
