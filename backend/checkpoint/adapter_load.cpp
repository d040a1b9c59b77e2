#include <algorithm>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "backend/checkpoint/adapter_names.h"
#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/folder_config.h"
#include "backend/checkpoint/tensor_io.h"

namespace awb {

namespace {

constexpr const char* kSharedWeights = "shared_parameters.safetensors";

torch::Generator scratchGenerator() {
    return at::detail::createCPUGenerator(0);
}

struct ReadOptions {
    FolderConfig folder;
    AdapterConfig config;
    std::vector<std::string> remarks;
};

/// Version 1 of task adapters may name an invertible part that was never saved.
void dropMissingInvertible(ReadOptions& read, const WeightsFile& file) {
    BottleneckConfig* bottleneck = read.config.bottleneck();
    if (bottleneck == nullptr || bottleneck->invertible == InvertibleKind::None) {
        return;
    }
    const auto& tensors = file.tensors();
    const bool isThere = std::any_of(tensors.begin(), tensors.end(), [](const WeightsTensor& tensor) {
        return tensor.name.find("invertible_") != std::string::npos;
    });
    if (!isThere) {
        bottleneck->invertible = InvertibleKind::None;
        read.remarks.push_back("The configuration names an invertible adapter, but the file has none: it is "
                               "left out");
    }
}

/// Files of versions that never applied alpha / r are read as what they computed.
void neutraliseAlpha(ReadOptions& read) {
    if (!read.folder.ignoresLoraAlpha()) {
        return;
    }
    for (MethodConfig& part : read.config.parts) {
        if (part.method == "lora" &&
            part.options.number("alpha") != static_cast<double>(part.options.integer("r"))) {
            read.remarks.push_back(
                "alpha " + std::to_string(part.options.number("alpha")) +
                " is read as the rank: AdapterHub's library before 1.1.0 did not apply it");
            part.options.set("alpha", static_cast<double>(part.options.integer("r")));
        }
    }
}

Result<ReadOptions> readAdapterOptions(const std::filesystem::path& file, const ModelConfig& model) {
    auto folder = readFolderConfig(file, model);
    if (!folder) {
        return fail(folder.error());
    }
    auto options = adapterFromAdapterHub(folder->config, folder->isVersion1);
    if (!options) {
        return fail(options.error().what, file.string() + options.error().where, options.error().advice);
    }
    ReadOptions read{std::move(*folder), std::move(options->config), {}};
    for (const std::string& key : options->unknownKeys) {
        read.remarks.push_back("The option `" + key + "` of " + file.string() +
                               " is not known and has no effect");
    }
    neutraliseAlpha(read);
    return read;
}

/// Fills the parameters from the adapter's file and, where it lacks them, what all layers share from a file
/// beside it. The legacy library never saves the latter.
Result<FillReport> fillAdapter(const AdapterModel& model, const std::string& name, const FolderConfig& folder,
                               const std::filesystem::path& path, const WeightsFile& file) {
    const auto specs = tensorsOf(*model.adapterConfig(name), model.config(), name);
    const std::filesystem::path sharedPath = path / kSharedWeights;
    std::vector<NamedTensor> own;
    std::vector<NamedTensor> shared;
    const bool isSplit = std::filesystem::exists(sharedPath);
    for (const NamedTensor& parameter : model.adapterParameters(name)) {
        const bool isShared = parameter.name.find(".shared_parameters.") != std::string::npos;
        (isSplit && isShared ? shared : own).push_back(parameter);
    }
    auto report =
        fillParameters(own, file, AdapterNames(model.config().family, folder.name, name, *specs, file));
    if (!report || !report->complete() || shared.empty()) {
        return report;
    }
    const auto sharedFile = WeightsFile::open(sharedPath);
    if (!sharedFile) {
        return fail(sharedFile.error());
    }
    return fillParameters(shared, *sharedFile,
                          AdapterNames(model.config().family, folder.name, name, *specs, *sharedFile));
}

Error adapterError(const Result<FillReport>& report, const std::filesystem::path& weights) {
    if (!report) {
        return {report.error().what, weights.string() + ": " + report.error().where, report.error().advice};
    }
    const bool lacksRule = std::any_of(report->missing.begin(), report->missing.end(), [](const auto& name) {
        return name.find(".shared_parameters.") != std::string::npos;
    });
    return incompleteError(*report, weights,
                           lacksRule ? "AdapterHub's legacy library does not save what the layers of a "
                                       "Compacter share, so this file can't be restored; save it with the "
                                       "library since 2023"
                                     : "Check that its base model and options are these");
}

} // namespace

Result<std::vector<std::string>> loadAdapter(AdapterModel& model, const std::filesystem::path& folder,
                                             const std::string& name) try {
    const std::filesystem::path configFile = folder / kAdapterConfigFile;
    auto read = readAdapterOptions(configFile, model.config());
    if (!read) {
        return fail(read.error());
    }
    const Result<WeightsFile> file = openWeights(folder, WeightsKind::Adapter);
    if (!file) {
        return fail(file.error());
    }
    dropMissingInvertible(*read, *file);
    const std::string newName = name.empty() ? read->folder.name : name;
    torch::Generator generator = scratchGenerator();
    if (const Result<void> added = model.addAdapter(newName, read->config, generator); !added) {
        return fail(added.error().what, configFile.string(), added.error().advice);
    }
    const Result<FillReport> report = fillAdapter(model, newName, read->folder, folder, *file);
    if (!report || !report->complete()) {
        model.removeAdapter(newName);
        return fail(adapterError(report, file->path()));
    }
    if (!report->unexpected.empty()) {
        read->remarks.push_back("Not part of the adapter and left out: " + listNames(report->unexpected));
    }
    return std::move(read->remarks);
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
}

Result<std::vector<std::string>> loadFusion(AdapterModel& model, const std::filesystem::path& folder,
                                            const std::vector<std::string>& adapters) try {
    const std::filesystem::path configFile = folder / kFusionConfigFile;
    const Result<FolderConfig> read = readFolderConfig(configFile, model.config());
    if (!read) {
        return fail(read.error());
    }
    const Result<FusionConfig> config = fusionFromAdapterHub(read->config, configFile.string() + "/config");
    if (!config) {
        return fail(config.error());
    }
    const Result<WeightsFile> file = openWeights(folder, WeightsKind::Fusion);
    if (!file) {
        return fail(file.error());
    }
    torch::Generator generator = scratchGenerator();
    if (const Result<void> added = model.addFusion(adapters, *config, generator); !added) {
        return fail(added.error().what, configFile.string() + ": " + added.error().where,
                    added.error().advice);
    }
    std::string name;
    for (const std::string& adapter : adapters) {
        name += (name.empty() ? "" : ",") + adapter;
    }
    const Result<FillReport> report =
        fillParameters(model.fusionParameters(name), *file,
                       AdapterNames(model.config().family, read->name, name, {}, *file));
    if (!report || !report->complete()) {
        model.removeFusion(name);
        return fail(adapterError(report, file->path()));
    }
    std::vector<std::string> remarks;
    if (!report->unexpected.empty()) {
        remarks.push_back("Not part of the fusion and left out: " + listNames(report->unexpected));
    }
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
}

Result<std::vector<std::string>> loadHead(AdapterModel& model, const std::filesystem::path& folder,
                                          const std::string& name) try {
    const std::filesystem::path configFile = folder / kHeadConfigFile;
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
    // A language model's file holds a copy of the embeddings that it shares with the base.
    std::vector<std::string> copies;
    for (const NamedTensor& tensor : model.headFileTensors(newName)) {
        copies.push_back(tensor.name);
    }
    for (const NamedTensor& tensor : model.headParameters(newName)) {
        std::erase(copies, tensor.name);
    }
    const std::string oldPrefix = "heads." + read->name + ".";
    const Result<FillReport> report =
        fillParameters(model.headParameters(newName), *file, [&](std::string_view inFile) {
            std::string translated =
                inFile.starts_with(oldPrefix)
                    ? "heads." + newName + "." + std::string(inFile.substr(oldPrefix.size()))
                    : std::string(inFile);
            const bool isCopy = std::find(copies.begin(), copies.end(), translated) != copies.end();
            return isCopy ? std::string() : translated;
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
