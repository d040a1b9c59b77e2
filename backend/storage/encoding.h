#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "backend/train/records.h"
#include "models/config/result.h"

namespace awb::storage {

// How values are kept in the database. What is written here is read by later versions: never change a name or
// a layout, add a new one.

std::string_view stateText(RunState state);
/// Unknown texts, from a later version's file, count as Interrupted.
RunState stateFromText(std::string_view text);

/// A number of an ANY column; SQLite can't store NaN, so that is the text 'nan'. Infinities are numbers.
void bindNumber(SQLite::Statement& statement, int index, double value);
double numberFrom(const SQLite::Column& column);

/// A version byte (1), then five float32 a module in the order of ModuleStats.
std::vector<char> encodeModules(std::span<const ModuleStats> modules);
Result<std::vector<ModuleStats>> decodeModules(std::span<const char> blob);

std::string planText(const RunPlan& plan);
Result<RunPlan> planFromText(const std::string& text);

} // namespace awb::storage
