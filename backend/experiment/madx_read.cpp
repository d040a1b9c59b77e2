// The MAD-X file: reading, checks and paths.
#include <algorithm>
#include <set>
#include <system_error>

#include "backend/core/files.h"
#include "backend/experiment/experiment_keys.h"
#include "backend/experiment/madx_experiment.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr const char* kTaskAdapter = "task";

MadxLanguage readLanguage(JsonFields& fields) {
    MadxLanguage language;
    language.name = fields.requiredString("name");
    language.text = fields.requiredString("text");
    for (const std::string_view split : kSplitNames) {
        if (fields.has(split)) {
            language.splits[std::string(split)] = fields.string(split, "");
        }
        fields.ignore(split);
    }
    if (fields.ok() && (!isName(language.name) || language.name == kTaskAdapter || language.name == "full")) {
        fields.problem("name", "`" + language.name + "` can't be a language's name",
                       "use a code such as `sw`, and not `task` or `full`");
    }
    return language;
}

std::vector<MadxLanguage> readLanguages(JsonFields& fields) {
    std::vector<MadxLanguage> languages;
    const nlohmann::json* list = fields.raw("languages");
    if (list == nullptr || !list->is_array() || list->empty()) {
        fields.problem("languages", "`languages` must be a list of at least one language");
        return languages;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonFields item((*list)[i], fields.pointerTo("languages") + "/" + std::to_string(i));
        MadxLanguage language = (*list)[i].is_object() ? readLanguage(item) : MadxLanguage();
        if (!names.insert(language.name).second) {
            item.problem("name", "two languages are named `" + language.name + "`");
        }
        if (auto error = item.finish()) {
            fields.problem(std::move(*error));
            return languages;
        }
        languages.push_back(std::move(language));
    }
    return languages;
}

/// The adapter of a stage has a name of its own only where the file gives none.
void readStageAdapter(JsonFields& fields, AdapterSpec& adapter) {
    const nlohmann::json* value = fields.raw("adapter");
    if (value == nullptr) {
        return;
    }
    nlohmann::json named = *value;
    if (named.is_object()) {
        named["name"] = adapter.name;
    }
    JsonFields item(named, fields.pointerTo("adapter"));
    AdapterSpec read = named.is_object() ? readAdapter(item) : adapter;
    if (!read.from.empty()) {
        item.problem("from", "the adapters of this experiment begin fresh", "leave `from` out");
    }
    if (auto error = item.finish()) {
        fields.problem(std::move(*error));
        return;
    }
    adapter = std::move(read);
}

void readStage(JsonFields& parent, std::string_view key, MadxStage& stage) {
    readObject(parent, key, [&](JsonFields& fields) {
        readStageAdapter(fields, stage.adapter);
        readObject(fields, "head", [&](JsonFields& head) {
            readHead(head, stage.head);
            stage.headFrom = head.string("from", "");
        });
        readObject(fields, "data", [&](JsonFields& data) {
            readData(data, stage.data);
            if (stage.data.source != "files" || !stage.data.splits.empty()) {
                data.problem("", "the files stand with the languages", "give columns, format and limit only");
            }
        });
        readObject(fields, "training", [&](JsonFields& training) { readTraining(training, stage.training); });
    });
}

MadxStage stageWith(const std::string& preset, HeadType head) {
    MadxStage stage;
    stage.adapter.name = kTaskAdapter;
    stage.adapter.preset = preset;
    stage.adapter.config.parts = findMethodPreset(preset)->parts;
    stage.head = defaultHead(head);
    stage.data.source = "files";
    return stage;
}

void readBase(JsonFields& fields, MadxExperiment& experiment) {
    readObject(fields, "base", [&](JsonFields& base) {
        experiment.baseModel = base.string("model", "");
        readObject(base, "pretrain",
                   [&](JsonFields& pretrain) { experiment.pretraining = readPretraining(pretrain); });
        if (experiment.baseModel.empty() != experiment.pretraining.has_value()) {
            base.problem("", "a base is either a `model` or the result of `pretrain`", "give one of the two");
        }
    });
    if (experiment.baseModel.empty() && !experiment.pretraining) {
        fields.problem("base", "no base is named", "write {\"model\": ...} or {\"pretrain\": {...}}");
    }
}

