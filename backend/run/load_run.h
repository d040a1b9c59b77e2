#pragma once

#include <string>
#include <vector>

#include "backend/run/run_source.h"

namespace awb {

class AdapterModel;

/// What was put into a model, by the run's own names; in the model they begin with the prefix.
struct RunParts {
    std::vector<std::string> adapters;
    std::vector<std::string> fusions; ///< "a,b"
    std::vector<std::string> heads;
    std::vector<std::string> remarks; ///< of loading
};

/// Loads the adapters of the run's composition, and with `others` those that it does not use but has saved.
/// What was loaded before an error stands in `into`. Errors: a folder that is gone or does not fit the model.
Result<void> loadRunAdapters(AdapterModel& model, const RunSource& source, const std::string& prefix,
                             bool others, RunParts& into);
/// The fusions, at the temperatures that the run ended with: AdapterHub's format has no place for those.
Result<void> loadRunFusions(AdapterModel& model, const RunSource& source, const std::string& prefix,
                            RunParts& into);
Result<void> loadRunHeads(AdapterModel& model, const RunSource& source, const std::string& prefix,
                          RunParts& into);

/// The name of a fusion whose adapters have the prefix.
std::string prefixedFusion(const std::string& fusion, const std::string& prefix);

} // namespace awb
