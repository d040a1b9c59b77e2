#include "backend/checkpoint/peft_load.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr const char* kConfigFile = "adapter_config.json";

/// The options that the file's keys don't tell.
struct PeftOptions {
    std::string type; ///< "LORA" or "IA3"
    double alpha = 8;
    bool rankStabilised = false;          ///< alpha / sqrt(r) in the place of alpha / r
    std::map<std::string, double> alphas; ///< by the end of a module's path
};

/// One matrix that the file changes.
struct PeftModule {
    int layer = kNoLayer;
    Site site = Site::AttentionQuery;
    std::int64_t rank = 1;
    double alpha = 1;
    bool scalesInput = false;

    auto grouped() const { return std::tuple(site, rank, alpha, scalesInput); }
};

bool endsWithPath(std::string_view path, std::string_view end) {
    return path == end || (path.ends_with(end) && path[path.size() - end.size() - 1] == '.');
}

Result<PeftOptions> readOptions(const std::filesystem::path& file) {
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    JsonFields fields(*json, "");
    PeftOptions options;
    options.type = fields.requiredString("peft_type");
    options.alpha = fields.number("lora_alpha", options.alpha);
    options.rankStabilised = fields.boolean("use_rslora", false);
    if (const nlohmann::json* pattern = fields.raw("alpha_pattern");
        pattern != nullptr && pattern->is_object()) {
        for (const auto& [path, value] : pattern->items()) {
            options.alphas[path] = value.is_number() ? value.get<double>() : options.alpha;
        }
    }
    if (fields.ok() && options.type != "LORA" && options.type != "IA3") {
        fields.problem("peft_type", "the PEFT method `" + options.type + "` can't be read",
                       "LORA and IA3 can");
    }
    if (fields.boolean("use_dora", false)) {
        fields.problem("use_dora", "DoRA of the PEFT library can't be read");
    }
    if (const auto error = fields.finish(false)) {
        return fail(error->what, file.string() + error->where, error->advice);
    }
    return options;
}

/// The linear map of a module's path, "bert.encoder.layer.0.attention.self.query".
std::optional<std::pair<int, Site>> siteOf(const ModelConfig& model, const std::string& path) {
    const std::string prefix = path + ".";
    if (prefix == linearPrefix(model.family, kNoLayer, Site::Pooler)) {
        return std::pair(kNoLayer, Site::Pooler);
    }
    for (int layer = 0; layer < model.numLayers; ++layer) {
        for (const Site site : kLinearSites) {
            if (prefix == linearPrefix(model.family, layer, site)) {
                return std::pair(layer, site);
            }
        }
    }
    return std::nullopt;
}

class PeftReader {
public:
    PeftReader(AdapterModel& model, const PeftOptions& options, const WeightsFile& file, std::string name)
        : m_model(model)
        , m_options(options)
        , m_file(file)
        , m_name(std::move(name)) {}

    Result<void> scan();
    /// All matrices of one kind, rank and strength are one part of a union.
    AdapterConfig config() const;
    Result<void> fill();
    Result<void> addHead(const std::string& head);

    std::map<std::string, std::string> keys; ///< names in the model -> keys in the file

private:
    Result<void> scanModule(const WeightsTensor& tensor, std::string path);
    Result<void> copy(const std::string& parameter, const std::string& key);

    AdapterModel& m_model;
    const PeftOptions& m_options;
    const WeightsFile& m_file;
    std::string m_name;
    std::vector<PeftModule> m_modules;
    std::vector<std::string> m_headKeys;
};

Result<void> PeftReader::scan() {
    for (const WeightsTensor& tensor : m_file.tensors()) {
        std::string path = tensor.name;
        if (!path.starts_with(kPrefix)) {
            return fail("the key does not begin with " + std::string(kPrefix), tensor.name);
        }
        path.erase(0, kPrefix.size());
        bool isModule = false;
        for (const char* end : {".lora_A.weight", ".lora_B.weight", ".ia3_l"}) {
            if (path.ends_with(end)) {
                isModule = true;
                if (auto scanned =
                        scanModule(tensor, path.substr(0, path.size() - std::string_view(end).size()));
                    !scanned) {
                    return scanned;
                }
            }
        }
        if (!isModule) {
            m_headKeys.push_back(path);
        }
    }
    if (m_modules.empty()) {
        return fail("the file holds no module of the PEFT library", m_file.path().string());
    }
    return {};
}

Result<void> PeftReader::scanModule(const WeightsTensor& tensor, std::string path) {
    const ModelConfig& model = m_model.config();
    const auto place = siteOf(model, path);
    if (!place) {
        return fail("the base model has no linear map of this name", path,
                    "Choose the base model that the adapter was trained on");
    }
    const bool isFactor = tensor.name.ends_with(".ia3_l");
    const bool isUp = tensor.name.ends_with(".lora_B.weight");
    keys[linearPrefix(model.family, place->first, place->second) + "loras." + m_name +
         (isFactor || isUp ? ".lora_B" : ".lora_A")] = tensor.name;
    if (isUp || tensor.shape.size() != 2) {
        return {};
    }
    PeftModule module{place->first, place->second, 1, 1.0, false};
    if (isFactor) {
        module.scalesInput = tensor.shape.front() == 1;
    } else {
        module.rank = tensor.shape.front();
        module.alpha = m_options.alpha;
        for (const auto& [end, alpha] : m_options.alphas) {
            module.alpha = endsWithPath(path, end) ? alpha : module.alpha;
        }
        if (m_options.rankStabilised) {
            module.alpha *= std::sqrt(static_cast<double>(module.rank));
        }
    }
    m_modules.push_back(module);
    return {};
}

