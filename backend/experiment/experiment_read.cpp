#include <algorithm>
#include <array>
#include <set>

#include "backend/experiment/experiment.h"
#include "backend/experiment/experiment_keys.h"
#include "models/config/bottleneck_json.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

void inRange(JsonFields& fields, std::string_view key, double value, double lowest, double highest) {
    if (value < lowest || value > highest) {
        fields.problem(key, "`" + std::string(key) + "` must be between " + numberToJson(lowest).dump() +
                                " and " + numberToJson(highest).dump() + ", not " +
                                numberToJson(value).dump());
    }
}

void readAdapters(JsonFields& fields, Experiment& experiment) {
    const nlohmann::json* list = fields.raw("adapters");
    if (list == nullptr) {
        return;
    }
    if (!list->is_array()) {
        fields.problem("adapters", "`adapters` must be a list");
        return;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonFields item((*list)[i], fields.pointerTo("adapters") + "/" + std::to_string(i));
        AdapterSpec adapter = (*list)[i].is_object() ? readAdapter(item) : AdapterSpec();
        if (!names.insert(adapter.name).second) {
            item.problem("name", "two adapters are named `" + adapter.name + "`");
        }
        if (auto error = item.finish()) {
            fields.problem(std::move(*error));
            return;
        }
        experiment.adapters.push_back(std::move(adapter));
    }
}

HeadType readHeadType(JsonFields& fields) {
    const std::string name = fields.string("type", "classification");
    const auto type = headTypeFromName(name);
    if (!type) {
        fields.problem("type", "the head type `" + name + "` is not known",
                       "use classification, multilabel, regression, tagging, masked_lm, causal_lm, "
                       "question_answering or multiple_choice");
    }
    return type.value_or(HeadType::Classification);
}

} // namespace

void readHead(JsonFields& fields, HeadConfig& head) {
    const std::string name = fields.string("name", head.name);
    head = defaultHead(readHeadType(fields));
    head.name = name;
    head.numLabels = static_cast<int>(fields.integer("num_labels", head.numLabels));
    head.layers = static_cast<int>(fields.integer("layers", head.layers));
    const nlohmann::json* activation = fields.raw("activation_function");
    if (activation != nullptr && activation->is_null()) {
        head.activation.clear();
    } else {
        head.activation = fields.string("activation_function", head.activation);
    }
    const auto& known = nonLinearityNames();
    if (!head.activation.empty() && std::find(known.begin(), known.end(), head.activation) == known.end()) {
        fields.problem("activation_function", "the activation `" + head.activation + "` is not known");
    }
    head.usePooler = fields.boolean("use_pooler", head.usePooler);
    head.bias = fields.boolean("bias", head.bias);
    head.layerNorm = fields.boolean("layer_norm", head.layerNorm);
    head.shiftLabels = fields.boolean("shift_labels", head.shiftLabels);
    head.labels = fields.strings("labels");
    inRange(fields, "layers", head.layers, 1, 16);
    inRange(fields, "num_labels", head.numLabels, 0, 1'000'000);
    if (!isName(head.name)) {
        fields.problem("name", "`" + head.name + "` can't be a head's name", "use letters, digits, - and _");
    }
}

namespace {

void readFusion(JsonFields& fields, FusionSpec& fusion) {
    fusion.preset = fields.string("preset", fusion.preset);
    if (const auto preset = fusionPreset(fusion.preset)) {
        fusion.config = *preset;
    } else {
        fields.problem("preset", preset.error().what, preset.error().advice);
    }
    fusion.from = fields.string("from", "");
    readFusionOptions(fields, fusion.config);
}

std::string columnName(JsonFields& fields, std::string_view key, std::string_view fallback) {
    const nlohmann::json* value = fields.raw(key);
    if (value != nullptr && value->is_number_unsigned()) {
        return value->dump();
    }
    return fields.string(key, fallback);
}

/// One column, or a list of them.
std::vector<std::string> columnNames(JsonFields& fields, std::string_view key) {
    const nlohmann::json* value = fields.raw(key);
    if (value == nullptr || !value->is_array()) {
        const std::string name = columnName(fields, key, "");
        return name.empty() ? std::vector<std::string>() : std::vector{name};
    }
    std::vector<std::string> names;
    for (const nlohmann::json& item : *value) {
        if (!item.is_string() && !item.is_number_unsigned()) {
            fields.problem(key, "`" + std::string(key) + "` must hold names or numbers of columns");
            return {};
        }
        names.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    }
    return names;
}

} // namespace

