// RunStore: what it costs fusions to lose their adapters.
#include "backend/storage/pruning_tables.h"
#include "backend/storage/run_store_impl.h"

namespace awb {

Result<void> RunStore::setPruning(std::int64_t run, const PruningReport& report) {
    return m_impl->write("Saving a pruned fusion", [&]() -> Result<void> {
        storage::insertPruning(*m_impl->database, run, report);
        return {};
    });
}

Result<std::optional<PruningReport>> RunStore::pruning(std::int64_t run) const {
    return m_impl->read("Reading a pruned fusion", [&]() -> Result<std::optional<PruningReport>> {
        const storage::ReadTransaction view(*m_impl->database);
        return storage::readPruning(*m_impl->database, run);
    });
}

} // namespace awb
