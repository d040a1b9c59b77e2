#pragma once

#include <set>
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

/// Where a drop of the preset can do something: the sites at which it acts by itself, and every linear map
/// for methods that can be moved to one. Empty where the method can't act on this base.
std::set<Site> sitesFor(const MethodPreset& preset, const ModelConfig& model);

/// All modules that the preset has in one layer. Error: a method that acts outside the layers alone, a place
/// that is taken.
Result<Experiment> placeInLayer(Experiment experiment, const ModelConfig& model, const MethodPreset& preset,
                                int layer);

/// "at the query map, at the value map": sites in words, in data-flow order.
std::string sitesText(const std::set<Site>& sites);

} // namespace awb::design
