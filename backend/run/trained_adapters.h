#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backend/storage/run_store.h"

namespace awb {

/// An adapter that a finished run has trained, with what the run knows of it.
struct TrainedAdapter {
    std::int64_t run = 0;
    std::string runName;
    std::string name;
    std::filesystem::path folder; ///< AdapterHub's format
    AdapterConfig config;
    std::string preset;
    std::string baseModel; ///< a bundled name or a folder
    std::string baseHash;
    std::string dataset;
    std::string metric;              ///< "accuracy"
    std::optional<double> score;     ///< validation
    std::optional<double> headScore; ///< best run with the head alone on the same base and data
    std::int64_t parameters = 0;     ///< of all the run's adapters and its head
    double createdAt = 0;            ///< seconds since 1970, UTC

    /// Better than the frozen base on its own task; not known without both scores.
    std::optional<bool> helps() const;
};

/// The adapters of all finished runs whose files are there, the newest first. Runs that trained the base too
/// are left out: their adapters only fit that base. Error: the database.
Result<std::vector<TrainedAdapter>> trainedAdapters(const RunStore& store);

/// A fusion that a finished run has trained. Its layers don't depend on how many adapters there are, so that
/// a fusion of more can go on from it.
struct TrainedFusion {
    std::int64_t run = 0;
    std::string runName;
    std::string name; ///< "a,b"
    std::filesystem::path folder;
    FusionSpec spec; ///< its options, and `folder` as where its weights come from
    std::string baseHash;
};
/// As `trainedAdapters`.
Result<std::vector<TrainedFusion>> trainedFusions(const RunStore& store);

/// Why the adapter can't be fused with another one, or at all where there is none; empty when it can.
std::string fusionRefusal(const TrainedAdapter& adapter, const TrainedAdapter* other);

/// A design that fuses the adapters, frozen, for the data, head and training arguments of `target`; only the
/// fusion and the head are trained. Adapters of one name are told apart by their runs' numbers. `from`: the
/// fusion to go on from; null for a fresh one with the target's options.
Experiment fusionDesign(const std::vector<TrainedAdapter>& adapters, const Experiment& target,
                        const TrainedFusion* from = nullptr);

} // namespace awb
