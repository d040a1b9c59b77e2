#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/checkpoint/weights_form.h"
#include "backend/storage/run_store.h"

namespace awb {

/// Writes what a finished run has made as AdapterHub's setup folder (`saveSetup`): its composition, adapters,
/// fusions and heads; saved adapters that it used frozen go with it. A trained base is copied to `base/`.
/// Gives remarks. Errors: the run is not finished, its files are gone, an adapter that was neither trained
/// nor saved; as for loading and saving.
Result<std::vector<std::string>> exportRun(const RunStore& store, std::int64_t run,
                                           const std::filesystem::path& to, WeightsForm form);

} // namespace awb
