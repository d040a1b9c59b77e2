#pragma once

#include <cstddef>
#include <set>
#include <string_view>

#include "backend/experiment/experiment.h"

namespace awb::design {

// Edits of an adapter's parts: the methods that one name stands for.

/// Adds a method with its default options, in the layers in which the adapter acts already; the adapter
/// becomes a union. Error: an unknown adapter or method, a place that another part has, a
/// saved adapter whose options are not read.
Result<Experiment> addPart(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                           std::string_view method);
/// Takes a method out of a union. Error: there is no such part, or it is the only one.
Result<Experiment> removePart(Experiment experiment, std::string_view adapter, std::size_t part);
/// Makes a part act in exactly these layers. Error: a method that acts once, no layer left.
Result<Experiment> setPartLayers(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                                 std::size_t part, const std::set<int>& layers);

} // namespace awb::design
