#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "models/config/adapter_config.h"

namespace awb::design {

// Edits of one method's options that the design's edits are made of.

using Place = std::pair<int, Site>;

/// Where the part has modules that can be chosen and removed; what only serves them is left out. Empty for
/// impossible configurations.
std::set<Place> placesOf(const MethodConfig& part, const ModelConfig& model);
std::set<Place> placesOf(const AdapterConfig& config, const ModelConfig& model);
/// The part that has a module there.
std::optional<std::size_t> partAt(const AdapterConfig& config, const ModelConfig& model, const Place& place);

/// The layers in which the part acts.
std::set<int> layersOf(const MethodConfig& part, const ModelConfig& model);
/// False for prompt tuning, which acts once.
bool canChooseLayers(const MethodConfig& part);
/// Makes the part act in exactly these layers. A bottleneck keeps its own sites in layers that it has.
void setLayers(MethodConfig& part, const ModelConfig& model, const std::set<int>& layers);

/// Equal apart from the choice of layers (of bottlenecks: also of sites, and sizes).
bool hasSameOptions(const MethodConfig& a, const MethodConfig& b);
bool hasSameOptions(const AdapterConfig& a, const AdapterConfig& b);

/// Makes a method that acts at chosen linear maps act at this one alone; false where the method has no such
/// choice or the site is no linear map.
bool actOnlyAt(MethodConfig& part, Site site);

/// Takes modules away: layers by `leave_out`, places in all layers by the options that choose them. False
/// where nothing is left (the part is not changed then). Error: a choice that the options can't express.
Result<bool> removePlaces(MethodConfig& part, const ModelConfig& model, const std::set<Place>& places);

/// The greatest size that can be chosen for the method's modules at this base; 1 where none can.
int largestSize(const Method& method, const ModelConfig& model);

/// The place in words: "after attention", "at the query map".
std::string siteTitle(Site site);

} // namespace awb::design