void readData(JsonFields& fields, DataSpec& data) {
    data.source = fields.string("source", data.source);
    data.format = fields.string("format", "");
    data.encoding = fields.string("encoding", "");
    data.delimiter = fields.string("delimiter", "");
    data.header = fields.boolean("header", true);
    data.labelSeparator = fields.string("label_separator", "");
    data.tagScheme = fields.string("tag_scheme", "");
    readObject(fields, "columns", [&](JsonFields& columns) {
        data.text = columnName(columns, "text", data.text);
        data.textPair = columnName(columns, "text_pair", data.textPair);
        data.label = columnName(columns, "label", data.label);
        data.labels = columnNames(columns, "labels");
        data.tag = columnName(columns, "tag", "");
    });
    readObject(fields, "splits", [&](JsonFields& splits) {
        for (const std::string_view split : kSplitNames) {
            if (splits.has(split)) {
                data.splits[std::string(split)] = splits.string(split, "");
            }
            splits.ignore(split);
        }
    });
    readObject(fields, "limit", [&](JsonFields& limits) {
        for (const std::string_view split : kSplitNames) {
            if (limits.has(split)) {
                const std::int64_t limit = limits.integer(split, 0);
                if (limit < 1) {
                    limits.problem(split, "a limit must be at least 1");
                }
                data.limit[std::string(split)] = limit;
            }
            limits.ignore(split);
        }
    });
    if (data.source != "files" && !data.source.starts_with("wordnet:") &&
        !data.source.starts_with("builtin:")) {
        fields.problem("source", "the source `" + data.source + "` is not known",
                       "use `files`, `wordnet:TASK` or `builtin:first-lesson`");
    }
    if (data.delimiter.size() > 1) {
        fields.problem("delimiter", "`delimiter` must be one character");
    }
}

namespace {

void readAdapterDrop(JsonFields& fields, TrainingSpec& training) {
    const nlohmann::json* value = fields.raw("adapter_drop");
    if (value != nullptr && value->is_number_integer()) {
        training.adapterDropLayers = value->get<int>();
        training.adapterDropMode = training.adapterDropLayers > 0 ? "fixed" : "none";
        inRange(fields, "adapter_drop", training.adapterDropLayers, 0, 1000);
        return;
    }
    readObject(fields, "adapter_drop", [&](JsonFields& drop) {
        training.adapterDropMode = drop.string("mode", "none");
        training.adapterDropLayers = static_cast<int>(drop.integer("layers", 0));
        if (training.adapterDropMode != "none" && training.adapterDropMode != "fixed" &&
            training.adapterDropMode != "random") {
            drop.problem("mode", "`mode` must be \"none\", \"fixed\" or \"random\"");
        }
        inRange(drop, "layers", training.adapterDropLayers, 0, 1000);
    });
}

} // namespace

