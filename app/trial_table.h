#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "backend/run/trials.h"

namespace awb::app {

/// "53.7 ± 0.4", in per cent; without a deviation for one value; a dash without values.
std::string spreadText(const std::vector<double>& values);

/// Says on standard error which run begins.
void announceTrial(const Experiment& experiment);

/// Rows over seeds as a Markdown table on standard output; `what` heads the first column.
void printTrialTable(const char* what, const std::vector<TrialRow>& rows);

/// The same as a list of objects.
nlohmann::ordered_json rowsJson(const std::vector<TrialRow>& rows);

} // namespace awb::app
