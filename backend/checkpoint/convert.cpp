#include "backend/checkpoint/convert.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/folder_config.h"
#include "backend/checkpoint/peft_load.h"
#include "backend/checkpoint/setup_folder.h"
#include "backend/experiment/experiment_keys.h"

namespace awb {

namespace {

namespace fs = std::filesystem;
using Remarks = std::vector<std::string>;

void append(Remarks& to, Remarks more) {
    std::ranges::move(more, std::back_inserter(to));
}

Result<Remarks> convertAdapter(AdapterModel& model, const Conversion& conversion) {
    Result<Remarks> remarks = loadAdapter(model, conversion.from, conversion.newName);
    if (!remarks) {
        return remarks;
    }
    const std::string name = model.adapterNames().front();
    if (const auto saved = saveAdapter(model, name, conversion.to, conversion.modelName, conversion.form);
        !saved) {
        return fail(saved.error());
    }
    append(*remarks, exportRemarks(model, name));
    return remarks;
}

Result<Remarks> convertHead(AdapterModel& model, const Conversion& conversion) {
    Result<Remarks> remarks = loadHead(model, conversion.from, conversion.newName);
    if (!remarks) {
        return remarks;
    }
    const std::string name = model.headNames().front();
    if (const auto saved = saveHead(model, name, conversion.to, conversion.modelName, conversion.form);
        !saved) {
        return fail(saved.error());
    }
    return remarks;
}

/// The fused adapters' folders are beside the fusion's or where a run has them.
Result<Remarks> loadFused(AdapterModel& model, const std::vector<std::string>& adapters,
                          const fs::path& fusion) {
    const fs::path parent = fs::absolute(fusion).lexically_normal().parent_path();
    Remarks remarks;
    for (const std::string& name : adapters) {
        fs::path folder = parent / name;
        if (!fs::exists(folder / kAdapterConfigFile)) {
            folder = parent.parent_path() / "adapters" / name;
        }
        if (!fs::exists(folder / kAdapterConfigFile)) {
            return fail("the fused adapter " + name + " is not beside the fusion", fusion.string(),
                        "Put its folder at " + (parent / name).string());
        }
        auto loaded = loadAdapter(model, folder, name);
        if (!loaded) {
            return loaded;
        }
        append(remarks, std::move(*loaded));
    }
    return remarks;
}

Result<ConvertedFolder> convertFusion(AdapterModel& model, const Conversion& conversion) {
    const auto config = readFolderConfig(conversion.from / kFusionConfigFile, model.config());
    if (!config) {
        return fail(config.error());
    }
    const std::vector<std::string> adapters = fusedAdapters(config->name);
    auto remarks = loadFused(model, adapters, conversion.from);
    if (!remarks) {
        return fail(remarks.error());
    }
    auto loaded = loadFusion(model, conversion.from, adapters);
    if (!loaded) {
        return fail(loaded.error());
    }
    append(*remarks, std::move(*loaded));
    if (auto saved = saveFusion(model, config->name, conversion.to, conversion.modelName, conversion.form);
        !saved) {
        return fail(saved.error());
    }
    return ConvertedFolder{"fusion", {}, {config->name}, {}, std::move(*remarks)};
}

Result<ConvertedFolder> convertSetup(AdapterModel& model, const Conversion& conversion) {
    auto loaded = loadSetup(model, conversion.from);
    if (!loaded) {
        return fail(loaded.error());
    }
    auto remarks = saveSetup(model, loaded->setup, conversion.to, conversion.modelName, conversion.form);
    if (!remarks) {
        return fail(remarks.error());
    }
    append(loaded->remarks, std::move(*remarks));
    return ConvertedFolder{"setup", model.adapterNames(), model.fusionNames(), loaded->setup.heads,
                           std::move(loaded->remarks)};
}

/// PEFT's files have no name: the folder's, made of what a name may hold.
std::string nameOf(const fs::path& folder) {
    const fs::path whole = fs::absolute(folder).lexically_normal();
    std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    std::ranges::replace_if(
        name, [](char c) { return !isName(std::string_view(&c, 1)); }, '-');
    return name;
}

Result<ConvertedFolder> convertPeft(AdapterModel& model, const Conversion& conversion) {
    const std::string name = conversion.newName.empty() ? nameOf(conversion.from) : conversion.newName;
    auto loaded = loadPeft(model, conversion.from, name, name);
    if (!loaded) {
        return fail(loaded.error());
    }
    ConvertedFolder converted{"PEFT adapter", {name}, {}, {}, std::move(loaded->remarks)};
    append(converted.remarks, exportRemarks(model, name));
    auto saved = saveAdapter(model, name, conversion.to, conversion.modelName, conversion.form);
    if (saved && !loaded->head.empty()) {
        converted.heads.push_back(loaded->head);
        saved = saveHead(model, loaded->head, conversion.to, conversion.modelName, conversion.form);
    }
    if (!saved) {
        return fail(saved.error());
    }
    return converted;
}

/// An adapter, a head, or both in one folder.
Result<ConvertedFolder> convertParts(AdapterModel& model, const Conversion& conversion) {
    ConvertedFolder converted{"adapter", {}, {}, {}, {}};
    const bool hasAdapter = fs::exists(conversion.from / kAdapterConfigFile);
    if (hasAdapter) {
        auto remarks = convertAdapter(model, conversion);
        if (!remarks) {
            return fail(remarks.error());
        }
        converted.adapters = model.adapterNames();
        append(converted.remarks, std::move(*remarks));
    }
    if (fs::exists(conversion.from / kHeadConfigFile)) {
        converted.kind = hasAdapter ? converted.kind : "head";
        auto remarks = convertHead(model, conversion);
        if (!remarks) {
            return fail(remarks.error());
        }
        converted.heads = model.headNames();
        append(converted.remarks, std::move(*remarks));
    }
    return converted;
}

Result<ConvertedFolder> convertBy(AdapterModel& model, const Conversion& conversion) {
    const auto has = [&](const char* file) { return fs::exists(conversion.from / file); };
    if (has(kSetupFile) || has(kFusionConfigFile)) {
        if (!conversion.newName.empty()) {
            return fail("a fusion or setup keeps its names", conversion.from.string(),
                        "Leave the new name out");
        }
        return has(kSetupFile) ? convertSetup(model, conversion) : convertFusion(model, conversion);
    }
    if (isPeftFolder(conversion.from)) {
        return convertPeft(model, conversion);
    }
    if (has(kAdapterConfigFile) || has(kHeadConfigFile)) {
        return convertParts(model, conversion);
    }
    return fail("the folder holds no adapter, fusion, head or setup", conversion.from.string(),
                std::string("Looked for ")
                    .append(kAdapterConfigFile)
                    .append(", ")
                    .append(kFusionConfigFile)
                    .append(", ")
                    .append(kHeadConfigFile)
                    .append(" and ")
                    .append(kSetupFile));
}

} // namespace

Result<std::vector<std::string>> convertAdapter(const Conversion& conversion) {
    Result<LoadedModel> base = loadModel(conversion.base);
    return base ? convertAdapter(base->model, conversion) : fail(base.error());
}

Result<std::vector<std::string>> convertHead(const Conversion& conversion) {
    Result<LoadedModel> base = loadModel(conversion.base);
    return base ? convertHead(base->model, conversion) : fail(base.error());
}

Result<ConvertedFolder> convertFolder(const Conversion& conversion) try {
    Result<LoadedModel> base = loadModel(conversion.base);
    if (!base) {
        return fail(base.error());
    }
    const torch::NoGradGuard guard;
    return convertBy(base->model, conversion);
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), conversion.from.string());
}

} // namespace awb
