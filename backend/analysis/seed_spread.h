#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "backend/analysis/fusion_record.h"
#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"

namespace awb {

/// The weights of one fusion over runs that differ in their seed alone. P places, K adapters, row-major.
struct SeedSpread {
    std::size_t runs = 0;
    std::vector<float> mean;      ///< [P, K]
    std::vector<float> deviation; ///< [P, K], sample standard deviation; 0 for a single run
    std::vector<float> entropy;   ///< [P], mean
};

/// Of records with equal places and adapters.
SeedSpread spreadOver(std::span<const FusionRecord> records);

/// True where two experiments are the same but for seed, name, notes and the folders that their saved parts
/// come from.
bool differInSeedAlone(Experiment one, Experiment other);

/// The last records of a run's fusion and of that of every other run among `candidates` which differs in its
/// seed alone; the run's own comes first.
Result<std::vector<FusionRecord>> recordsOfSeeds(const RunStore& store, std::int64_t run,
                                                 const FusionProbe& probe,
                                                 std::span<const AdapterRun> candidates);

} // namespace awb
