#pragma once

#include <string>
#include <vector>

#include "models/config/method.h"
#include "models/config/result.h"
#include "models/config/site.h"

namespace awb {

class AdapterModel;

/// The part of an adapter's configuration that acts at a place; null where none does.
const MethodConfig* methodAt(const AdapterModel& model, const std::string& adapter, int layer, Site site);

/// The singular values of a module's scaled up x down, descending: of a bottleneck without its non-linearity,
/// LayerNorms and gate, of LoRA (alpha / r) B A, with a gate B A. Empty for everything else: Compacter's
/// Kronecker products, DoRA's rescaled weight, VeRA's frozen pair, and modules without a pair of matrices.
Result<std::vector<double>> singularValuesAt(const AdapterModel& model, const std::string& adapter, int layer,
                                             Site site);

} // namespace awb
