#pragma once

#include <functional>
#include <memory>

#include "backend/playground/text_pass.h"

namespace awb {

/// Texts for several runs in one batch. The adapters are loaded from their folders when a text asks for
/// them, and unloaded when others need the room.
class MixedBatch {
public:
    using Load = std::function<Result<std::unique_ptr<LoadedRun>>(std::int64_t run)>;

    explicit MixedBatch(Load load)
        : m_load(std::move(load)) {}

    /// Answers with each run's own composition, as many runs of one base in one BatchSplit as the cache
    /// holds. `cacheSize`: runs whose adapters are kept, at least 1. Errors stand at their rows.
    BatchReport run(const std::vector<BatchRow>& rows, std::size_t cacheSize);

private:
    using Rows = std::vector<std::size_t>;
    struct Part; ///< the rows of one run

    Result<LoadedRun*> loaded(std::int64_t run);
    void runTogether(const std::vector<Part>& parts, BatchReport& report);
    void runAlone(const Part& part, AloneBecause reason, BatchReport& report);

    Load m_load;
    LruCache<std::int64_t, std::unique_ptr<LoadedRun>> m_cache{4};
};

} // namespace awb
