#pragma once

#include <vector>

#include <QString>

#include "backend/experiment/experiment.h"

namespace awb::ui {

/// One sentence about the composition as a whole.
struct CompositionNote {
    QString text;
    bool isWarning = false;
};

/// What the literature warns of in the design, what the composition trains, how many outputs it has, why it
/// can't be trained where it can't, and which adapters of the design it does not use.
std::vector<CompositionNote> compositionNotes(const Experiment& experiment);

/// Why a run of this composition would be refused; empty where it would not.
QString whyCompositionCantTrain(const Experiment& experiment);

} // namespace awb::ui
