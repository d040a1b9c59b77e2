#pragma once

#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "backend/data/table_reader.h"
#include "models/config/head_config.h"

namespace awb::ui {

/// The names of a file's columns.
QStringList columnNames(const TablePreview& preview);

// Columns that probably hold what a task needs, by their names and by what the first rows hold. Empty where
// nothing fits.

/// A usual name, else the column with the longest texts.
QString guessText(const TablePreview& preview, HeadType task);
/// A usual name, else the last column but `text`. For regression a column of numbers.
QString guessLabel(const TablePreview& preview, HeadType task, const QString& text);
/// Of tables; in CoNLL the reader knows.
QString guessTags(const TablePreview& preview);
/// The columns that hold nothing but 0 and 1.
std::vector<std::string> guessMarks(const TablePreview& preview);

/// Whether a label of the task may stand in the column: only numbers for regression.
bool mayHoldLabel(const TablePreview& preview, HeadType task, const QString& column);

} // namespace awb::ui
