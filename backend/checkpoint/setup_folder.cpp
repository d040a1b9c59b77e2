#include "backend/checkpoint/setup_folder.h"

#include <algorithm>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/checkpoint/folder_config.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

// The first version of AdapterHub's library with this file.
constexpr const char* kSetupVersion = "adapters.1.2.0";

nlohmann::json headsToJson(const AdapterSetup& setup) {
    if (setup.heads.empty()) {
        return nullptr;
    }
    if (setup.heads.size() == 1) {
        return setup.heads.front();
    }
    std::vector<Composition> children;
    for (const std::string& head : setup.heads) {
        children.push_back(Composition::of(head));
    }
    // The block that branches at the composition's end, at its root or as the last of a Stack.
    const Composition* block = &setup.composition;
    while (block->kind == Composition::Kind::Stack) {
        block = &block->children.back();
    }
    Composition heads = Composition::block(block->kind, std::move(children));
    heads.sizes = block->sizes;
    return toAdapterHubJson(heads);
}

Result<std::vector<std::string>> headsFromJson(const nlohmann::json& json, const std::string& pointer) {
    const Result<Composition> heads = compositionFromAdapterHub(json, pointer);
    if (!heads) {
        return fail(heads.error());
    }
    return heads->leaves();
}

Result<AdapterSetup> readSetup(const fs::path& file) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<nlohmann::json> json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object() || !json->contains("adapter_setup")) {
        return fail("the key `adapter_setup` is missing", file.string(), "It holds the composition");
    }
    auto composition = compositionFromAdapterHub((*json)["adapter_setup"], file.string() + "/adapter_setup");
    if (!composition) {
        return fail(composition.error());
    }
    if (const std::vector<Error> errors = checkComposition(*composition); !errors.empty()) {
        return fail(errors.front().what, file.string() + errors.front().where, errors.front().advice);
    }
    AdapterSetup setup{std::move(*composition), {}};
    if (const auto heads = json->find("head_setup"); heads != json->end() && !heads->is_null()) {
        auto names = headsFromJson(*heads, file.string() + "/head_setup");
        if (!names) {
            return fail(names.error());
        }
        setup.heads = std::move(*names);
    }
    return setup;
}

std::set<std::string> distinctLeaves(const Composition& composition) {
    const std::vector<std::string> leaves = composition.leaves();
    return {leaves.begin(), leaves.end()};
}

} // namespace

std::vector<std::string> exportRemarks(const AdapterModel& model, const std::string& adapter) {
    std::vector<std::string> remarks;
    if (const AdapterConfig* config = model.adapterConfig(adapter)) {
        for (const std::string& lost : notExpressibleInAdapterHub(*config)) {
            std::string remark = "AdapterHub's format can't say of ";
            remark.append(adapter).append(": ").append(lost);
            remarks.push_back(std::move(remark));
        }
    }
    return remarks;
}

Result<std::vector<std::string>> saveSetup(const AdapterModel& model, const AdapterSetup& setup,
                                           const fs::path& folder, const std::string& modelName,
                                           WeightsForm form) {
    std::vector<std::string> remarks;
    for (const std::string& name : distinctLeaves(setup.composition)) {
        if (auto saved = saveAdapter(model, name, folder / name, modelName, form); !saved) {
            return fail(saved.error());
        }
        std::ranges::move(exportRemarks(model, name), std::back_inserter(remarks));
    }
    for (const std::string& name : fusionNames(setup.composition)) {
        if (auto saved = saveFusion(model, name, folder / name, modelName, form); !saved) {
            return fail(saved.error());
        }
    }
    for (const std::string& name : setup.heads) {
        if (auto saved = saveHead(model, name, folder / name, modelName, form); !saved) {
            return fail(saved.error());
        }
    }
    const nlohmann::json json{{"adapter_setup", toAdapterHubJson(setup.composition)},
                              {"head_setup", headsToJson(setup)},
                              {"version", kSetupVersion}};
    std::error_code ignored; // a setup of heads alone has made no folder yet; writing reports failures
    fs::create_directories(folder, ignored);
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (auto written = writeFileAtomically(folder / kSetupFile, text); !written) {
        return fail(written.error());
    }
    return remarks;
}

Result<LoadedSetup> loadSetup(AdapterModel& model, const fs::path& folder) {
    auto setup = readSetup(folder / kSetupFile);
    if (!setup) {
        return fail(setup.error());
    }
    LoadedSetup loaded{std::move(*setup), {}};
    const auto keep = [&](Result<std::vector<std::string>> remarks) -> Result<void> {
        if (!remarks) {
            return fail(remarks.error());
        }
        std::ranges::move(*remarks, std::back_inserter(loaded.remarks));
        return {};
    };
    for (const std::string& name : distinctLeaves(loaded.setup.composition)) {
        if (auto done = keep(loadAdapter(model, folder / name, name)); !done) {
            return fail(done.error());
        }
    }
    for (const std::string& name : fusionNames(loaded.setup.composition)) {
        if (auto done = keep(loadFusion(model, folder / name, fusedAdapters(name))); !done) {
            return fail(done.error());
        }
    }
    for (const std::string& name : loaded.setup.heads) {
        if (!fs::exists(folder / name / kHeadConfigFile)) {
            loaded.remarks.push_back("The head " + name + " is named, but its folder is not there: left out");
            continue;
        }
        if (auto done = keep(loadHead(model, folder / name, name)); !done) {
            return fail(done.error());
        }
    }
    std::erase_if(loaded.setup.heads,
                  [&](const std::string& name) { return model.headConfig(name) == nullptr; });
    return loaded;
}

} // namespace awb
