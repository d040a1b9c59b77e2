#pragma once

#include <string>
#include <vector>

#include "backend/experiment/experiment.h"

namespace awb {

/// Something in a design that can be trained but that the literature warns of.
struct DesignFinding {
    enum class Kind {
        /// A language adapter (one with an invertible part) stands above another one in a stack: MAD-X puts
        /// the language first, and an invertible part acts only for the lowest adapter (Pfeiffer et al. 2020,
        /// arXiv 2005.00052).
        ReversedMadx,
        /// Base and adapters are trained together: the base's LayerNorms, and all else of it, move too, so
        /// the adapter's folder alone does not give the result again.
        TrainedBase,
        /// Adapters that run one after the other at every site: each waits for the one below it (Rücklé et
        /// al. 2021, arXiv 2010.11918).
        DeepStack,
    };
    Kind kind = Kind::ReversedMadx;
    std::string adapter; ///< the language adapter (ReversedMadx)
    std::string below;   ///< what it stands on (ReversedMadx)
    int depth = 0;       ///< adapters one after the other (DeepStack)

    bool operator==(const DesignFinding&) const = default;
};

/// Findings of one design, in the order of their kinds. DeepStack: from three adapters on.
std::vector<DesignFinding> findingsIn(const Experiment& experiment);

} // namespace awb
