#include "backend/experiment/experiment.h"

#include <algorithm>

#include "backend/core/files.h"
#include "models/config/json_fields.h"
#include "models/config/placement.h"

namespace awb {

const AdapterSpec* Experiment::findAdapter(std::string_view adapterName) const {
    const auto it = std::find_if(adapters.begin(), adapters.end(),
                                 [&](const AdapterSpec& adapter) { return adapter.name == adapterName; });
    return it == adapters.end() ? nullptr : &*it;
}

AdapterSpec* Experiment::findAdapter(std::string_view adapterName) {
    return const_cast<AdapterSpec*>(std::as_const(*this).findAdapter(adapterName));
}

bool Experiment::trainsBase() const {
    return std::find(train.begin(), train.end(), "full") != train.end();
}

Experiment defaultExperiment() {
    Experiment experiment;
    experiment.name = "noun-topic-pfeiffer-r16";
    AdapterSpec adapter;
    adapter.name = "noun-topic";
    adapter.preset = "pfeiffer";
    adapter.bottleneck = findPreset("pfeiffer")->config;
    experiment.adapters.push_back(std::move(adapter));
    experiment.composition = Composition::of("noun-topic");
    experiment.train = {"noun-topic"};
    return experiment;
}

Result<Experiment> loadExperiment(const std::filesystem::path& file) {
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file.filename().string());
    if (!json) {
        return fail(json.error());
    }
    auto experiment = experimentFromJson(*json);
    if (!experiment) {
        Error error = experiment.error();
        error.where = file.filename().string() + " " + error.where;
        return fail(std::move(error));
    }
    return experiment;
}

std::string toText(const Experiment& experiment) {
    return toJson(experiment).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<void> saveExperiment(const Experiment& experiment, const std::filesystem::path& file) {
    return writeFileAtomically(file, toText(experiment));
}

Experiment resolvePaths(const Experiment& experiment, const std::filesystem::path& folder) {
    Experiment resolved = experiment;
    const auto absolute = [&](const std::string& path) {
        const std::filesystem::path given(path);
        return path.empty() || given.is_absolute() ? path : (folder / given).lexically_normal().string();
    };
    // A base that is just a word is a bundled name; one with a separator is a folder.
    if (resolved.baseModel.find('/') != std::string::npos) {
        resolved.baseModel = absolute(resolved.baseModel);
    }
    for (AdapterSpec& adapter : resolved.adapters) {
        adapter.from = absolute(adapter.from);
    }
    for (auto& [split, path] : resolved.data.splits) {
        path = absolute(path);
    }
    return resolved;
}

std::vector<Error> checkAgainstModel(const Experiment& experiment, const ModelConfig& model) {
    std::vector<Error> problems;
    const auto checkLayer = [&](int layer, const std::string& where) {
        if (layer < 0 || layer >= model.numLayers) {
            problems.push_back({"there is no layer " + std::to_string(layer), where,
                                "the base has the layers 0 to " + std::to_string(model.numLayers - 1)});
        }
    };
    for (std::size_t i = 0; i < experiment.adapters.size(); ++i) {
        const AdapterSpec& adapter = experiment.adapters[i];
        const std::string where = "/adapters/" + std::to_string(i);
        for (const int layer : adapter.bottleneck.leaveOut) {
            checkLayer(layer, where + "/per_layer/" + std::to_string(layer));
        }
        for (const auto& [layer, factor] : adapter.bottleneck.reductionFactor.perLayer) {
            checkLayer(layer, where + "/per_layer/" + std::to_string(layer));
        }
        for (const auto& [layer, sites] : adapter.bottleneck.layerSites) {
            checkLayer(layer, where + "/per_layer/" + std::to_string(layer));
        }
        const auto modules = modulesOf(adapter.bottleneck, model);
        if (!modules) {
            Error error = modules.error();
            error.where = where + error.where;
            problems.push_back(std::move(error));
        } else if (modules->empty()) {
            problems.push_back({"the adapter `" + adapter.name + "` has no module in any layer", where,
                                "place a module or take the adapter out"});
        }
    }
    for (const int layer : experiment.skipLayers) {
        checkLayer(layer, "/skip_layers");
    }
    if (experiment.training.adapterDropLayers > model.numLayers) {
        problems.push_back({"AdapterDrop names " + std::to_string(experiment.training.adapterDropLayers) +
                                " layers, the base has " + std::to_string(model.numLayers),
                            "/training/adapter_drop/layers",
                            {}});
    }
    if (experiment.training.maxSeqLength > model.maxPositions) {
        problems.push_back({"max_seq_length " + std::to_string(experiment.training.maxSeqLength) +
                                " is more than the base's " + std::to_string(model.maxPositions) +
                                " positions",
                            "/training/max_seq_length", "make it smaller"});
    }
    return problems;
}

std::string designSummary(const Experiment& experiment) {
    if (experiment.trainsBase()) {
        return "full fine-tuning";
    }
    if (experiment.train.empty()) {
        return "linear probe (head only)";
    }
    std::string summary;
    for (const AdapterSpec& adapter : experiment.adapters) {
        summary += summary.empty() ? "" : ", ";
        summary += adapter.preset.empty() ? "bottleneck" : adapter.preset;
        const ReductionFactor& factor = adapter.bottleneck.reductionFactor;
        if (factor.perLayer.empty() && factor.fallback) {
            summary += " rf " + nlohmann::json(*factor.fallback).dump();
            if (summary.ends_with(".0")) {
                summary.resize(summary.size() - 2);
            }
        } else {
            summary += " rf by layer";
        }
        const std::size_t omitted = adapter.bottleneck.leaveOut.size();
        if (omitted > 0) {
            summary += ", " + std::to_string(omitted) + (omitted == 1 ? " layer" : " layers") + " left out";
        }
    }
    return summary;
}

} // namespace awb
