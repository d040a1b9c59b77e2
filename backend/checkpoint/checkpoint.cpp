#include "backend/checkpoint/checkpoint.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"
#include "backend/formats/safetensors.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr std::string_view kBodyPrefix = "bert.";

Result<ModelConfig> readModelConfig(const std::filesystem::path& file) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<nlohmann::json> json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    Result<ModelConfig> config = parseModelConfig(*json);
    if (!config) {
        return fail(config.error().what, file.string() + config.error().where, config.error().advice);
    }
    return config;
}

/// The parameter's name for a name in the file: with the body prefix, LayerNorm's old names translated.
std::string parameterName(std::string_view inFile) {
    std::string name(inFile);
    const auto replaceEnd = [&](std::string_view from, std::string_view to) {
        if (name.ends_with(from)) {
            name.replace(name.size() - from.size(), from.size(), to);
        }
    };
    replaceEnd(".LayerNorm.gamma", ".LayerNorm.weight");
    replaceEnd(".LayerNorm.beta", ".LayerNorm.bias");
    const bool isBody =
        name.starts_with("embeddings.") || name.starts_with("encoder.") || name.starts_with("pooler.");
    if (isBody) {
        name.insert(0, kBodyPrefix);
    }
    // A table of 0, 1, 2, ... that older versions of the public library saved.
    return name == "bert.embeddings.position_ids" ? std::string() : name;
}

bool hasPooler(const WeightsFile& file) {
    const auto& tensors = file.tensors();
    return std::any_of(tensors.begin(), tensors.end(), [](const WeightsTensor& entry) {
        return parameterName(entry.name) == "bert.pooler.dense.weight";
    });
}

} // namespace

Result<LoadedModel> loadModel(const std::filesystem::path& folder) try {
    if (!std::filesystem::is_directory(folder)) {
        return fail("there is no such model folder", folder.string(),
                    "Choose a folder with config.json and model.safetensors or pytorch_model.bin");
    }
    const Result<ModelConfig> config = readModelConfig(folder / "config.json");
    if (!config) {
        return fail(config.error());
    }
    const Result<WeightsFile> file = openWeights(folder, WeightsKind::Model);
    if (!file) {
        return fail(file.error());
    }
    const std::filesystem::path& weights = file->path();
    LoadedModel loaded{AdapterModel(*config, hasPooler(*file)), {}, {}};
    const std::vector<NamedTensor> parameters = loaded.model.baseParameters();
    Result<FillReport> report = fillParameters(parameters, *file, parameterName);
    if (!report) {
        return fail(report.error().what, weights.string() + ": " + report.error().where,
                    report.error().advice);
    }
    if (!report->complete()) {
        return fail(incompleteError(*report, weights, "Check that it belongs to config.json"));
    }
    loaded.unexpected = std::move(report->unexpected);
    std::sort(loaded.unexpected.begin(), loaded.unexpected.end());
    if (!loaded.unexpected.empty()) {
        loaded.remarks.push_back("Not part of the encoder and left out: " + listNames(loaded.unexpected));
    }
    if (!loaded.model.hasPooler()) {
        loaded.remarks.push_back("The checkpoint has no pooler: heads that read it need a fresh one");
    }
    return loaded;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
} catch (const std::exception& error) {
    return fail(error.what(), folder.string());
}

std::string baseHash(const AdapterModel& model) {
    Hasher hasher;
    for (const NamedTensor& parameter : model.baseParameters()) {
        const torch::Tensor values = parameter.tensor.detach().contiguous();
        hasher.add(parameter.name);
        hasher.add(shapeText(values.sizes().vec()));
        hasher.add(std::span(static_cast<const std::byte*>(values.data_ptr()), values.nbytes()));
    }
    return hasher.hex();
}

} // namespace awb
