#pragma once

#include <string>
#include <vector>

#include "models/adapter_model.h"
#include "models/config/adapter_arithmetic.h"

namespace awb {

/// Adds a new adapter to the model that is the weighted combination of others in it (AdapterHub's
/// average_adapter; weight averaging as in Chronopoulou et al. 2023, task arithmetic as in Ilharco et al.
/// 2023). Errors: unknown names, a name that is taken, configurations that don't fit (`combinedConfig`),
/// frozen tensors that differ (VeRA's random pair), a rank above a matrix's.
Result<void> combineAdapters(AdapterModel& model, const std::vector<CombineTerm>& terms,
                             const CombineOptions& options, const std::string& newName);

} // namespace awb
