#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/analysis/ablation_map.h"

namespace awb {

/// Something that an ablation shows, with the numbers that show it.
struct AblationFinding {
    enum class Kind {
        NeverHelps, ///< leaving the adapter out costs nothing, at no place and not everywhere
        Hurts,      ///< without it the model is better
        CostsMost,  ///< of all adapters the one whose removal costs most
        BestPlace,  ///< of all single places the one where a removal costs most
    };
    Kind kind = Kind::NeverHelps;
    std::string adapter;
    std::optional<AblationPlace> place; ///< BestPlace only
    ModelScore change;                  ///< by leaving it out: everywhere, or at `place`
    double highestLoss = 0;             ///< NeverHelps: the greatest rise of the loss at any place

    bool operator==(const AblationFinding& other) const {
        return kind == other.kind && adapter == other.adapter && place == other.place;
    }
};

/// A rise of the loss by less than a thousandth of the reference counts as nothing, unless the metric falls.
std::vector<AblationFinding> findingsIn(const AblationMap& map);

} // namespace awb
