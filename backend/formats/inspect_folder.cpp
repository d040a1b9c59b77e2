#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "backend/checkpoint/inspect.h"
#include "backend/core/files.h"
#include "backend/formats/inspect_parts.h"
#include "models/config/json_fields.h"

namespace fs = std::filesystem;

namespace awb {

namespace {

using inspect::Weights;

/// The weights of a folder; with an empty list and a remark where there are none.
Result<Weights> readWeights(const fs::path& folder, WeightsKind kind, std::vector<std::string>& remarks) {
    const fs::path file = findWeights(folder, kind);
    if (file.empty()) {
        remarks.push_back(noWeights(folder, kind).message());
        return Weights{};
    }
    const Result<WeightsFile> opened = WeightsFile::open(file);
    if (!opened) {
        return fail(opened.error());
    }
    if (opened->format() != "safetensors") {
        remarks.push_back(file.filename().string() +
                          " is a Python pickle: its tensors were read, and nothing in it was run");
    }
    return Weights{opened->tensors(), file.filename().string(), opened->format(), opened->fileBytes()};
}

void fillTensors(FolderSummary& summary, const Weights& weights) {
    std::map<std::string, std::int64_t> dtypes;
    for (const WeightsTensor& entry : weights.tensors) {
        summary.tensors.push_back(
            {entry.name, entry.dtype, entry.shape, static_cast<std::int64_t>(entry.bytes)});
        const std::int64_t values = inspect::valueCount(entry);
        summary.parameters += values;
        dtypes[entry.dtype] += values;
    }
    std::ranges::sort(summary.tensors, {}, &TensorSummary::name);
    summary.details["weights"] = {{"file", weights.file},
                                  {"format", weights.format},
                                  {"bytes", weights.fileBytes},
                                  {"tensors", summary.tensors.size()},
                                  {"parameters", summary.parameters},
                                  {"values_by_dtype", dtypes}};
}

Result<nlohmann::json> readJson(const fs::path& file) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    Result<nlohmann::json> json = parseJson(*text, file.string());
    if (json && !json->is_object()) {
        return fail("The file must hold a JSON object", file.string());
    }
    return json;
}

using Describe = Result<void> (*)(FolderSummary&, const nlohmann::json&, const Weights&);

/// A kind of folder: how it is recognised and what its weights are.
struct Kind {
    std::string_view name;
    std::string_view config;
    WeightsKind weights;
    Describe describe;
};

constexpr std::array kKinds{
    Kind{"model", "config.json", WeightsKind::Model, inspect::describeModel},
    Kind{"adapter", "adapter_config.json", WeightsKind::Adapter, inspect::describeAdapter},
    Kind{"head", "head_config.json", WeightsKind::Head, inspect::describeHead},
};

Result<FolderSummary> inspectKind(const fs::path& folder, const Kind& kind) {
    const fs::path configFile = folder / kind.config;
    const Result<nlohmann::json> config = readJson(configFile);
    if (!config) {
        return fail(config.error());
    }
    FolderSummary summary;
    summary.kind = kind.name;
    const Result<Weights> weights = readWeights(folder, kind.weights, summary.remarks);
    if (!weights) {
        return fail(weights.error());
    }
    fillTensors(summary, *weights);
    if (const Result<void> described = kind.describe(summary, *config, *weights); !described) {
        return fail(described.error().what, configFile.string() + described.error().where,
                    described.error().advice);
    }
    return summary;
}

} // namespace

Result<FolderSummary> inspectFolder(const fs::path& folder) try {
    std::error_code error;
    if (!fs::exists(folder, error)) {
        return fail("There is no such folder", folder.string());
    }
    if (!fs::is_directory(folder, error)) {
        return fail("This is not a folder", folder.string(), "Give the folder that holds the configuration");
    }
    const auto kind = std::ranges::find_if(
        kKinds, [&](const Kind& candidate) { return fs::exists(folder / candidate.config); });
    if (kind == kKinds.end()) {
        return fail("This folder holds no model, adapter or head", folder.string(),
                    "There must be a config.json, adapter_config.json or head_config.json");
    }
    return inspectKind(folder, *kind);
} catch (const std::exception& exception) {
    return fail(exception.what(), folder.string());
}

} // namespace awb
