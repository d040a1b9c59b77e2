#include "backend/experiment/experiment.h"
#include "models/config/adapter_config.h"
#include "models/config/composition.h"
#include "models/config/fusion_config.h"
#include "models/config/head_config.h"
#include "models/config/json_fields.h"
#include "tests/fuzz/fuzz_targets.h"

namespace awb::fuzz {

namespace {

ModelConfig tinyModel() {
    ModelConfig model;
    model.vocabSize = 120;
    model.hiddenSize = 32;
    model.numLayers = 3;
    model.numHeads = 4;
    model.intermediateSize = 48;
    model.maxPositions = 64;
    model.typeVocabSize = 2;
    return model;
}

/// Writing an adapter in AdapterHub's terms and reading it gives it again, and its sizes add up.
void checkAdapter(const AdapterConfig& config) {
    static const ModelConfig kModel = tinyModel();
    const Result<std::vector<TensorSpec>> tensors = tensorsOf(config, kModel, "a");
    const Result<std::int64_t> count = parameterCount(config, kModel);
    require(modulesOf(config, kModel).has_value() == count.has_value(),
            "modules and their number go together");
    if (tensors && count) {
        std::int64_t sum = 0;
        for (const TensorSpec& tensor : *tensors) {
            sum += tensor.isTrained ? tensor.size() : 0;
        }
        require(sum == *count, "the tensors have as many numbers as the parameters are");
    }
    if (!notExpressibleInAdapterHub(config).empty()) {
        return;
    }
    const Result<AdapterHubAdapter> again = adapterFromAdapterHub(toAdapterHubJson(config), false);
    require(again.has_value(), "what is written can be read");
    require(again->config == config, "an adapter is the same after writing and reading");
    require(again->unknownKeys.empty(), "what is written is known");
}

void checkHead(const nlohmann::json& json) {
    if (const Result<HeadConfig> head = headFromAdapterHub(json, "h")) {
        const Result<HeadConfig> again = headFromAdapterHub(toAdapterHubJson(*head, 32, 120), "h");
        require(again.has_value() && *again == *head, "a head is the same after writing and reading");
    }
}

void checkFusion(const nlohmann::json& json) {
    if (const Result<FusionConfig> fusion = fusionFromAdapterHub(json, "")) {
        const Result<FusionConfig> again = fusionFromAdapterHub(toAdapterHubJson(*fusion), "");
        require(again.has_value() && *again == *fusion, "a fusion is the same after writing and reading");
    }
}

void checkComposition(const nlohmann::json& json) {
    if (const Result<Composition> composition = compositionFromAdapterHub(json, "")) {
        const Result<Composition> again = compositionFromAdapterHub(toAdapterHubJson(*composition), "");
        require(again.has_value(), "a written composition can be read");
        static_cast<void>(awb::checkComposition(*composition));
        static_cast<void>(fusionNames(*composition));
        static_cast<void>(headBranches(*composition));
    }
}

} // namespace

void adapterConfig(Input input) {
    const Result<nlohmann::json> json = parseJson(asText(input), "adapter_config.json");
    if (!json) {
        require(!json.error().what.empty(), "an error says what happened");
        return;
    }
    const nlohmann::json* config = &*json;
    bool isVersion1 = false;
    if (json->is_object() && json->contains("config")) {
        config = &(*json)["config"];
        isVersion1 = !json->contains("version");
    }
    // The other files of AdapterHub's folders differ by these keys.
    if (config->is_object() && config->contains("head_type")) {
        checkHead(*config);
    } else if (config->is_object() && config->contains("temperature")) {
        checkFusion(*config);
    } else if (config->is_object() && config->contains("children")) {
        checkComposition(*config);
    } else if (const Result<AdapterHubAdapter> adapter = adapterFromAdapterHub(*config, isVersion1)) {
        checkAdapter(adapter->config);
    } else {
        require(!adapter.error().what.empty(), "an error says what happened");
    }
}

void experiment(Input input) {
    const Result<nlohmann::json> json = parseJson(asText(input), "experiment.json");
    if (!json) {
        return;
    }
    const Result<Experiment> read = experimentFromJson(*json);
    if (!read) {
        require(!read.error().what.empty(), "an error says what happened");
        return;
    }
    const std::string text = toText(*read);
    const Result<nlohmann::json> written = parseJson(text, "experiment.json");
    require(written.has_value(), "what is written is JSON");
    const Result<Experiment> again = experimentFromJson(*written);
    require(again.has_value(), "what is written can be read");
    require(*again == *read, "an experiment is the same after writing and reading");
    require(toText(*again) == text, "equal experiments are written alike");
    static const ModelConfig kModel = tinyModel();
    static_cast<void>(checkAgainstModel(*read, kModel));
    static_cast<void>(designSummary(*read));
    static_cast<void>(resolvePaths(*read, "/folder"));
}

} // namespace awb::fuzz
