#include <map>

#include "backend/formats/inspect_parts.h"
#include "backend/formats/safetensors.h"
#include "models/config/site.h"

namespace awb::inspect {

namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::string_view kBodyPrefix = "bert.";

/// Names without the body prefix and LayerNorm's old names translated, as the loader does.
std::string bodyName(std::string_view inFile) {
    std::string name(inFile.starts_with(kBodyPrefix) ? inFile.substr(kBodyPrefix.size()) : inFile);
    for (const auto& [old, current] :
         {std::pair<std::string_view, std::string_view>{".LayerNorm.gamma", ".LayerNorm.weight"},
          {".LayerNorm.beta", ".LayerNorm.bias"}}) {
        if (name.ends_with(old)) {
            name.replace(name.size() - old.size(), old.size(), current);
        }
    }
    return name;
}

class ExpectedTensors {
public:
    explicit ExpectedTensors(const ModelConfig& config)
        : m_hidden(config.hiddenSize) {
        table("embeddings.word_embeddings", config.vocabSize);
        table("embeddings.position_embeddings", config.maxPositions);
        table("embeddings.token_type_embeddings", config.typeVocabSize);
        norm("embeddings.LayerNorm");
        for (int layer = 0; layer < config.numLayers; ++layer) {
            const std::string block = "encoder.layer." + std::to_string(layer) + ".";
            for (const char* part : {"query", "key", "value"}) {
                linear(block + "attention.self." + part, m_hidden, m_hidden);
            }
            linear(block + "attention.output.dense", m_hidden, m_hidden);
            norm(block + "attention.output.LayerNorm");
            linear(block + "intermediate.dense", config.intermediateSize, m_hidden);
            linear(block + "output.dense", m_hidden, config.intermediateSize);
            norm(block + "output.LayerNorm");
        }
    }

    const std::map<std::string, Shape>& shapes() const { return m_shapes; }

private:
    void table(const std::string& name, std::int64_t rows) { m_shapes[name + ".weight"] = {rows, m_hidden}; }
    void norm(const std::string& name) {
        m_shapes[name + ".weight"] = {m_hidden};
        m_shapes[name + ".bias"] = {m_hidden};
    }
    void linear(const std::string& name, std::int64_t out, std::int64_t in) {
        m_shapes[name + ".weight"] = {out, in};
        m_shapes[name + ".bias"] = {out};
    }

    std::int64_t m_hidden;
    std::map<std::string, Shape> m_shapes;
};

struct Counts {
    std::int64_t encoder = 0;
    std::int64_t pooler = 0;
    std::int64_t other = 0;
};

NameReport compare(const ModelConfig& config, const Weights& weights, Counts& counts) {
    const ExpectedTensors expected(config);
    NameReport report;
    std::map<std::string, const WeightsTensor*> found;
    for (const WeightsTensor& entry : weights.tensors) {
        const std::string name = bodyName(entry.name);
        const auto wanted = expected.shapes().find(name);
        if (wanted != expected.shapes().end() && found.emplace(name, &entry).second) {
            counts.encoder += valueCount(entry);
            if (entry.shape != wanted->second) {
                report.misshapen.push_back(entry.name + " is " + shapeText(entry.shape) + ", must be " +
                                           shapeText(wanted->second));
            }
        } else if (name == "pooler.dense.weight" || name == "pooler.dense.bias") {
            counts.pooler += valueCount(entry);
        } else if (name != "embeddings.position_ids") {
            counts.other += valueCount(entry);
            report.unexpected.push_back(entry.name);
        }
    }
    for (const auto& [name, shape] : expected.shapes()) {
        if (!found.contains(name)) {
            report.missing.push_back(name);
        }
    }
    return report;
}

nlohmann::ordered_json siteList() {
    nlohmann::ordered_json sites = nlohmann::ordered_json::array();
    for (const Site site : kBottleneckSites) {
        sites.push_back(siteName(site));
    }
    return sites;
}

} // namespace

std::int64_t valueCount(const WeightsTensor& tensor) {
    return static_cast<std::int64_t>(tensor.bytes / safetensorsItemSize(tensor.dtype).value_or(1));
}

void addReport(FolderSummary& summary, const NameReport& report) {
    summary.details["missing"] = report.missing;
    summary.details["misshapen"] = report.misshapen;
    summary.details["unexpected"] = report.unexpected;
    const auto remark = [&](const std::vector<std::string>& names, const std::string& what) {
        if (!names.empty()) {
            summary.remarks.push_back(std::to_string(names.size()) + " " + what + ": " + names.front() +
                                      (names.size() > 1 ? ", ..." : ""));
        }
    };
    remark(report.missing, "missing");
    remark(report.misshapen, "of the wrong shape");
}

Result<void> describeModel(FolderSummary& summary, const nlohmann::json& json, const Weights& weights) {
    nlohmann::ordered_json& details = summary.details;
    if (const auto type = json.find("model_type"); type != json.end() && type->is_string()) {
        details["model_type"] = type->get<std::string>();
    }
    const Result<ModelConfig> config = parseModelConfig(json);
    if (!config) {
        if (config.error().where != "/model_type") {
            return fail(config.error());
        }
        // The tensors of a family that can't be run are worth seeing all the same.
        summary.remarks.push_back(config.error().message());
        return {};
    }
    details["layers"] = config->numLayers;
    details["hidden_size"] = config->hiddenSize;
    details["heads"] = config->numHeads;
    details["intermediate_size"] = config->intermediateSize;
    details["vocabulary"] = config->vocabSize;
    details["positions"] = config->maxPositions;
    details["activation"] = config->hiddenAct;
    details["sites_per_layer"] = siteList();
    if (!weights.file.empty()) {
        Counts counts;
        const NameReport report = compare(*config, weights, counts);
        details["parameters"] = {
            {"encoder", counts.encoder}, {"pooler", counts.pooler}, {"other", counts.other}};
        addReport(summary, report);
    }
    return {};
}

} // namespace awb::inspect
