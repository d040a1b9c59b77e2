// What of an experiment does not fit its base model.
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/experiment/experiment.h"
#include "models/config/method_composition.h"

namespace awb {

namespace {

class ModelCheck {
public:
    ModelCheck(const Experiment& experiment, const ModelConfig& model)
        : m_experiment(experiment)
        , m_model(model) {}

    std::vector<Error> run() {
        for (std::size_t i = 0; i < m_experiment.adapters.size(); ++i) {
            if (!m_experiment.adapters[i].isUnread()) {
                checkAdapter(m_experiment.adapters[i], "/adapters/" + std::to_string(i));
            }
        }
        for (const int layer : m_experiment.skipLayers) {
            checkLayer(layer, "/skip_layers");
        }
        const ConfigLookup configOf = [this](const std::string& name) -> const AdapterConfig* {
            const AdapterSpec* adapter = m_experiment.findAdapter(name);
            return adapter == nullptr || adapter->isUnread() ? nullptr : &adapter->config;
        };
        for (Error& error : checkMethodsInComposition(m_experiment.composition, configOf)) {
            m_problems.push_back(std::move(error));
        }
        checkTraining(m_experiment.training);
        return std::move(m_problems);
    }

private:
    void checkLayer(int layer, const std::string& where) {
        if (layer < 0 || layer >= m_model.numLayers) {
            m_problems.push_back({"there is no layer " + std::to_string(layer), where,
                                  "the base has the layers 0 to " + std::to_string(m_model.numLayers - 1)});
        }
    }

    void checkLayersOf(const MethodConfig& part, const std::string& where) {
        if (part.isBottleneck()) {
            const auto place = [&](int layer) { return where + "/per_layer/" + std::to_string(layer); };
            for (const int layer : part.bottleneck.leaveOut) {
                checkLayer(layer, place(layer));
            }
            for (const auto& [layer, factor] : part.bottleneck.reductionFactor.perLayer) {
                checkLayer(layer, place(layer));
            }
            for (const auto& [layer, sites] : part.bottleneck.layerSites) {
                checkLayer(layer, place(layer));
            }
            return;
        }
        for (const OptionSpec& spec : findMethod(part.method)->options) {
            if (spec.kind == OptionKind::Layers) {
                for (const int layer : part.options.layers(spec.key)) {
                    checkLayer(layer, where + "/" + spec.key);
                }
            }
        }
    }

    void checkAdapter(const AdapterSpec& adapter, const std::string& where) {
        const std::vector<MethodConfig>& parts = adapter.config.parts;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool isUnion = adapter.config.isUnion();
            checkLayersOf(parts[i], isUnion ? where + "/configs/" + std::to_string(i) : where);
        }
        const auto modules = modulesOf(adapter.config, m_model);
        if (!modules) {
            Error error = modules.error();
            error.where = where + error.where;
            m_problems.push_back(std::move(error));
        } else if (modules->empty()) {
            m_problems.push_back({"the adapter `" + adapter.name + "` has no module in any layer", where,
                                  "place a module or take the adapter out"});
        }
    }

    void checkTraining(const TrainingSpec& training) {
        if (training.adapterDropLayers > m_model.numLayers) {
            m_problems.push_back({"AdapterDrop names " + std::to_string(training.adapterDropLayers) +
                                      " layers, the base has " + std::to_string(m_model.numLayers),
                                  "/training/adapter_drop/layers",
                                  {}});
        }
        if (training.maxSeqLength > m_model.longestText()) {
            m_problems.push_back({"max_seq_length " + std::to_string(training.maxSeqLength) +
                                      " is more than the base's " + std::to_string(m_model.longestText()) +
                                      " positions",
                                  "/training/max_seq_length", "make it smaller"});
        }
    }

    const Experiment& m_experiment;
    const ModelConfig& m_model;
    std::vector<Error> m_problems;
};

std::string numberText(double value) {
    std::string text = nlohmann::json(value).dump();
    if (text.ends_with(".0")) {
        text.resize(text.size() - 2);
    }
    return text;
}

std::string leftOutText(std::size_t omitted) {
    return omitted == 0
               ? std::string()
               : ", " + std::to_string(omitted) + (omitted == 1 ? " layer" : " layers") + " left out";
}

std::string summaryOf(const MethodConfig& part, const std::string& title) {
    if (part.isBottleneck()) {
        const ReductionFactor& factor = part.bottleneck.reductionFactor;
        const bool isOne = factor.perLayer.empty() && factor.fallback;
        return title + (isOne ? " rf " + numberText(*factor.fallback) : " rf by layer") +
               leftOutText(part.bottleneck.leaveOut.size());
    }
    const Method& method = *findMethod(part.method);
    std::string summary = title;
    if (!method.sizeKey.empty()) {
        summary += (method.sizeKey == "r" ? " r " : " length ") +
                   std::to_string(part.options.integer(method.sizeKey));
    }
    const auto& all = part.options.all();
    return summary + (all.contains("leave_out") ? leftOutText(part.options.layers("leave_out").size()) : "");
}

std::string summaryOf(const AdapterSpec& adapter) {
    if (adapter.isUnread()) {
        return "saved adapter";
    }
    const std::vector<MethodConfig>& parts = adapter.config.parts;
    if (parts.size() == 1) {
        return summaryOf(parts.front(), adapter.preset.empty() ? parts.front().method : adapter.preset);
    }
    if (!adapter.preset.empty()) {
        return adapter.preset;
    }
    std::string summary;
    for (const MethodConfig& part : parts) {
        summary += (summary.empty() ? "" : " + ") + summaryOf(part, part.method);
    }
    return summary;
}

} // namespace

std::vector<Error> checkAgainstModel(const Experiment& experiment, const ModelConfig& model) {
    return ModelCheck(experiment, model).run();
}

std::string designSummary(const Experiment& experiment) {
    if (experiment.trainsBase()) {
        return "full fine-tuning";
    }
    if (experiment.train.empty()) {
        return "linear probe (head only)";
    }
    std::vector<std::pair<std::string, int>> groups; // equal adapters behind each other count as one
    for (const AdapterSpec& adapter : experiment.adapters) {
        std::string summary = summaryOf(adapter);
        if (!groups.empty() && groups.back().first == summary) {
            ++groups.back().second;
        } else {
            groups.emplace_back(std::move(summary), 1);
        }
    }
    std::string all;
    for (const auto& [summary, count] : groups) {
        all += all.empty() ? "" : ", ";
        all += (count > 1 ? std::to_string(count) + " × " : "") + summary;
    }
    using Kind = Composition::Kind;
    const Kind kind = experiment.composition.kind;
    const bool isPlain = kind == Kind::None || kind == Kind::Name || kind == Kind::Stack;
    return isPlain ? all : std::string(compositionKindName(kind)) + " of " + all;
}

} // namespace awb
