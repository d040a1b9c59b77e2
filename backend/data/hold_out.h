#pragma once

#include <cstddef>
#include <string_view>

#include "backend/data/data_warnings.h"
#include "backend/data/dataset.h"

namespace awb {

/// The same number for examples with the same texts.
std::size_t exampleKey(const Example& example);

/// Takes a validation split out of train, which is the first split: each tenth example, or the last tenth of
/// running text, and says so. Below 20 examples nothing is taken. `unit`: what the person calls an example.
void holdOutValidation(Dataset& dataset, std::string_view unit, WarningLog& log);

} // namespace awb