void readTraining(JsonFields& fields, TrainingSpec& training) {
    training.epochs = fields.number("epochs", training.epochs);
    training.batchSize = static_cast<int>(fields.integer("batch_size", training.batchSize));
    training.learningRate = fields.number("learning_rate", training.learningRate);
    training.warmupRatio = fields.number("warmup_ratio", training.warmupRatio);
    training.weightDecay = fields.number("weight_decay", training.weightDecay);
    training.maxSeqLength = static_cast<int>(fields.integer("max_seq_length", training.maxSeqLength));
    training.maxGradNorm = fields.number("max_grad_norm", training.maxGradNorm);
    training.seed = fields.integer("seed", training.seed);
    training.evalSteps = static_cast<int>(fields.integer("eval_steps", training.evalSteps));
    training.checkpointSteps = static_cast<int>(fields.integer("checkpoint_steps", training.checkpointSteps));
    training.threads = static_cast<int>(fields.integer("threads", training.threads));
    training.adamBeta1 = fields.number("adam_beta1", training.adamBeta1);
    training.adamBeta2 = fields.number("adam_beta2", training.adamBeta2);
    training.adamEpsilon = fields.number("adam_epsilon", training.adamEpsilon);
    training.mlmProbability = fields.number("mlm_probability", training.mlmProbability);
    training.wholeWordMask = fields.boolean("whole_word_mask", training.wholeWordMask);
    readAdapterDrop(fields, training);
    const std::string scheduler = fields.string("lr_scheduler", "linear");
    const auto it = std::find_if(kSchedulers.begin(), kSchedulers.end(),
                                 [&](const auto& entry) { return entry.second == scheduler; });
    if (it == kSchedulers.end()) {
        fields.problem("lr_scheduler", "the schedule `" + scheduler + "` is not known",
                       "use \"linear\", \"cosine\" or \"constant\"");
    } else {
        training.scheduler = it->first;
    }
    inRange(fields, "epochs", training.epochs, 0, 100'000);
    inRange(fields, "batch_size", training.batchSize, 1, 65'536);
    inRange(fields, "learning_rate", training.learningRate, 0, 1e38);
    inRange(fields, "warmup_ratio", training.warmupRatio, 0, 1);
    inRange(fields, "weight_decay", training.weightDecay, 0, 1e6);
    inRange(fields, "max_seq_length", training.maxSeqLength, 3, 1'000'000);
    inRange(fields, "max_grad_norm", training.maxGradNorm, 0, 1e38);
    inRange(fields, "eval_steps", training.evalSteps, 0, 1e9);
    inRange(fields, "checkpoint_steps", training.checkpointSteps, 0, 1e9);
    inRange(fields, "threads", training.threads, 0, 1024);
    inRange(fields, "adam_beta1", training.adamBeta1, 0, 0.9999999);
    inRange(fields, "adam_beta2", training.adamBeta2, 0, 0.9999999999);
    inRange(fields, "adam_epsilon", training.adamEpsilon, 0, 1);
    inRange(fields, "mlm_probability", training.mlmProbability, 0.01, 0.99);
}

namespace {

/// The composition's grammar; names in `composition` and `train` must be adapters of the experiment.
void checkNames(JsonFields& fields, const Experiment& experiment) {
    const auto check = [&](std::string_view key, const std::string& name) {
        if (experiment.findAdapter(name) == nullptr) {
            fields.problem(key, "there is no adapter named `" + name + "`");
        }
    };
    const std::vector<std::string> used = experiment.composition.leaves();
    for (const std::string& name : used) {
        check("composition", name);
    }
    for (const Error& error : checkComposition(experiment.composition)) {
        fields.problem(error);
    }
    const std::vector<std::string> fusions = fusionNames(experiment.composition);
    for (const std::string& name : experiment.train) {
        if (name == "full") {
            continue;
        }
        if (name.starts_with(kFusePrefix)) {
            const std::string fusion = name.substr(kFusePrefix.size());
            if (std::find(fusions.begin(), fusions.end(), fusion) == fusions.end()) {
                fields.problem("train", "the composition has no fusion of `" + fusion + "`",
                               fusions.empty()
                                   ? "put the adapters into a block such as {\"fuse\": [\"a\", \"b\"]}"
                                   : "its first one is named `" + std::string(kFusePrefix) + fusions.front() +
                                         "`");
            }
            continue;
        }
        check("train", name);
        if (std::find(used.begin(), used.end(), name) == used.end()) {
            fields.problem("train", "the adapter `" + name + "` is trained but not part of the composition");
        }
    }
}

} // namespace

Result<Experiment> experimentFromJson(const nlohmann::json& json) {
    JsonFields fields(json, "");
    Experiment experiment;
    const std::string format = fields.requiredString("format");
    if (fields.ok() && format != kExperimentFormat) {
        fields.problem("format",
                       "the format is `" + format + "`, not `" + std::string(kExperimentFormat) + "`",
                       "open it with the version of the program that wrote it");
    }
    experiment.name = fields.string("name", experiment.name);
    experiment.notes = fields.string("notes", "");
    readObject(fields, "base", [&](JsonFields& base) {
        experiment.baseModel = base.string("model", experiment.baseModel);
        if (experiment.baseModel.empty()) {
            base.problem("model", "no base model is named",
                         "use a bundled name such as `mini-en`, or a folder");
        }
    });
    readAdapters(fields, experiment);
    if (const nlohmann::json* composition = fields.raw("composition")) {
        auto parsed = compositionFromJson(*composition, "/composition");
        if (parsed) {
            experiment.composition = std::move(*parsed);
        } else {
            fields.problem(parsed.error());
        }
    } else if (experiment.adapters.size() == 1) {
        experiment.composition = Composition::of(experiment.adapters.front().name);
    }
    readObject(fields, "fusion", [&](JsonFields& fusion) { readFusion(fusion, experiment.fusion); });
    experiment.train = fields.has("train") ? fields.strings("train") : defaultTrain(experiment);
    fields.ignore("train");
    experiment.skipLayers = fields.integers("skip_layers");
    readObject(fields, "head", [&](JsonFields& head) {
        readHead(head, experiment.head);
        experiment.headFrom = head.string("from", "");
    });
    readObject(fields, "data", [&](JsonFields& data) {
        readData(data, experiment.data);
        if (experiment.data.source == "files" && !experiment.data.splits.contains("train")) {
            data.problem("splits", "no file is named for the split `train`");
        }
    });
    readObject(fields, "training",
               [&](JsonFields& training) { readTraining(training, experiment.training); });
    if (fields.ok()) {
        checkNames(fields, experiment);
    }
    if (const auto error = fields.finish()) {
        return fail(*error);
    }
    return experiment;
}

} // namespace awb
