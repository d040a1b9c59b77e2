// RunStore: what it costs to leave adapters out.
#include "backend/storage/ablation_tables.h"
#include "backend/storage/run_store_impl.h"

namespace awb {

Result<void> RunStore::setAblation(std::int64_t run, const AblationMap& map) {
    return m_impl->write("Saving an ablation", [&]() -> Result<void> {
        storage::insertAblation(*m_impl->database, run, map);
        return {};
    });
}

Result<std::optional<AblationMap>> RunStore::ablation(std::int64_t run) const {
    return m_impl->read("Reading an ablation", [&]() -> Result<std::optional<AblationMap>> {
        const storage::ReadTransaction view(*m_impl->database);
        return storage::readAblation(*m_impl->database, run);
    });
}

} // namespace awb
