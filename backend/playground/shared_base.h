#pragma once

#include <filesystem>
#include <memory>

#include "backend/playground/lru_cache.h"
#include "backend/text/tokenizer.h"
#include "models/adapter_model.h"

namespace awb {

/// A base model that several runs put their adapters, fusions and heads into.
struct SharedBase {
    std::filesystem::path folder;
    AdapterModel model;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::string hash;       ///< as `baseHash` gives it
    std::int64_t bytes = 0; ///< of all parameters
};

/// The bases that were used last, each in memory once. A base lives as long as a run is in it.
class BasePool {
public:
    /// Errors: as for loading a model and its tokenizer.
    Result<std::shared_ptr<SharedBase>> get(const std::filesystem::path& folder);

private:
    LruCache<std::filesystem::path, std::shared_ptr<SharedBase>> m_bases{4};
};

/// Bytes of some parameters.
std::int64_t bytesOf(const std::vector<NamedTensor>& parameters);

} // namespace awb
