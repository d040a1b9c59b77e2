#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/config/adapter_config.h"
#include "models/config/composition.h"

namespace awb {

/// The configuration of an adapter name; null where it is not known.
using ConfigLookup = std::function<const AdapterConfig*(const std::string& adapter)>;

/// What can't run in a composition that is legal as such, because of the methods of its adapters:
/// - prefix tuning does not fuse, split or average;
/// - LoRA, DoRA, VeRA and (IA)3 do not fuse or split; DoRA replaces the whole map, so it does not average
///   either, and a Stack holds one;
/// - prompt tuning, ReFT and BitFit act on the whole text once: alone, or one of each in a Stack;
/// - fused adapters need bottleneck modules at the same sublayers.
/// The `where` is a JSON pointer in the experiment file's form.
std::vector<Error> checkMethodsInComposition(const Composition& composition, const ConfigLookup& configOf);

/// Where AdapterFusion needs a layer for adapters of these configurations: in every layer of the base, at the
/// sublayers at which they have modules. Errors: one without bottleneck modules, different sublayers.
Result<std::vector<std::pair<int, Site>>> fusionPlaces(const std::vector<const AdapterConfig*>& fused,
                                                       const ModelConfig& model);

} // namespace awb
