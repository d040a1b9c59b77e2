// RunStore: what a run's adapters do.
#include "backend/storage/run_store_impl.h"
#include "backend/storage/study_tables.h"

namespace awb {

Result<void> RunStore::setAdapterStudy(std::int64_t run, const AdapterStudy& study) {
    return m_impl->write("Saving what the adapters do", [&]() -> Result<void> {
        storage::insertStudy(*m_impl->database, run, study);
        return {};
    });
}

Result<std::optional<AdapterStudy>> RunStore::adapterStudy(std::int64_t run) const {
    return m_impl->read("Reading what the adapters do", [&]() -> Result<std::optional<AdapterStudy>> {
        const storage::ReadTransaction view(*m_impl->database);
        return storage::readStudy(*m_impl->database, run);
    });
}

} // namespace awb
