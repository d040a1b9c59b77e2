#include <algorithm>
#include <map>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"

namespace awb {

namespace {

// The generation of the public library whose options and names the files use.
constexpr const char* kLegacyVersion = "3.2.1";
constexpr const char* kNewVersion = "adapters.1.0.0";

/// True where a module with a zero up-projection leaves its site as if there were none.
bool canBeIdentity(const BottleneckConfig& config) {
    if (config.isParallel) {
        return config.originalLnAfter;
    }
    return config.originalLnAfter && config.residualBeforeLn == ResidualMode::BeforeLn &&
           !(config.lnAfter && config.adapterResidualBeforeLn);
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

/// The file's tensors: those of the model, identities where the exported configuration has more modules, and
/// the LayerNorm in front a second time, as the public library writes it.
Result<std::vector<NamedTensor>> exportedTensors(const AdapterModel& model, const std::string& name,
                                                 const BottleneckConfig& exported) {
    std::map<std::string, torch::Tensor> own;
    for (const NamedTensor& parameter : model.adapterParameters(name)) {
        own[parameter.name] = parameter.tensor;
    }
    AdapterModel scratch(model.config(), false);
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (const Result<void> added = scratch.addAdapter(name, exported, generator); !added) {
        return fail(added.error());
    }
    std::vector<NamedTensor> tensors;
    for (const NamedTensor& parameter : scratch.adapterParameters(name)) {
        const auto found = own.find(parameter.name);
        const bool isUp = parameter.name.find(".adapter_up.") != std::string::npos;
        tensors.push_back({parameter.name, found != own.end() ? found->second
                                           : isUp             ? torch::zeros_like(parameter.tensor)
                                                              : parameter.tensor});
    }
    constexpr std::string_view kOwnNorm = ".adapter_norm_before.";
    for (std::size_t i = 0, count = tensors.size(); i < count; ++i) {
        std::string duplicate = tensors[i].name;
        if (const std::size_t at = duplicate.find(kOwnNorm); at != std::string::npos) {
            tensors.push_back(
                {duplicate.replace(at, kOwnNorm.size(), ".adapter_down.0."), tensors[i].tensor});
        }
    }
    return tensors;
}

Result<void> writeConfig(const std::filesystem::path& file, const nlohmann::json& config,
                         const ModelConfig& model, const std::string& name, const std::string& modelName,
                         const char* version) {
    const nlohmann::json json{
        {"config", config},
        {"hidden_size", model.hiddenSize},
        {"model_class", "BertAdapterModel"},
        {"model_name", modelName.empty() ? nlohmann::json(nullptr) : nlohmann::json(modelName)},
        {"model_type", model.modelType},
        {"name", name},
        {"version", version},
    };
    return writeFileAtomically(file,
                               json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<void> createFolder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) {
        return fail("the folder can't be created: " + code.message(), folder.string());
    }
    return {};
}

bool needsNewLibrary(const BottleneckConfig& config) {
    return config.dropout != 0.0 || config.residualBeforeLn == ResidualMode::PostAdd ||
           config.scaling.kind == Scaling::Kind::Channel || config.initWeights == "houlsby";
}

} // namespace

Result<void> saveAdapter(const AdapterModel& model, const std::string& name,
                         const std::filesystem::path& folder, const std::string& modelName) {
    const BottleneckConfig* config = model.adapterConfig(name);
    if (config == nullptr) {
        return fail("the model has no adapter of this name", name);
    }
    const Result<BottleneckConfig> exported = exportedConfig(*config, model.config().numLayers);
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
    if (const Result<void> saved = saveTensors(*tensors, folder / "adapter.safetensors"); !saved) {
        return saved;
    }
    return writeConfig(folder / "adapter_config.json", toAdapterHubJson(*exported), model.config(), name,
                       modelName, needsNewLibrary(*exported) ? kNewVersion : kLegacyVersion);
}

Result<void> saveHead(const AdapterModel& model, const std::string& name, const std::filesystem::path& folder,
                      const std::string& modelName) {
    const HeadConfig* config = model.headConfig(name);
    if (config == nullptr) {
        return fail("the model has no head of this name", name);
    }
    if (const Result<void> created = createFolder(folder); !created) {
        return created;
    }
    if (const Result<void> saved = saveTensors(model.headParameters(name), folder / "model_head.safetensors");
        !saved) {
        return saved;
    }
    return writeConfig(folder / "head_config.json", toAdapterHubJson(*config, model.config().hiddenSize, model.config().vocabSize),
                       model.config(), name, modelName, kLegacyVersion);
}

} // namespace awb
