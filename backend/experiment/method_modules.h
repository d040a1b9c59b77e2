#pragma once

#include <vector>

#include "backend/experiment/design.h"

namespace awb::design {

/// A module with the method that it is of.
struct MethodModule {
    Module module;
    const Method* method = nullptr; ///< never null in what `methodModules` gives

    /// True for bottlenecks of the layers, which have a reduction factor each.
    bool hasFactor() const { return module.place.reductionFactor > 0 && isBottleneckSite(module.ref.site); }
    /// True where `setSize` can change it.
    bool hasSize() const;
};

/// As `modules`.
std::vector<MethodModule> methodModules(const Experiment& experiment, const ModelConfig& model);

} // namespace awb::design
