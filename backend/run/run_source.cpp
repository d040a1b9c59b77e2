#include "backend/run/run_source.h"

#include <system_error>
#include <utility>

#include "backend/checkpoint/inspect.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder, ignored);
}

fs::path ownOrGiven(const fs::path& own, const std::string& from) {
    return isThere(own) || from.empty() ? own : fs::path(from);
}

} // namespace

Result<fs::path> RunSource::adapterFolder(const AdapterSpec& adapter) const {
    fs::path found = ownOrGiven(folder / "adapters" / adapter.name, adapter.from);
    if (!isThere(found)) {
        return fail("the files of the adapter " + adapter.name + " are gone", found.string(),
                    "Put them back, or train the run again from its design");
    }
    return found;
}

fs::path RunSource::fusionFolder(const std::string& fusion) const {
    return ownOrGiven(folder / "fusions" / fusion, experiment.fusion.from);
}

fs::path RunSource::headFolder(const std::string& head) const {
    return folder / "heads" / head;
}

Result<RunSource> readRunSource(const RunStore& store, std::int64_t run) {
    auto row = store.run(run);
    if (!row) {
        return fail(row.error());
    }
    if (row->state != RunState::Finished) {
        return fail("run " + std::to_string(run) + " is not finished, so it has no model yet", row->name,
                    "Resume it on the Runs page, or choose a finished one");
    }
    auto experiment = store.experiment(run);
    if (!experiment) {
        return fail(experiment.error());
    }
    RunSource source{std::move(*row), std::move(*experiment), store.runFolder(run), {}};
    if (!isThere(source.folder / "heads")) {
        return fail("the files of run " + std::to_string(run) + " are gone", source.folder.string(),
                    "Train it again from its design, or choose another run");
    }
    if (source.experiment.trainsBase()) {
        source.baseFolder = source.folder / "base";
        return source;
    }
    auto base = resolveBaseModel(source.experiment.baseModel);
    if (!base) {
        return fail(base.error());
    }
    source.baseFolder = std::move(*base);
    return source;
}

} // namespace awb
