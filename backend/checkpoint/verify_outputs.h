#pragma once

#include "backend/checkpoint/verify_compare.h"
#include "backend/checkpoint/verify_setup.h"

namespace awb {

/// One pass over the case's input; `watched` keeps the hidden states, gates and fusion weights. Unwatched, a
/// masked LM computes the labelled tokens alone, as in training.
ModelOutput forwardPass(VerifySetup& setup, bool watched);
/// The loss that the case is about: of its heads, or the format's pseudo-loss.
torch::Tensor lossOf(const VerifySetup& setup, const ModelOutput& output);

/// Everything that the case expects of a watched pass.
void compareOutputs(const VerifySetup& setup, const ModelOutput& output, const torch::Tensor& loss,
                    VerifyReport& report);
/// The regulariser's gradient alone, at the loaded weights.
void compareRegularizer(const VerifySetup& setup, VerifyReport& report);

} // namespace awb
