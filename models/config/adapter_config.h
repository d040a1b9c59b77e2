#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/method.h"

namespace awb {

/// What one adapter name stands for: one method, or a union of several with at most one module a site
/// (AdapterHub's ConfigUnion).
struct AdapterConfig {
    std::vector<MethodConfig> parts{MethodConfig{}};

    static AdapterConfig of(BottleneckConfig bottleneck);
    static AdapterConfig of(MethodConfig method);

    bool isUnion() const { return parts.size() > 1; }
    /// The first bottleneck part; null where there is none.
    const BottleneckConfig* bottleneck() const;
    BottleneckConfig* bottleneck();

    bool operator==(const AdapterConfig&) const = default;
};

/// Every module of an adapter with its size and parameters, from the lowest layer up; what serves all layers
/// comes first, with layer kNoLayer. Errors: impossible sizes, two parts at one site.
Result<std::vector<ModulePlace>> modulesOf(const AdapterConfig& config, const ModelConfig& model);

/// Every tensor of an adapter of this name. Errors as for `modulesOf`.
Result<std::vector<TensorSpec>> tensorsOf(const AdapterConfig& config, const ModelConfig& model,
                                          const std::string& adapter);

/// Number of trained parameters, from the shapes alone.
Result<std::int64_t> parameterCount(const AdapterConfig& config, const ModelConfig& model);

/// "LoRA", "Compacter", "prefix tuning + bottleneck": what the adapter is, for people.
std::string methodTitle(const AdapterConfig& config);

/// AdapterHub's `config` object and what could not be said in it.
nlohmann::json toAdapterHubJson(const AdapterConfig& config);
std::vector<std::string> notExpressibleInAdapterHub(const AdapterConfig& config);

struct AdapterHubAdapter {
    AdapterConfig config;
    std::vector<std::string> unknownKeys;
};
/// Reads AdapterHub's `config`: an object, or a string such as "pfeiffer[reduction_factor=12]" or
/// "prefix_tuning|parallel". `isVersion1`: translate v1's activation names.
Result<AdapterHubAdapter> adapterFromAdapterHub(const nlohmann::json& json, bool isVersion1);

/// Reads the options of one method from the experiment file's keys into `config`.
void readMethodOptions(JsonFields& fields, MethodConfig& config, bool isVersion1 = false);

} // namespace awb
