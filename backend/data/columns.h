#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "backend/data/table_reader.h"
#include "backend/experiment/experiment.h"
#include "models/config/result.h"

namespace awb {

/// The column that is meant by a name or by a number from 1; names go before numbers. The error lists the
/// columns that there are.
Result<std::size_t> findColumn(const TableDialect& dialect, const std::string& name,
                               const std::filesystem::path& file);

/// The name of a column for a message, or its number from 1.
std::string columnName(const TableDialect& dialect, std::size_t column);

/// The columns of words and of tags for a tagging task: those that `spec` names, else the usual ones of the
/// format: FORM and UPOS (CoNLL-U), the first and the last (CoNLL), "text" and "tags" in tables. A tag column
/// of CoNLL-U may go on with a feature, "FEATS.Number".
std::string wordColumnOf(const DataSpec& spec, const TableDialect& dialect);
std::string tagColumnOf(const DataSpec& spec, const TableDialect& dialect);

/// Whether a field holds nothing but blanks.
bool isBlankField(std::string_view text);
/// The beginning of a field in backticks, for a message.
std::string inBackticks(std::string_view text);
/// "a number", "null" and the like.
std::string_view kindName(FieldKind kind);

} // namespace awb
