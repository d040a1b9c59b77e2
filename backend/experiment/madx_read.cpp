// The MAD-X file: reading.
#include <algorithm>
#include <iterator>
#include <set>

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
    return language;
}

std::vector<MadxLanguage> readLanguages(JsonFields& fields) {
    std::vector<MadxLanguage> languages;
    const nlohmann::json* list = fields.raw("languages");
    if (list == nullptr || !list->is_array() || list->empty()) {
        fields.problem("languages", "`languages` must be a list of at least one language");
        return languages;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonFields item((*list)[i], fields.pointerTo("languages") + "/" + std::to_string(i));
        MadxLanguage language = (*list)[i].is_object() ? readLanguage(item) : MadxLanguage();
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

/// A list of different numbers from 0 on; `fallback` where the file has none.
template<typename Number>
std::vector<Number> readNumbers(JsonFields& fields, std::string_view key, Number fallback) {
    if (!fields.has(key)) {
        fields.ignore(key);
        return {fallback};
    }
    const std::vector<int> numbers = fields.integers(key);
    const std::string name = "`" + std::string(key) + "`";
    if (fields.ok() && numbers.empty()) {
        fields.problem(key, name + " is empty", "leave it out or give at least one number");
    }
    std::set<int> seen;
    for (const int number : numbers) {
        if (number < 0) {
            fields.problem(key, name + " has " + std::to_string(number), "use whole numbers from 0 on");
        } else if (!seen.insert(number).second) {
            fields.problem(key, name + " has " + std::to_string(number) + " twice", "name each number once");
        }
    }
    return {numbers.begin(), numbers.end()};
}

std::vector<MadxOrder> readOrders(JsonFields& fields, std::vector<MadxOrder> fallback) {
    if (!fields.has("orders")) {
        fields.ignore("orders");
        return fallback;
    }
    const std::vector<std::string> keys = fields.strings("orders");
    if (fields.ok() && keys.empty()) {
        fields.problem("orders", "`orders` is empty", "leave it out for all three");
    }
    for (const std::string& key : keys) {
        if (std::ranges::find(kMadxOrders, key, madxOrderKey) == kMadxOrders.end()) {
            fields.problem("orders", "the order `" + key + "` is not known",
                           "use `language_first`, `task_alone` and `task_first`");
        }
    }
    // Always in one sequence, so that the same choice is the same experiment.
    std::vector<MadxOrder> orders;
    std::ranges::copy_if(kMadxOrders, std::back_inserter(orders), [&](MadxOrder order) {
        return std::ranges::find(keys, madxOrderKey(order)) != keys.end();
    });
    return orders;
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
    experiment.seeds = readNumbers<std::int64_t>(fields, "seeds", experiment.task.training.seed);
    experiment.orders = readOrders(fields, experiment.orders);
    experiment.dropLayers = readNumbers<int>(fields, "drop_layers", 0);
    if (fields.ok()) {
        if (auto problem = problemOf(experiment)) {
            fields.problem(std::move(*problem));
        }
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

} // namespace awb
