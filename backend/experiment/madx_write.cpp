// The MAD-X file: writing.
#include "backend/core/files.h"
#include "backend/experiment/experiment_keys.h"
#include "backend/experiment/madx_experiment.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json languageToJson(const MadxLanguage& language) {
    nlohmann::ordered_json json{{"name", language.name}, {"text", language.text}};
    for (const std::string_view split : kSplitNames) {
        if (const auto found = language.splits.find(std::string(split)); found != language.splits.end()) {
            json[split] = found->second;
        }
    }
    return json;
}

nlohmann::ordered_json stageToJson(const MadxStage& stage) {
    nlohmann::ordered_json json{{"adapter", adapterToJson(stage.adapter)},
                                {"head", headToJson(stage.head)},
                                {"data", dataToJson(stage.data)},
                                {"training", trainingToJson(stage.training)}};
    json["adapter"].erase("name");
    if (!stage.headFrom.empty()) {
        json["head"]["from"] = stage.headFrom;
    }
    return json;
}

/// A path below or beside a folder as seen from there.
std::string seenFrom(const fs::path& folder, const std::string& path) {
    return fs::path(path).is_absolute() ? fs::path(path).lexically_relative(folder).string() : path;
}

MadxExperiment relativeTo(const fs::path& folder, MadxExperiment experiment) {
    const fs::path data = fs::path(experiment.dataFolder).is_absolute() ? fs::path(experiment.dataFolder)
                                                                        : folder / experiment.dataFolder;
    const fs::path from = data.lexically_normal();
    for (MadxLanguage& language : experiment.languages) {
        language.text = seenFrom(from, language.text);
        for (auto& [split, path] : language.splits) {
            path = seenFrom(from, path);
        }
    }
    experiment.dataFolder = seenFrom(folder, experiment.dataFolder);
    return experiment;
}

} // namespace

nlohmann::ordered_json toJson(const MadxExperiment& experiment) {
    nlohmann::ordered_json json{{"format", kMadxFormat}, {"name", experiment.name}};
    if (experiment.pretraining) {
        json["base"]["pretrain"] = pretrainingToJson(*experiment.pretraining);
    } else {
        json["base"]["model"] = experiment.baseModel;
    }
    json["data"] = experiment.dataFolder;
    json["languages"] = nlohmann::ordered_json::array();
    for (const MadxLanguage& language : experiment.languages) {
        json["languages"].push_back(languageToJson(language));
    }
    json["language"] = stageToJson(experiment.language);
    json["task"] = stageToJson(experiment.task);
    json["seeds"] = experiment.seeds;
    json["orders"] = nlohmann::ordered_json::array();
    for (const MadxOrder order : experiment.orders) {
        json["orders"].push_back(madxOrderKey(order));
    }
    json["drop_layers"] = experiment.dropLayers;
    if (!experiment.notes.empty()) {
        json["notes"] = experiment.notes;
    }
    return json;
}

Result<void> saveMadx(const MadxExperiment& experiment, const fs::path& file) {
    const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
    const nlohmann::ordered_json json = toJson(relativeTo(folder, experiment));
    return writeFileAtomically(
        file, json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

} // namespace awb
