#include <algorithm>
#include <map>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/folder_config.h"
#include "backend/checkpoint/tensor_io.h"

namespace awb {

namespace {

// The generation of the public library whose options and names the files use.
constexpr const char* kLegacyVersion = "3.2.1";
constexpr const char* kNewVersion = "adapters.1.2.0";

/// True where a module with a zero up-projection leaves its site as if there were none.
bool canBeIdentity(const BottleneckConfig& config) {
    if (config.isParallel) {
        return config.originalLnAfter;
    }
    return config.originalLnAfter && config.residualBeforeLn == ResidualMode::BeforeLn &&
           !(config.lnAfter && config.adapterResidualBeforeLn) && !config.phm;
}

/// The configuration in AdapterHub's terms, which has one choice of sites for all layers: every site that
/// some layer uses. Modules that this adds are written as identities.
Result<BottleneckConfig> exportedConfig(const BottleneckConfig& config, int numLayers) {
    BottleneckConfig exported = config;
    exported.layerSites.clear();
    exported.mhAdapter = false;
    exported.outputAdapter = false;
    const auto uses = [&](int layer, bool attention) {
        return std::any_of(kBottleneckSites.begin(), kBottleneckSites.end(), [&](Site site) {
            return isAttentionSite(site) == attention && config.hasModule(layer, site);
        });
    };
    for (int layer = 0; layer < numLayers; ++layer) {
        exported.mhAdapter = exported.mhAdapter || uses(layer, true);
        exported.outputAdapter = exported.outputAdapter || uses(layer, false);
    }
    bool addsModules = false;
    for (int layer = 0; layer < numLayers; ++layer) {
        const bool attention = uses(layer, true);
        const bool feedForward = uses(layer, false);
        if (!attention && !feedForward) {
            exported.leaveOut.insert(layer);
        } else {
            addsModules =
                addsModules || attention != exported.mhAdapter || feedForward != exported.outputAdapter;
        }
    }
    if (addsModules && !canBeIdentity(config)) {
        return fail("AdapterHub's format can't hold this adapter: " +
                        listNames(notExpressibleInAdapterHub(config)),
                    {}, "Use the same sites in all layers, or leave whole layers out");
    }
    if (!exported.mhAdapter && !exported.outputAdapter) {
        exported.mhAdapter = config.mhAdapter;
        exported.outputAdapter = config.outputAdapter;
    }
    return exported;
}

Result<AdapterConfig> exportedConfig(const AdapterConfig& config, int numLayers) {
    AdapterConfig exported = config;
    for (MethodConfig& part : exported.parts) {
        if (!part.isBottleneck() || part.bottleneck.layerSites.empty()) {
            continue;
        }
        auto bottleneck = exportedConfig(part.bottleneck, numLayers);
        if (!bottleneck) {
            return fail(bottleneck.error());
        }
        part.bottleneck = std::move(*bottleneck);
    }
    return exported;
}

/// The file's tensors: those of the model under all their names, and identities where the exported
/// configuration has more modules.
Result<std::vector<NamedTensor>> exportedTensors(const AdapterModel& model, const std::string& name,
                                                 const AdapterConfig& exported) {
    if (exported == *model.adapterConfig(name)) {
        return model.adapterFileTensors(name);
    }
    std::map<std::string, torch::Tensor> own;
    for (const NamedTensor& tensor : model.adapterFileTensors(name)) {
        own[tensor.name] = tensor.tensor;
    }
    AdapterModel scratch(model.config(), false);
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (const Result<void> added = scratch.addAdapter(name, exported, generator); !added) {
        return fail(added.error());
    }
    std::vector<NamedTensor> tensors;
    for (const NamedTensor& tensor : scratch.adapterFileTensors(name)) {
        const auto found = own.find(tensor.name);
        const bool isUp = tensor.name.find(".adapter_up.") != std::string::npos;
        tensors.push_back({tensor.name, found != own.end() ? found->second
                                        : isUp             ? torch::zeros_like(tensor.tensor)
                                                           : tensor.tensor});
    }
    return tensors;
}

Result<void> createFolder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) {
        return fail("the folder can't be created: " + code.message(), folder.string());
    }
    return {};
}

