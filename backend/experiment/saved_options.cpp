#include <algorithm>
#include <filesystem>

#include "backend/core/files.h"
#include "backend/experiment/experiment.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

Result<AdapterConfig> savedConfig(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "adapter_config.json";
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    const auto config = json->is_object() ? json->find("config") : json->end();
    if (!json->is_object() || config == json->end()) {
        return fail("the key `config` is missing", file.string(), "It holds the options of the adapter");
    }
    auto read = adapterFromAdapterHub(*config, !json->contains("version"));
    if (!read) {
        Error error = read.error();
        error.where = file.string() + " " + error.where;
        return fail(std::move(error));
    }
    return std::move(read->config);
}

} // namespace

Result<Experiment> withSavedOptions(const Experiment& experiment) {
    Experiment filled = experiment;
    for (std::size_t i = 0; i < filled.adapters.size(); ++i) {
        AdapterSpec& adapter = filled.adapters[i];
        if (adapter.from.empty()) {
            continue;
        }
        auto saved = savedConfig(adapter.from);
        if (!saved) {
            return fail(saved.error());
        }
        const bool isSame = std::ranges::equal(saved->parts, adapter.config.parts, {}, &MethodConfig::method,
                                               &MethodConfig::method);
        if (!adapter.isUnread() && !isSame) {
            return fail("the folder holds " + methodTitle(*saved) + ", not " + methodTitle(adapter.config),
                        "/adapters/" + std::to_string(i) + " " + adapter.from,
                        "Leave out the options of a saved adapter: they stand in its folder");
        }
        adapter.config = std::move(*saved);
    }
    return filled;
}

} // namespace awb
