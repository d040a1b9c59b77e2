#include "backend/run/run_parts.h"

#include <system_error>

#include "models/config/json_fields.h"

namespace awb {

Result<Experiment> finishedExperiment(const RunStore& store, std::int64_t run) {
    const auto row = store.run(run);
    if (!row) {
        return fail(row.error());
    }
    if (row->state != RunState::Finished) {
        return fail("run " + std::to_string(run) + " is not finished", store.workspace().string(),
                    "Resume it, or choose a finished one");
    }
    const auto text = store.experimentText(run);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, "the experiment of run " + std::to_string(run));
    return json ? experimentFromJson(*json) : fail(json.error());
}

std::filesystem::path partFolder(const std::filesystem::path& own, const std::string& from) {
    std::error_code ignored;
    return std::filesystem::exists(own, ignored) || from.empty() ? own : std::filesystem::path(from);
}

} // namespace awb