/// Methods and options that the legacy library does not know.
bool needsNewLibrary(const AdapterConfig& config) {
    return std::any_of(config.parts.begin(), config.parts.end(), [](const MethodConfig& part) {
        const BottleneckConfig& bottleneck = part.bottleneck;
        if (!part.isBottleneck()) {
            return part.method != "lora" && part.method != "ia3" && part.method != "prefix_tuning";
        }
        return bottleneck.dropout != 0.0 || bottleneck.residualBeforeLn == ResidualMode::PostAdd ||
               bottleneck.scaling.kind == Scaling::Kind::Channel || bottleneck.initWeights == "houlsby" ||
               bottleneck.stochasticDepth != 0.0 || bottleneck.phm.has_value();
    });
}

/// The two names of a weights file.
struct WeightsNames {
    const char* safetensors;
    const char* pickle;
};
constexpr WeightsNames kAdapterWeights{"adapter.safetensors", "pytorch_adapter.bin"};
constexpr WeightsNames kFusionWeights{"model_adapter_fusion.safetensors", "pytorch_model_adapter_fusion.bin"};
constexpr WeightsNames kHeadWeights{"model_head.safetensors", "pytorch_model_head.bin"};

/// Writes the weights and takes away what the folder had in the other form.
Result<void> saveWeights(const std::vector<NamedTensor>& tensors, const std::filesystem::path& folder,
                         const WeightsNames& names, WeightsForm form) {
    const bool isPickle = form == WeightsForm::Pickle;
    if (auto saved = saveTensors(tensors, folder / (isPickle ? names.pickle : names.safetensors)); !saved) {
        return saved;
    }
    const std::filesystem::path other = folder / (isPickle ? names.safetensors : names.pickle);
    std::error_code code;
    std::filesystem::remove(other, code);
    if (code) {
        return fail("the older weights can't be removed: " + code.message(), other.string());
    }
    return {};
}

} // namespace

Result<void> saveAdapter(const AdapterModel& model, const std::string& name,
                         const std::filesystem::path& folder, const std::string& modelName,
                         WeightsForm form) {
    const AdapterConfig* config = model.adapterConfig(name);
    if (config == nullptr) {
        return fail("the model has no adapter of this name", name);
    }
    const Result<AdapterConfig> exported = exportedConfig(*config, model.config().numLayers);
    if (!exported) {
        return fail(exported.error().what, name, exported.error().advice);
    }
    if (const Result<void> created = createFolder(folder); !created) {
        return created;
    }
    const Result<std::vector<NamedTensor>> tensors = exportedTensors(model, name, *exported);
    if (!tensors) {
        return fail(tensors.error());
    }
    if (const Result<void> saved = saveWeights(*tensors, folder, kAdapterWeights, form); !saved) {
        return saved;
    }
    return writeFolderConfig(folder / kAdapterConfigFile, toAdapterHubJson(*exported), model.config(), name,
                             modelName, needsNewLibrary(*exported) ? kNewVersion : kLegacyVersion);
}

Result<void> saveFusion(const AdapterModel& model, const std::string& name,
                        const std::filesystem::path& folder, const std::string& modelName, WeightsForm form) {
    const FusionConfig* config = model.fusionConfig(name);
    if (config == nullptr) {
        return fail("the model has no fusion of this name", name);
    }
    if (const Result<void> created = createFolder(folder); !created) {
        return created;
    }
    if (const Result<void> saved = saveWeights(model.fusionParameters(name), folder, kFusionWeights, form);
        !saved) {
        return saved;
    }
    return writeFolderConfig(folder / kFusionConfigFile, toAdapterHubJson(*config), model.config(), name,
                             modelName, config->dropout >= 0 ? kNewVersion : kLegacyVersion);
}

Result<void> saveHead(const AdapterModel& model, const std::string& name, const std::filesystem::path& folder,
                      const std::string& modelName, WeightsForm form) {
    const HeadConfig* config = model.headConfig(name);
    if (config == nullptr) {
        return fail("the model has no head of this name", name);
    }
    if (const Result<void> created = createFolder(folder); !created) {
        return created;
    }
    if (const Result<void> saved = saveWeights(model.headFileTensors(name), folder, kHeadWeights, form);
        !saved) {
        return saved;
    }
    return writeFolderConfig(folder / kHeadConfigFile,
                             toAdapterHubJson(*config, model.config().hiddenSize, model.config().vocabSize),
                             model.config(), name, modelName, kLegacyVersion);
}

} // namespace awb
