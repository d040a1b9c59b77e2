#pragma once

#include <cstddef>

#include <QString>

#include "backend/analysis/fusion_record.h"
#include "backend/analysis/seed_spread.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// "layer 3, after attention".
QString placeText(const FusionPlace& place);

/// Mean weights: a row a place, a column an adapter, and the entropy as the last column.
ShareMatrix layerMatrix(const FusionProbe& probe, const FusionRecord& record);
/// The mean weights of `other` minus those of `record`; the records have equal places and adapters.
ShareMatrix differenceMatrix(const FusionProbe& probe, const FusionRecord& record, const FusionRecord& other);
/// Mean weights over seeds, as in `layerMatrix`.
ShareMatrix seedMatrix(const FusionProbe& probe, const SeedSpread& seeds);
/// Weights at one place, a row a class. Empty where the probe has no classes.
ShareMatrix classMatrix(const FusionProbe& probe, const FusionRecord& record, std::size_t place);

/// A matrix as comma-separated values with a heading, for spreadsheets.
QString toCsv(const ShareMatrix& matrix);

/// The SQL that gives what the layer view shows, for any SQLite program.
QString layerSql(qint64 run, const QString& fusion, qint64 step);

} // namespace awb::ui
