#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "backend/experiment/experiment.h"
#include "models/config/model_config.h"

namespace awb {

/// What stands at one site, over all layers.
struct SiteShare {
    std::string site;    ///< siteName, or "fusion"
    int modules = 0;     ///< 0: only parameters that the others share
    std::set<int> sizes; ///< bottleneck units, ranks, lengths of the modules
    std::int64_t parameters = 0;
};

/// Parameters of a design without its tensors.
struct ParameterReport {
    std::string title;
    std::vector<SiteShare> sites;
    std::int64_t parameters = 0; ///< of adapters and fusions, trained or not
    std::int64_t trained = 0;    ///< those of them that the design trains
    std::int64_t head = 0;       ///< of all heads, without outputs where the labels are not known
    std::int64_t base = 0;
    std::int64_t fileBytes = 0; ///< of the adapters' and fusions' tensors as float32, frozen ones included

    double percentOfBase() const {
        return 100.0 * static_cast<double>(parameters) / static_cast<double>(base);
    }
};

/// Errors: what `checkAgainstModel` finds first; saved adapters whose options are not read yet.
Result<ParameterReport> countParameters(const Experiment& experiment, const ModelConfig& model);
/// A preset in all layers, alone. Error: the method can't act on this base.
Result<ParameterReport> countParameters(const MethodPreset& preset, const ModelConfig& model);

} // namespace awb