void checkStages(JsonFields& fields, const MadxExperiment& experiment) {
    if (experiment.language.head.type != HeadType::MaskedLm) {
        fields.problem("language", "language adapters are trained with a head of type masked_lm");
    }
    if (isLanguageModel(experiment.task.head.type)) {
        fields.problem("task", "the task needs a head that labels something, not a language model");
    }
    if (!(experiment.language.training.epochs > 0) || !(experiment.task.training.epochs > 0)) {
        fields.problem("task", "adapters need more than 0 epochs");
    }
    if (std::ranges::none_of(experiment.languages, &MadxLanguage::isSource)) {
        fields.problem("languages", "no language has labelled data to train on",
                       "give at least one language a `train` file");
    }
    if (std::ranges::none_of(experiment.languages, &MadxLanguage::isTarget)) {
        fields.problem("languages", "no language has labelled data to test on",
                       "give at least one language a `test` file");
    }
}

} // namespace

Result<MadxExperiment> madxFromJson(const nlohmann::json& json) {
    JsonFields fields(json, "");
    MadxExperiment experiment;
    const std::string format = fields.requiredString("format");
    if (fields.ok() && format != kMadxFormat) {
        fields.problem("format", "the format is `" + format + "`, not `" + std::string(kMadxFormat) + "`");
    }
    experiment.name = fields.string("name", experiment.name);
    experiment.notes = fields.string("notes", "");
    experiment.dataFolder = fields.string("data", "");
    readBase(fields, experiment);
    experiment.languages = readLanguages(fields);
    experiment.language = stageWith("pfeiffer+inv", HeadType::MaskedLm);
    experiment.language.head.name = "masked_lm";
    experiment.language.headFrom = kHeadOfBase;
    experiment.language.data.format = "text";
    experiment.task = stageWith("pfeiffer", HeadType::Tagging);
    readStage(fields, "language", experiment.language);
    readStage(fields, "task", experiment.task);
    if (fields.ok()) {
        checkStages(fields, experiment);
    }
    if (const auto error = fields.finish()) {
        return fail(*error);
    }
    return experiment;
}

Result<MadxExperiment> loadMadx(const fs::path& file) {
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file.filename().string());
    if (!json) {
        return fail(json.error());
    }
    auto experiment = madxFromJson(*json);
    if (!experiment) {
        Error error = experiment.error();
        error.where = file.filename().string() + " " + error.where;
        return fail(std::move(error));
    }
    return experiment;
}

MadxExperiment resolvePaths(const MadxExperiment& experiment, const fs::path& folder,
                            const std::string& dataFolder) {
    MadxExperiment resolved = experiment;
    const auto absolute = [](const std::string& path, const fs::path& against) {
        return path.empty() || fs::path(path).is_absolute() ? path
                                                            : (against / path).lexically_normal().string();
    };
    if (resolved.baseModel.find('/') != std::string::npos) {
        resolved.baseModel = absolute(resolved.baseModel, folder);
    }
    resolved.dataFolder = dataFolder.empty() ? (folder / resolved.dataFolder).lexically_normal().string()
                                             : fs::absolute(dataFolder).lexically_normal().string();
    for (MadxLanguage& language : resolved.languages) {
        language.text = absolute(language.text, resolved.dataFolder);
        for (auto& [split, path] : language.splits) {
            path = absolute(path, resolved.dataFolder);
        }
        if (resolved.pretraining) {
            resolved.pretraining->texts.push_back(language.text);
        }
    }
    if (resolved.pretraining) {
        resolved.pretraining->name = resolved.name + "-base";
    }
    return resolved;
}

std::vector<std::string> missingFiles(const MadxExperiment& experiment) {
    std::set<std::string> missing;
    const auto check = [&](const std::string& file) {
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            missing.insert(file);
        }
    };
    for (const MadxLanguage& language : experiment.languages) {
        check(language.text);
        for (const auto& [split, file] : language.splits) {
            check(file);
        }
    }
    return {missing.begin(), missing.end()};
}

} // namespace awb
