#pragma once

#include "backend/train/run_setup.h"

namespace awb {

/// Puts adapters, fusions, pooler and heads, fresh or saved, into the setup's model, all drawn from one
/// generator in the experiment's order; makes them active and trainable as the experiment says. Fills in the
/// task's heads with labels from the data. Errors: a BatchSplit, a saved part that is gone or does not fit, a
/// head with fewer labels than the data.
Result<void> buildModel(const Experiment& experiment, const Dataset& dataset, const Tokenizer& tokenizer,
                        RunSetup& setup);

} // namespace awb
