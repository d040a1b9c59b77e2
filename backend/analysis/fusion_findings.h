#pragma once

#include <string>
#include <vector>

#include "backend/analysis/fusion_record.h"

namespace awb {

/// Something that the weights of a fusion show, with the numbers that show it.
struct FusionFinding {
    enum class Kind {
        NearUniform, ///< everywhere close to equal weights: the fusion averages
        OneForAll,   ///< one adapter has nearly all the weight everywhere
        NeverUsed,   ///< an adapter has nearly none anywhere
    };
    Kind kind = Kind::NearUniform;
    std::string adapter; ///< empty for NearUniform
    double lowest = 0;   ///< of the entropy (NearUniform) or of the adapter's mean weight, over all places
    double highest = 0;

    bool operator==(const FusionFinding&) const = default;
};

/// What is remarkable in one record. NearUniform: the mean entropy is above 0.98 of its largest value at
/// every place. OneForAll: above 0.9 at every place. NeverUsed: below 0.2 / K at every place.
std::vector<FusionFinding> findingsIn(const FusionProbe& probe, const FusionRecord& record);

/// Mean weight of each adapter over all places, [K].
std::vector<float> overallWeights(const FusionProbe& probe, const FusionRecord& record);

} // namespace awb
