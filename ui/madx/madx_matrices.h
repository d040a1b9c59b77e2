#pragma once

#include <optional>

#include <QStringList>

#include "backend/run/madx.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// "Language first", "Task alone", "Reversed order".
QString madxOrderTitle(MadxOrder order);
/// The same with the stack: "Language first: Stack(language, task)".
QString madxOrderLongTitle(MadxOrder order);

/// Which scores are shown.
struct MadxView {
    int dropped = 0;                   ///< so many of the lowest layers un-adapted
    std::optional<MadxOrder> baseline; ///< none: the scores, else what they are above it

    bool operator==(const MadxView&) const = default;
};

/// Source languages in rows (the first one on top), target languages in columns; NaN where no score is there.
ShareMatrix madxMatrix(const MadxReport& report, const MadxExperiment& experiment, MadxOrder order,
                       const MadxView& view);
/// The scores behind a cell of such a matrix.
MadxCell madxCellOf(const MadxReport& report, const MadxExperiment& experiment, MadxOrder order,
                    const MadxView& view, ShareMap::Cell cell);

/// What the scores say of the orders and of AdapterDrop, a sentence each with its numbers.
QStringList madxFindings(const MadxReport& report, const MadxExperiment& experiment);
/// What is odd about the experiment itself; empty where nothing is.
QString madxWarning(const MadxExperiment& experiment);

/// All scores as comma-separated values, a line for each order, AdapterDrop, source and target.
QString madxCsv(const MadxReport& report, const MadxExperiment& experiment);

} // namespace awb::ui
