#include <algorithm>
#include <array>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr const char* kAdapterConfig = "adapter_config.json";
constexpr const char* kHeadConfig = "head_config.json";

/// The common part of adapter_config.json and head_config.json, checked against the model.
struct FolderConfig {
    nlohmann::json config;
    std::string name;
    bool isVersion1 = false;
};

Result<FolderConfig> readFolderConfig(const std::filesystem::path& file, const ModelConfig& model) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<nlohmann::json> json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object()) {
        return fail("the file must hold a JSON object", file.string());
    }
    if (json->contains("peft_type")) {
        return fail("this is a folder of the PEFT library, which this version can't read", file.string(),
                    "Use a folder that AdapterHub's library or this program saved");
    }
    JsonFields fields(*json, "");
    FolderConfig read;
    read.name = fields.requiredString("name");
    read.isVersion1 = !json->contains("version");
    const std::string modelType = fields.string("model_type", model.modelType);
    const std::int64_t hiddenSize = fields.integer("hidden_size", model.hiddenSize);
    if (const nlohmann::json* config = fields.raw("config")) {
        read.config = *config;
    }
    if (const auto error = fields.finish(false)) {
        return fail(error->what, file.string() + error->where, error->advice);
    }
    if (modelType != model.modelType) {
        return fail("it was made for a model of type " + modelType + ", this one is " + model.modelType,
                    file.string(), "Choose a base model of that type");
    }
    if (hiddenSize != model.hiddenSize) {
        return fail("it was made for hidden size " + std::to_string(hiddenSize) + ", this model has " +
                        std::to_string(model.hiddenSize),
                    file.string(), "Choose the base model that it was trained on");
    }
    if (!read.config.is_object() && !read.config.is_string()) {
        return fail("the key `config` is missing", file.string(),
                    "It holds the options of the adapter or head");
    }
    return read;
}

/// Options from an object, or from a preset's name, which the public library allows too.
Result<AdapterHubConfig> readBottleneck(const FolderConfig& folder, const std::filesystem::path& file) {
    if (folder.config.is_string()) {
        const Preset* preset = findPreset(folder.config.get<std::string>());
        if (preset == nullptr) {
            return fail("the configuration \"" + folder.config.get<std::string>() + "\" is not known",
                        file.string() + "/config");
        }
        return AdapterHubConfig{preset->config, {}};
    }
    Result<AdapterHubConfig> read = bottleneckFromAdapterHub(folder.config, folder.isVersion1);
    if (!read) {
        return fail(read.error().what, file.string() + read.error().where, read.error().advice);
    }
    return read;
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Names in an adapter's file against names in the model.
class AdapterNames {
public:
    AdapterNames(std::string oldName, std::string newName, const BottleneckConfig& config,
                 const WeightsFile& file)
        : m_old("adapters." + std::move(oldName) + ".")
        , m_new("adapters." + std::move(newName) + ".")
        , m_lnBefore(config.lnBefore)
        , m_file(file) {}

    std::string operator()(std::string_view inFile) const {
        std::string name(inFile);
        // Version 1 kept task and language adapters apart.
        for (const char* legacy : {"attention_text_task_adapters.", "attention_text_lang_adapters.",
                                   "layer_text_task_adapters.", "layer_text_lang_adapters."}) {
            replaceAll(name, legacy, "adapters.");
        }
        if (name.starts_with("encoder.")) {
            name.insert(0, "bert.");
        }
        if (const std::size_t at = name.find("." + m_old); at != std::string::npos) {
            name.replace(at + 1, m_old.size(), m_new);
        }
        if (m_lnBefore) {
            return withoutDuplicate(std::move(name), inFile);
        }
        return name;
    }

private:
    /// The LayerNorm in front is in the file twice, also as the first module of the down sequence.
    std::string withoutDuplicate(std::string name, std::string_view inFile) const {
        constexpr std::string_view kDuplicate = ".adapter_down.0.";
        constexpr std::string_view kOwn = ".adapter_norm_before.";
        const std::size_t at = name.find(kDuplicate);
        if (at == std::string::npos) {
            return name;
        }
        std::string own(inFile);
        own.replace(own.find(kDuplicate), kDuplicate.size(), kOwn);
        if (m_file.find(own) != nullptr) {
            return {};
        }
        return name.replace(at, kDuplicate.size(), kOwn);
    }

    std::string m_old;
    std::string m_new;
    bool m_lnBefore;
    const WeightsFile& m_file;
};

torch::Generator scratchGenerator() {
    return at::detail::createCPUGenerator(0);
}

} // namespace

