#pragma once

#include <cstddef>
#include <vector>

#include "backend/analysis/pruning_report.h"

namespace awb {

/// Something that a pruned fusion shows, with the numbers that show it.
struct PruningFinding {
    enum class Kind {
        DoesWithout, ///< with the adapters of `step` alone the metric is no lower than with all
        CostsMost,   ///< the adapter dropped at `step` costs most
    };
    Kind kind = Kind::DoesWithout;
    std::size_t step = 0;
    ModelScore change; ///< DoesWithout: against all adapters; CostsMost: against the step before

    bool operator==(const PruningFinding& other) const { return kind == other.kind && step == other.step; }
};

/// DoesWithout: the step with the fewest adapters whose metric does not fall. CostsMost: the step at which
/// the loss rises most, by a thousandth of the loss with all adapters or more.
std::vector<PruningFinding> findingsIn(const PruningReport& report);

} // namespace awb
