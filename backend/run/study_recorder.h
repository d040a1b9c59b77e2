#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/analysis/firing_units.h"
#include "backend/run/study_math.h"
#include "backend/train/batching.h"
#include "models/config/site.h"

namespace awb {

struct SiteObservation;

/// A module that is to be watched.
struct WatchedModule {
    std::string adapter;
    int layer = 0;
    Site site = Site::FfnOutput;
    std::size_t units = 0; ///< whose activity is followed; 0: none
};

/// Watches modules through a pass over a split: the size of every change, every unit's activity, and the
/// changes and activations themselves at some chosen tokens.
class StudyRecorder {
public:
    /// What was seen of a module.
    struct Seen {
        std::int64_t tokens = 0;
        double sum = 0; ///< of ||change|| / ||input|| over the tokens
        double squares = 0;
        FloatMatrix changes;     ///< at the chosen tokens
        FloatMatrix activations; ///< at the chosen tokens
        std::optional<FiringUnits> units;
    };

    /// `chosen`: places in `split.ids`, ascending. The split outlives this.
    StudyRecorder(const TokenizedSplit& split, std::vector<WatchedModule> modules,
                  const std::vector<std::size_t>& chosen);

    /// The next batch of the pass.
    void begin(const PaddedBatch& batch);
    /// For ForwardContext::observe. A module that does not see the batch as it is (behind a prompt, in a
    /// Split or BatchSplit) is passed over.
    void observe(const SiteObservation& observation);

    const std::vector<WatchedModule>& modules() const { return m_modules; }
    const Seen& seen(std::size_t module) const { return m_seen[module]; }

private:
    void addChange(Seen& seen, const SiteObservation& observation);
    void addActivations(Seen& seen, const SiteObservation& observation);

    const TokenizedSplit& m_split;
    std::vector<WatchedModule> m_modules;
    std::vector<Seen> m_seen;
    std::vector<std::int64_t> m_rowOf; ///< of each token of the split its row among the chosen ones, or -1
    std::int64_t m_chosen;

    // Of the batch.
    std::vector<std::size_t> m_cells;  ///< of [B * T], that are no padding
    std::vector<std::size_t> m_places; ///< in the split, one for each of them
    std::int64_t m_allCells = 0;       ///< B * T
    std::vector<bool> m_done;          ///< modules that were seen in it
};

} // namespace awb