Result<std::vector<std::string>> loadAdapter(AdapterModel& model, const std::filesystem::path& folder,
                                             const std::string& name) try {
    const std::filesystem::path configFile = folder / kAdapterConfig;
    const Result<FolderConfig> read = readFolderConfig(configFile, model.config());
    if (!read) {
        return fail(read.error());
    }
    const Result<AdapterHubConfig> options = readBottleneck(*read, configFile);
    if (!options) {
        return fail(options.error());
    }
    const Result<WeightsFile> file = openWeights(folder, WeightsKind::Adapter);
    if (!file) {
        return fail(file.error());
    }
    const std::string newName = name.empty() ? read->name : name;
    torch::Generator generator = scratchGenerator();
    if (const Result<void> added = model.addAdapter(newName, options->config, generator); !added) {
        return fail(added.error().what, configFile.string(), added.error().advice);
    }
    const Result<FillReport> report = fillParameters(
        model.adapterParameters(newName), *file, AdapterNames(read->name, newName, options->config, *file));
    if (!report || !report->complete()) {
        model.removeAdapter(newName);
        const std::filesystem::path& weights = file->path();
        return report ? fail(incompleteError(*report, weights,
                                             "Check that its base model and options are these"))
                      : fail(report.error().what, weights.string() + ": " + report.error().where,
                             report.error().advice);
    }
    std::vector<std::string> remarks;
    for (const std::string& key : options->unknownKeys) {
        remarks.push_back("The option `" + key + "` of " + configFile.string() +
                          " is not known and has no effect");
    }
    if (!report->unexpected.empty()) {
        remarks.push_back("Not part of the adapter and left out: " + listNames(report->unexpected));
    }
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
}

Result<std::vector<std::string>> loadHead(AdapterModel& model, const std::filesystem::path& folder,
                                          const std::string& name) try {
    const std::filesystem::path configFile = folder / kHeadConfig;
    const Result<FolderConfig> read = readFolderConfig(configFile, model.config());
    if (!read) {
        return fail(read.error());
    }
    const std::string newName = name.empty() ? read->name : name;
    const Result<HeadConfig> head = headFromAdapterHub(read->config, newName);
    if (!head) {
        return fail(head.error().what, configFile.string() + head.error().where, head.error().advice);
    }
    const Result<WeightsFile> file = openWeights(folder, WeightsKind::Head);
    if (!file) {
        return fail(file.error());
    }
    torch::Generator generator = scratchGenerator();
    if (const Result<void> added = model.addHead(*head, generator); !added) {
        return fail(added.error().what, configFile.string(), added.error().advice);
    }
    const std::string oldPrefix = "heads." + read->name + ".";
    const Result<FillReport> report =
        fillParameters(model.headParameters(newName), *file, [&](std::string_view inFile) {
            return inFile.starts_with(oldPrefix)
                       ? "heads." + newName + "." + std::string(inFile.substr(oldPrefix.size()))
                       : std::string(inFile);
        });
    if (!report || !report->complete()) {
        model.removeHead(newName);
        const std::filesystem::path& weights = file->path();
        return report ? fail(incompleteError(*report, weights,
                                             "Check that its options and weights belong together"))
                      : fail(report.error().what, weights.string() + ": " + report.error().where,
                             report.error().advice);
    }
    std::vector<std::string> remarks;
    if (!report->unexpected.empty()) {
        remarks.push_back("Not part of the head and left out: " + listNames(report->unexpected));
    }
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
}

} // namespace awb
