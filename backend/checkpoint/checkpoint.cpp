#include "backend/checkpoint/checkpoint.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"
#include "backend/formats/safetensors.h"
#include "models/config/json_fields.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

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
std::string parameterName(ModelFamily family, std::string_view inFile) {
    std::string name(inFile);
    const auto replaceEnd = [&](std::string_view from, std::string_view to) {
        if (name.ends_with(from)) {
            name.replace(name.size() - from.size(), from.size(), to);
        }
    };
    replaceEnd(".gamma", ".weight");
    replaceEnd(".beta", ".bias");
    const std::string body = bodyPrefix(family);
    for (const char* begin : {"embeddings.", "encoder.", "transformer.", "pooler."}) {
        if (name.starts_with(begin)) {
            name.insert(0, body);
        }
    }
    // A table of 0, 1, 2, ... that older versions of the public library saved.
    return name == body + "embeddings.position_ids" ? std::string() : name;
}

bool hasPooler(ModelFamily family, const WeightsFile& file) {
    const auto& tensors = file.tensors();
    const std::string pooler = linearPrefix(family, kNoLayer, Site::Pooler) + "weight";
    return std::any_of(tensors.begin(), tensors.end(), [&](const WeightsTensor& entry) {
        return parameterName(family, entry.name) == pooler;
    });
}

std::string hashOf(const std::vector<NamedTensor>& parameters) {
    Hasher hasher;
    for (const NamedTensor& parameter : parameters) {
        const torch::Tensor values = parameter.tensor.detach().contiguous();
        hasher.add(parameter.name);
        hasher.add(shapeText(values.sizes().vec()));
        hasher.add(std::span(static_cast<const std::byte*>(values.data_ptr()), values.nbytes()));
    }
    return hasher.hex();
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
    LoadedModel loaded{AdapterModel(*config, hasPooler(config->family, *file)), {}, {}};
    const std::vector<NamedTensor> parameters = loaded.model.baseParameters();
    Result<FillReport> report = fillParameters(
        parameters, *file, [&](std::string_view name) { return parameterName(config->family, name); });
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
    if (!loaded.model.hasPooler() && config->family != ModelFamily::DistilBert) {
        loaded.remarks.push_back("The checkpoint has no pooler: heads that read it need a fresh one");
    }
    return loaded;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
} catch (const std::exception& error) {
    return fail(error.what(), folder.string());
}

std::string baseHash(const AdapterModel& model) {
    return hashOf(model.baseParameters());
}

std::string adapterHash(const AdapterModel& model, const std::string& adapter) {
    return hashOf(model.adapterParameters(adapter));
}

} // namespace awb
