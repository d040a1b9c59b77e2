#pragma once

#include <string>

#include "backend/experiment/experiment.h"
#include "backend/experiment/method_edit.h"

namespace awb::design {

/// The adapter that has a module of this method at the place; null where there is none.
const AdapterSpec* adapterAt(const Experiment& experiment, const ModelConfig& model, const Place& place,
                             const std::string& method);

/// Places one bottleneck module with these options, see `placeModule`.
Result<Experiment> placeBottleneck(Experiment experiment, const ModelConfig& model,
                                   const BottleneckConfig& options, const std::string& preset, double factor,
                                   const Place& place);

/// Adds all modules of `config`, to the adapter of equal options that is there already or as a new one.
/// Error: a place that another module of the same method has.
Result<Experiment> placeWhole(Experiment experiment, const ModelConfig& model, const AdapterConfig& config,
                              const std::string& preset);

} // namespace awb::design
