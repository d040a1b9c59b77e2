#include "backend/train/run_results.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "backend/checkpoint/checkpoint.h"
#include "backend/core/files.h"
#include "backend/text/tokenizer.h"

namespace awb {
namespace {

Result<void> makeFolder(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) {
        return fail("the folder can't be made (" + failure.message() + ")", folder.string(),
                    "Check the permissions and the free space of the workspace");
    }
    return {};
}

/// AdapterHub's format has no place for it: its library begins anew with the hottest.
std::filesystem::path temperatureFile(const std::filesystem::path& runFolder) {
    return runFolder / "fusion_temperatures.json";
}

Result<void> saveTemperatures(const AdapterModel& model, const std::filesystem::path& runFolder) {
    nlohmann::json temperatures = nlohmann::json::object();
    for (const std::string& fusion : model.fusionNames()) {
        if (model.fusionConfig(fusion)->temperature) {
            temperatures[fusion] = model.fusionTemperature(fusion);
        }
    }
    return temperatures.empty() ? Result<void>()
                                : writeFileAtomically(temperatureFile(runFolder), temperatures.dump());
}

/// The trained base with the configuration and the tokenizer of the one it came from.
Result<void> saveBase(const AdapterModel& model, const std::filesystem::path& from,
                      const std::filesystem::path& folder) {
    if (auto made = makeFolder(folder); !made) {
        return made;
    }
    std::vector<const char*> names{"config.json"};
    std::ranges::copy(tokenizerFiles(), std::back_inserter(names));
    for (const char* name : names) {
        std::error_code failure;
        if (!std::filesystem::exists(from / name, failure)) {
            continue;
        }
        std::filesystem::copy_file(from / name, folder / name,
                                   std::filesystem::copy_options::overwrite_existing, failure);
        if (failure) {
            return fail("the file can't be copied (" + failure.message() + ")", (from / name).string(),
                        "Check the permissions and the free space of the workspace");
        }
    }
    return saveTensors(model.baseParameters(), folder / "model.safetensors");
}

} // namespace

Result<void> saveResults(const Experiment& experiment, const AdapterModel& model,
                         const std::filesystem::path& baseFolder, const std::filesystem::path& runFolder) {
    const auto save = [&](const char* kind, const std::string& name, const auto& write) -> Result<void> {
        const std::filesystem::path folder = runFolder / kind / name;
        if (auto made = makeFolder(folder); !made) {
            return made;
        }
        return write(model, name, folder, experiment.baseModel, WeightsForm::Safetensors);
    };
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (!experiment.trainsAdapter(adapter.name)) {
            continue;
        }
        if (auto saved = save("adapters", adapter.name, saveAdapter); !saved) {
            return saved;
        }
    }
    for (const std::string& fusion : model.fusionNames()) {
        if (!experiment.trainsFusion(fusion)) {
            continue;
        }
        if (auto saved = save("fusions", fusion, saveFusion); !saved) {
            return saved;
        }
    }
    for (const std::string& head : model.headNames()) {
        if (auto saved = save("heads", head, saveHead); !saved) {
            return saved;
        }
    }
    if (auto saved = saveTemperatures(model, runFolder); !saved) {
        return saved;
    }
    return experiment.trainsBase() ? saveBase(model, baseFolder, runFolder / "base") : Result<void>{};
}

std::map<std::string, double> savedTemperatures(const std::filesystem::path& runFolder) {
    std::map<std::string, double> temperatures;
    const auto text = readTextFile(temperatureFile(runFolder));
    const auto json = nlohmann::json::parse(text ? *text : "{}", nullptr, false);
    if (!json.is_object()) {
        return temperatures;
    }
    for (const auto& [fusion, value] : json.items()) {
        if (value.is_number()) {
            temperatures[fusion] = value.get<double>();
        }
    }
    return temperatures;
}

} // namespace awb