AdapterConfig PeftReader::config() const {
    std::map<decltype(PeftModule().grouped()), std::set<int>> groups;
    for (const PeftModule& module : m_modules) {
        groups[module.grouped()].insert(module.layer);
    }
    AdapterConfig config;
    config.parts.clear();
    for (const auto& [group, layers] : groups) {
        const auto& [site, rank, alpha, scalesInput] = group;
        MethodConfig part = defaultMethod(m_options.type == "IA3" ? "ia3" : "lora");
        std::vector<std::string> matrices;
        for (const auto& [chosen, letter] : {std::pair{Site::AttentionQuery, "q"},
                                             {Site::AttentionKey, "k"},
                                             {Site::AttentionValue, "v"},
                                             {Site::AttentionDense, "o"}}) {
            if (chosen == site) {
                matrices.emplace_back(letter);
            }
        }
        part.options.set("selfattn_lora", !matrices.empty());
        part.options.set("attn_matrices", matrices);
        part.options.set("intermediate_lora", site == Site::FfnIntermediate);
        part.options.set("output_lora", site == Site::FfnDense);
        part.options.set("pooler_lora", site == Site::Pooler);
        part.options.set("r", rank);
        part.options.set("alpha", alpha);
        if (m_options.type == "IA3") {
            part.options.set("scale_input", scalesInput);
        }
        std::vector<int> leftOut;
        for (int layer = 0; layer < m_model.config().numLayers; ++layer) {
            if (!layers.contains(layer) && site != Site::Pooler) {
                leftOut.push_back(layer);
            }
        }
        part.options.set("leave_out", leftOut);
        config.parts.push_back(std::move(part));
    }
    return config;
}

Result<void> PeftReader::copy(const std::string& parameter, const std::string& key) {
    const WeightsTensor* entry = m_file.find(key);
    const auto all = m_model.adapterParameters(m_name);
    const auto heads = m_model.headNames();
    torch::Tensor target;
    for (const NamedTensor& own : all) {
        target = own.name == parameter ? own.tensor : target;
    }
    for (const std::string& head : heads) {
        for (const NamedTensor& own : m_model.headParameters(head)) {
            target = own.name == parameter ? own.tensor : target;
        }
    }
    const auto values = readTensor(m_file, *entry);
    if (!values) {
        return fail(values.error());
    }
    if (!target.defined() || values->numel() != target.numel()) {
        return fail("the tensor's shape does not fit the base model", m_file.path().string() + ": " + key);
    }
    const torch::NoGradGuard guard;
    target.copy_(values->view(target.sizes()));
    return {};
}

Result<void> PeftReader::fill() {
    for (const auto& [parameter, key] : keys) {
        if (auto copied = copy(parameter, key); !copied) {
            return copied;
        }
    }
    return {};
}

Result<void> PeftReader::addHead(const std::string& head) {
    HeadConfig config;
    config.name = head;
    const bool isDistil = m_model.config().family == ModelFamily::DistilBert;
    config.layers = isDistil ? 2 : 1;
    config.activation = isDistil ? "relu" : "tanh";
    config.usePooler = !isDistil;
    std::map<std::string, std::string> places{{"classifier", isDistil ? "4" : "1"}, {"pre_classifier", "1"}};
    for (const std::string& path : m_headKeys) {
        if (path == "classifier.weight") {
            const WeightsTensor* tensor = m_file.find(std::string(kPrefix) + path);
            config.numLabels = tensor->shape.empty() ? 0 : static_cast<int>(tensor->shape.front());
            config.type = config.numLabels == 1 ? HeadType::Regression : HeadType::Classification;
        }
    }
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (auto added = m_model.addHead(config, generator); !added) {
        return added;
    }
    for (const std::string& path : m_headKeys) {
        const std::size_t dot = path.rfind('.');
        const auto place = places.find(path.substr(0, dot));
        if (dot == std::string::npos || place == places.end()) {
            return fail("the tensor belongs to no part of a sequence classifier that can be read", path);
        }
        const std::string parameter = "heads." + head + "." + place->second + path.substr(dot);
        keys[parameter] = std::string(kPrefix) + path;
        if (auto copied = copy(parameter, keys[parameter]); !copied) {
            return copied;
        }
    }
    return {};
}

} // namespace

bool isPeftFolder(const std::filesystem::path& folder) {
    const auto text = readTextFile(folder / kConfigFile);
    if (!text) {
        return false;
    }
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
    return json.is_object() && json.contains("peft_type");
}

Result<PeftAdapter> loadPeft(AdapterModel& model, const std::filesystem::path& folder,
                             const std::string& name, const std::string& head) try {
    const auto options = readOptions(folder / kConfigFile);
    if (!options) {
        return fail(options.error());
    }
    const bool isSafe = std::filesystem::exists(folder / "adapter_model.safetensors");
    const auto file =
        WeightsFile::open(folder / (isSafe ? "adapter_model.safetensors" : "adapter_model.bin"));
    if (!file) {
        return fail(file.error());
    }
    PeftReader reader(model, *options, *file, name);
    if (auto scanned = reader.scan(); !scanned) {
        return fail(scanned.error());
    }
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (auto added = model.addAdapter(name, reader.config(), generator); !added) {
        return fail(added.error());
    }
    PeftAdapter loaded;
    const bool hasHead = std::ranges::any_of(file->tensors(), [](const WeightsTensor& tensor) {
        return tensor.name == std::string(kPrefix) + "classifier.weight";
    });
    auto filled = reader.fill();
    if (filled && hasHead) {
        filled = reader.addHead(head);
        loaded.head = head;
    }
    if (!filled) {
        model.removeAdapter(name);
        model.removeHead(head);
        return fail(filled.error());
    }
    loaded.keys = std::move(reader.keys);
    return loaded;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
}

} // namespace awb
