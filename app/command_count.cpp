#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "backend/checkpoint/inspect.h"
#include "backend/experiment/parameter_report.h"
#include "models/config/known_shapes.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

/// A built-in shape, a bundled model or a folder.
Result<ModelConfig> shapeOf(const std::string& model) {
    if (const auto shape = knownShape(model)) {
        return *shape;
    }
    auto config = loadBaseConfig(model);
    if (!config) {
        Error error = config.error();
        error.advice += error.advice.empty() ? "" : ". ";
        error.advice += "Shapes that are known without files:";
        for (const std::string& name : knownShapeNames()) {
            error.advice += " " + name;
        }
        return fail(std::move(error));
    }
    return config;
}

Json toJson(const ParameterReport& report) {
    Json json{{"title", report.title},
              {"parameters", report.parameters},
              {"trained", report.trained},
              {"percent_of_base", report.percentOfBase()},
              {"file_bytes", report.fileBytes}};
    json["sites"] = Json::array();
    for (const SiteShare& share : report.sites) {
        json["sites"].push_back({{"site", share.site},
                                 {"modules", share.modules},
                                 {"sizes", share.sizes},
                                 {"parameters", share.parameters}});
    }
    return json;
}

Json toJson(const std::string& model, const ModelConfig& shape) {
    return {{"name", model},
            {"family", shape.modelType},
            {"layers", shape.numLayers},
            {"hidden_size", shape.hiddenSize},
            {"parameters", baseParameterCount(shape)}};
}

std::string sizesText(const std::set<int>& sizes) {
    std::string text;
    for (const int size : sizes) {
        text += (text.empty() ? "" : ", ") + std::to_string(size);
    }
    return text;
}

void printBase(const std::string& model, const ModelConfig& shape) {
    std::printf("%s: %d layers, hidden size %d, %s parameters\n", model.c_str(), shape.numLayers,
                shape.hiddenSize, countText(baseParameterCount(shape)).c_str());
}

void print(const ParameterReport& report) {
    std::printf("%s: %s parameters, %.3f %% of the base, %s as a file\n", report.title.c_str(),
                countText(report.parameters).c_str(), report.percentOfBase(),
                bytesText(static_cast<std::uintmax_t>(report.fileBytes)).c_str());
    std::printf("  %-28s %8s  %-14s %14s\n", "site", "modules", "size", "parameters");
    for (const SiteShare& share : report.sites) {
        std::printf("  %-28s %8d  %-14s %14s\n", share.site.c_str(), share.modules,
                    sizesText(share.sizes).c_str(), countText(share.parameters).c_str());
    }
}

/// All presets, one line each.
int countPresets(const std::string& model, const ModelConfig& shape, bool json) {
    Json list = Json::array();
    if (!json) {
        printBase(model, shape);
        std::printf("  %-20s %-24s %14s %9s %12s\n", "preset", "title", "parameters", "% of base", "file");
    }
    for (const MethodPreset& preset : methodPresets()) {
        const auto report = countParameters(preset, shape);
        if (json) {
            Json item{{"preset", preset.name}};
            if (report) {
                item.update(toJson(*report));
            } else {
                item["error"] = report.error().message();
            }
            list.push_back(std::move(item));
        } else if (report) {
            std::printf("  %-20s %-24s %14s %9.3f %12s\n", preset.name.c_str(), preset.title.c_str(),
                        countText(report->parameters).c_str(), report->percentOfBase(),
                        bytesText(static_cast<std::uintmax_t>(report->fileBytes)).c_str());
        } else {
            std::printf("  %-20s %s\n", preset.name.c_str(), report.error().message().c_str());
        }
    }
    if (json) {
        printJson({{"base", toJson(model, shape)}, {"presets", std::move(list)}});
    }
    return kSuccess;
}

int show(const Result<ParameterReport>& report, const std::string& model, const ModelConfig& shape,
         bool json) {
    if (!report) {
        return complain(report.error());
    }
    if (json) {
        Json all{{"base", toJson(model, shape)}};
        all.update(toJson(*report));
        all["head"] = report->head;
        printJson(all);
        return kSuccess;
    }
    printBase(model, shape);
    print(*report);
    return kSuccess;
}

int countExperiment(const CountOptions& options) {
    const auto loaded = loadExperiment(options.experiment);
    if (!loaded) {
        return complain(loaded.error());
    }
    const Experiment resolved = resolvePaths(*loaded, fs::absolute(options.experiment).parent_path());
    const auto experiment = withSavedOptions(resolved);
    if (!experiment) {
        return complain(experiment.error());
    }
    const std::string model = options.model.empty() ? experiment->baseModel : options.model;
    const auto shape = shapeOf(model);
    if (!shape) {
        return complain(shape.error());
    }
    return show(countParameters(*experiment, *shape), model, *shape, options.json);
}

} // namespace

int runCount(const CountOptions& options) {
    if (!options.experiment.empty()) {
        return countExperiment(options);
    }
    const std::string model = options.model.empty() ? "bert-base" : options.model;
    const auto shape = shapeOf(model);
    if (!shape) {
        return complain(shape.error());
    }
    if (options.preset.empty()) {
        return countPresets(model, *shape, options.json);
    }
    const MethodPreset* preset = findMethodPreset(options.preset);
    if (preset == nullptr) {
        std::string known;
        for (const MethodPreset& each : methodPresets()) {
            known += (known.empty() ? "" : ", ") + each.name;
        }
        return complain({"There is no preset of this name", options.preset, "Choose one of " + known});
    }
    return show(countParameters(*preset, *shape), model, *shape, options.json);
}

} // namespace awb::app
