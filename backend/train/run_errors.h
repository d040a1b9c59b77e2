#pragma once

#include <cstdint>
#include <string>

#include "backend/experiment/experiment.h"

namespace c10 {
class Error;
}

namespace awb {

/// `what` ("the loss") became NaN or infinite: with the step, the learning rate in force and the likely
/// cause.
Error divergenceError(const std::string& what, double value, std::int64_t step, const TrainingSpec& spec,
                      double learningRate);

/// LibTorch's own words without its backtrace; memory is the one cause that a person can do something about.
Error torchError(const c10::Error& error);

} // namespace awb
