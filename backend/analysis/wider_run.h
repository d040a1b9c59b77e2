#pragma once

#include <cstdint>
#include <optional>

#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"

namespace awb {

/// The reduction factor that a bottleneck is compared with to find out whether it is too narrow.
inline constexpr double kWideFactor = 2.0;

/// The same design, seed included, with `kWideFactor` in every trained bottleneck that is narrower; none
/// where there is no such bottleneck.
std::optional<Experiment> widerDesign(const Experiment& experiment);

/// A finished run of a run's wider design.
struct WiderRun {
    std::int64_t run = 0;
    double score = 0; ///< its main metric on the validation split
    double own = 0;   ///< that of the narrow run

    /// Wider is better by more than two points in a hundred.
    bool isBetter() const { return score - own > 0.02; }
};
/// The newest one; none where there is none yet, or where the run itself has no score.
Result<std::optional<WiderRun>> findWiderRun(const RunStore& store, std::int64_t run);

} // namespace awb
