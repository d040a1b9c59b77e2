#include <algorithm>

#include "backend/experiment/experiment.h"
#include "backend/experiment/experiment_keys.h"
#include "models/config/bottleneck_json.h"

namespace awb {

nlohmann::ordered_json headToJson(const HeadConfig& head) {
    nlohmann::ordered_json json{
        {"type", headTypeName(head.type)}, {"name", head.name}, {"layers", head.layers}};
    if (head.activation.empty()) {
        json["activation_function"] = nullptr;
    } else {
        json["activation_function"] = head.activation;
    }
    json["use_pooler"] = head.usePooler;
    json["bias"] = head.bias;
    const HeadConfig defaults = defaultHead(head.type);
    if (isLanguageModel(head.type) || head.layerNorm != defaults.layerNorm) {
        json["layer_norm"] = head.layerNorm;
    }
    if (head.type == HeadType::CausalLm || head.shiftLabels != defaults.shiftLabels) {
        json["shift_labels"] = head.shiftLabels;
    }
    if (head.numLabels != defaults.numLabels) {
        json["num_labels"] = head.numLabels;
    }
    if (!head.labels.empty()) {
        json["labels"] = head.labels;
    }
    return json;
}

namespace {

nlohmann::ordered_json fusionToJson(const FusionSpec& fusion) {
    nlohmann::ordered_json json{{"preset", fusion.preset}};
    if (!fusion.from.empty()) {
        json["from"] = fusion.from;
    }
    const nlohmann::json defaults = toAdapterHubJson(fusionPreset(fusion.preset).value_or(FusionConfig{}));
    const nlohmann::json written = toAdapterHubJson(fusion.config);
    for (const auto& [key, value] : written.items()) {
        const auto fallback = defaults.find(key);
        if (fallback == defaults.end() || *fallback != value) {
            json[key] = value;
        }
    }
    return json;
}

} // namespace

nlohmann::ordered_json dataToJson(const DataSpec& data) {
    nlohmann::ordered_json json{{"source", data.source}};
    for (const std::string_view split : kSplitNames) {
        if (const auto it = data.splits.find(std::string(split)); it != data.splits.end()) {
            json["splits"][std::string(split)] = it->second;
        }
    }
    json["columns"]["text"] = data.text;
    if (!data.textPair.empty()) {
        json["columns"]["text_pair"] = data.textPair;
    }
    json["columns"]["label"] = data.label;
    if (data.labels.size() == 1) {
        json["columns"]["labels"] = data.labels.front();
    } else if (!data.labels.empty()) {
        json["columns"]["labels"] = data.labels;
    }
    if (!data.tag.empty()) {
        json["columns"]["tag"] = data.tag;
    }
    const DataSpec defaults;
    if (data.source != "files" && data.text == defaults.text && data.textPair.empty() &&
        data.label == defaults.label && data.labels.empty() && data.tag.empty()) {
        json.erase("columns");
    }
    for (const auto& [key, value] :
         {std::pair("label_separator", &data.labelSeparator), std::pair("tag_scheme", &data.tagScheme),
          std::pair("format", &data.format), std::pair("encoding", &data.encoding),
          std::pair("delimiter", &data.delimiter)}) {
        if (!value->empty()) {
            json[key] = *value;
        }
    }
    if (!data.header) {
        json["header"] = false;
    }
    for (const std::string_view split : kSplitNames) {
        if (const auto it = data.limit.find(std::string(split)); it != data.limit.end()) {
            json["limit"][std::string(split)] = it->second;
        }
    }
    return json;
}

nlohmann::ordered_json trainingToJson(const TrainingSpec& training) {
    const auto scheduler = std::find_if(kSchedulers.begin(), kSchedulers.end(),
                                        [&](const auto& entry) { return entry.first == training.scheduler; });
    nlohmann::ordered_json json{{"epochs", nlohmann::ordered_json(numberToJson(training.epochs))},
                                {"batch_size", training.batchSize},
                                {"learning_rate", training.learningRate},
                                {"warmup_ratio", training.warmupRatio},
                                {"lr_scheduler", scheduler->second},
                                {"weight_decay", training.weightDecay},
                                {"max_seq_length", training.maxSeqLength},
                                {"max_grad_norm", training.maxGradNorm},
                                {"seed", training.seed},
                                {"eval_steps", training.evalSteps}};
    const TrainingSpec defaults;
    if (training.checkpointSteps != defaults.checkpointSteps) {
        json["checkpoint_steps"] = training.checkpointSteps;
    }
    if (training.threads != defaults.threads) {
        json["threads"] = training.threads;
    }
    if (training.adamBeta1 != defaults.adamBeta1) {
        json["adam_beta1"] = training.adamBeta1;
    }
    if (training.adamBeta2 != defaults.adamBeta2) {
        json["adam_beta2"] = training.adamBeta2;
    }
    if (training.adamEpsilon != defaults.adamEpsilon) {
        json["adam_epsilon"] = training.adamEpsilon;
    }
    if (training.mlmProbability != defaults.mlmProbability) {
        json["mlm_probability"] = training.mlmProbability;
    }
    if (training.wholeWordMask) {
        json["whole_word_mask"] = true;
    }
    if (training.adapterDropMode != "none" || training.adapterDropLayers != 0) {
        json["adapter_drop"] = {{"mode", training.adapterDropMode}, {"layers", training.adapterDropLayers}};
    }
    return json;
}

nlohmann::ordered_json toJson(const Experiment& experiment) {
    nlohmann::ordered_json json{{"format", kExperimentFormat},
                                {"name", experiment.name},
                                {"base", {{"model", experiment.baseModel}}}};
    json["adapters"] = nlohmann::ordered_json::array();
    for (const AdapterSpec& adapter : experiment.adapters) {
        json["adapters"].push_back(adapterToJson(adapter));
    }
    json["composition"] = nlohmann::ordered_json(toJson(experiment.composition));
    if (!fusionNames(experiment.composition).empty() || experiment.fusion != FusionSpec{}) {
        json["fusion"] = fusionToJson(experiment.fusion);
    }
    json["train"] = experiment.train;
    if (!experiment.skipLayers.empty()) {
        json["skip_layers"] = experiment.skipLayers;
    }
    json["head"] = headToJson(experiment.head);
    if (!experiment.headFrom.empty()) {
        json["head"]["from"] = experiment.headFrom;
    }
    json["data"] = dataToJson(experiment.data);
    json["training"] = trainingToJson(experiment.training);
    if (!experiment.notes.empty()) {
        json["notes"] = experiment.notes;
    }
    return json;
}

} // namespace awb
