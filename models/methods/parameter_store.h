#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"
#include "models/config/method.h"
#include "models/layers/primitives.h"

namespace awb {

/// The tensors below one prefix, looked up by the rest of their names.
class TensorGroup {
public:
    TensorGroup(const std::map<std::string, torch::Tensor>& tensors, std::string prefix)
        : m_tensors(tensors)
        , m_prefix(std::move(prefix)) {}

    TensorGroup(const TensorGroup& outer, const std::string& more)
        : m_tensors(outer.m_tensors)
        , m_prefix(outer.m_prefix + more) {}

    /// Throws std::out_of_range where there is none: a method asks only for what it declared.
    const torch::Tensor& operator[](const std::string& name) const { return m_tensors.at(m_prefix + name); }
    /// Undefined where there is none.
    torch::Tensor find(const std::string& name) const;
    Linear linear(const std::string& name) const;

private:
    const std::map<std::string, torch::Tensor>& m_tensors;
    std::string m_prefix;
};

/// The tensors of one adapter, made from their declarations.
class ParameterStore {
public:
    /// The base's weight at a linear site, for initialisers that start from it.
    using BaseWeight = std::function<torch::Tensor(int layer, Site site)>;
    ParameterStore(std::vector<TensorSpec> specs, const BaseWeight& baseWeight, torch::Generator& generator);

    TensorGroup under(std::string prefix) const { return {m_byName, std::move(prefix)}; }
    /// Every tensor once, under its own name, in the order of declaration.
    std::vector<NamedTensor> all() const;
    const std::vector<TensorSpec>& specs() const { return m_specs; }
    const torch::Tensor& tensor(std::size_t spec) const { return m_byName.at(m_specs[spec].name); }

private:
    std::vector<TensorSpec> m_specs;
    std::map<std::string, torch::Tensor> m_byName; ///< aliases included
};

} // namespace awb
