#pragma once

#include <optional>
#include <set>
#include <vector>

#include "backend/experiment/method_modules.h"

namespace awb::ui {

/// A row of the table twin: a site, and the module there. A site with several modules has several rows.
struct DesignTreeRow {
    Site site = Site::FfnOutput;
    int ordinal = 0;
    std::optional<design::MethodModule> here;

    const design::Module& module() const { return here->module; }
};

/// What stands in one layer, or outside the layers.
using DesignTreeGroup = std::vector<DesignTreeRow>;

/// All groups: first what stands outside the layers, then the layers from 0 up. Rows are ordered from the
/// block's output down, as the data flows upwards on the canvas. Empty sites are listed where they are in
/// `offered`. No groups without a base.
std::vector<DesignTreeGroup> designTreeRows(const Experiment& experiment, const ModelConfig& model,
                                            const std::set<Site>& offered);

} // namespace awb::ui
