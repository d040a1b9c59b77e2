#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "backend/checkpoint/convert.h"
#include "backend/checkpoint/inspect.h"
#include "backend/run/export_run.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

WeightsForm formOf(bool pickle) {
    return pickle ? WeightsForm::Pickle : WeightsForm::Safetensors;
}

std::optional<std::int64_t> runNumber(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = code == std::errc() && end == text.data() + text.size();
    return isWhole ? std::optional(number) : std::nullopt;
}

/// One line a part and a remark, or one JSON object.
int report(const ConvertedFolder& converted, const fs::path& to, bool json) {
    if (json) {
        const nlohmann::ordered_json all{{"kind", converted.kind},         {"folder", to.string()},
                                         {"adapters", converted.adapters}, {"fusions", converted.fusions},
                                         {"heads", converted.heads},       {"remarks", converted.remarks}};
        printJson(all);
        return kSuccess;
    }
    std::printf("%s: %s\n", to.string().c_str(), converted.kind.c_str());
    const auto print = [](const char* title, const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            std::printf("  %-8s %s\n", title, name.c_str());
        }
    };
    print("adapter", converted.adapters);
    print("fusion", converted.fusions);
    print("head", converted.heads);
    for (const std::string& remark : converted.remarks) {
        std::printf("! %s\n", remark.c_str());
    }
    return kSuccess;
}

int exportRunNumber(const ExportOptions& options, std::int64_t run) {
    if (!options.base.empty() || !options.name.empty()) {
        complain({"A run has its own base and names", options.what, "Leave --base and --name out"});
        return kWrongCall;
    }
    const auto store = RunStore::open(workspaceFolder(options.workspace));
    if (!store) {
        return complain(store.error());
    }
    auto remarks = exportRun(**store, run, options.to, formOf(options.pickle));
    if (!remarks) {
        return complain(remarks.error());
    }
    return report({"setup of run " + std::to_string(run), {}, {}, {}, std::move(*remarks)}, options.to,
                  options.json);
}

Result<Conversion> conversionFrom(const std::string& folder, const std::string& base, const fs::path& to,
                                  const std::string& name) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        return fail("There is no such folder", folder);
    }
    if (base.empty()) {
        return fail("The base model of the folder is not said", folder,
                    "Add --base with a bundled name or a model's folder");
    }
    const auto baseFolder = resolveBaseModel(base);
    if (!baseFolder) {
        return fail(baseFolder.error());
    }
    return Conversion{*baseFolder, folder, to, name, base};
}

} // namespace

int runExport(const ExportOptions& options) {
    if (const auto run = runNumber(options.what); run && !fs::exists(options.what)) {
        return exportRunNumber(options, *run);
    }
    auto conversion = conversionFrom(options.what, options.base, options.to, options.name);
    if (!conversion) {
        return complain(conversion.error());
    }
    std::error_code ignored;
    if (fs::equivalent(options.what, options.to, ignored)) {
        return complain({"The folder can't be written over itself", options.to, "Choose another folder"});
    }
    conversion->form = formOf(options.pickle);
    const auto converted = convertFolder(*conversion);
    return converted ? report(*converted, options.to, options.json) : complain(converted.error());
}

int runImport(const ImportOptions& options) {
    const fs::path adapters = fs::absolute(workspaceFolder(options.workspace)) / "adapters";
    // The name may stand in the folder alone: it is read into a place of its own first.
    const fs::path arriving = adapters / ".arriving";
    std::error_code code;
    fs::remove_all(arriving, code);
    const auto conversion = conversionFrom(options.folder, options.base, arriving, options.name);
    if (!conversion) {
        return complain(conversion.error());
    }
    auto converted = convertFolder(*conversion);
    if (converted && converted->adapters.size() != 1) {
        converted = fail("the folder holds no single adapter but a " + converted->kind, options.folder,
                         "Use export for fusions, heads and setups");
    }
    if (!converted) {
        fs::remove_all(arriving, code);
        return complain(converted.error());
    }
    const fs::path place = adapters / converted->adapters.front();
    if (fs::exists(place) && !options.replace) {
        fs::remove_all(arriving, code);
        return complain({"The workspace has an adapter of this name already", place.string(),
                         "Add --name with another name, or --replace"});
    }
    fs::remove_all(place, code);
    fs::rename(arriving, place, code);
    if (code) {
        return complain({"The adapter can't be put into its place: " + code.message(), place.string(), {}});
    }
    return report(*converted, place, options.json);
}

} // namespace awb::app
