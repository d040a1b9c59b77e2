#include "models/methods/parameter_store.h"

#include <cmath>

#include <torch/types.h>

namespace awb {

namespace {

void fillXavierNormal(const torch::Tensor& tensor, torch::Generator& generator) {
    // Each slice is a matrix of its own, in x out.
    const double width = static_cast<double>(tensor.size(-1) + tensor.size(-2));
    fillNormal(tensor, std::sqrt(2.0 / width), generator);
}

/// Orthonormal rows: the Q of a random matrix, with the signs that make it uniformly distributed.
void fillOrthonormal(const torch::Tensor& tensor, torch::Generator& generator) {
    const torch::NoGradGuard guard;
    torch::Tensor random = torch::empty({tensor.size(1), tensor.size(0)});
    random.normal_(0.0, 1.0, generator);
    const auto [q, r] = torch::linalg_qr(random);
    tensor.copy_((q * torch::sign(torch::diagonal(r))).t());
}

void fill(const torch::Tensor& tensor, const TensorSpec& spec, const ParameterStore::BaseWeight& baseWeight,
          torch::Generator& generator) {
    using Kind = Initialiser::Kind;
    const torch::NoGradGuard guard;
    switch (spec.init.kind) {
    case Kind::Constant:
        fillConstant(tensor, spec.init.value);
        break;
    case Kind::Normal:
        fillNormal(tensor, spec.init.value, generator);
        break;
    case Kind::TruncatedNormal:
        fillTruncatedNormal(tensor, spec.init.value, 2 * spec.init.value, generator);
        break;
    case Kind::Uniform:
        tensor.uniform_(-spec.init.value, spec.init.value, generator);
        break;
    case Kind::KaimingUniform:
        fillKaimingUniform(tensor, generator);
        break;
    case Kind::XavierNormal:
        fillXavierNormal(tensor, generator);
        break;
    case Kind::Orthonormal:
        fillOrthonormal(tensor, generator);
        break;
    case Kind::BaseRowNorms:
        tensor.copy_(baseWeight(spec.layer, spec.site).norm(2, 1, true));
        break;
    }
}

} // namespace

torch::Tensor TensorGroup::find(const std::string& name) const {
    const auto found = m_tensors.find(m_prefix + name);
    return found == m_tensors.end() ? torch::Tensor() : found->second;
}

Linear TensorGroup::linear(const std::string& name) const {
    return {(*this)[name + "weight"], find(name + "bias")};
}

ParameterStore::ParameterStore(std::vector<TensorSpec> specs, const BaseWeight& baseWeight,
                               torch::Generator& generator)
    : m_specs(std::move(specs)) {
    for (const TensorSpec& spec : m_specs) {
        const torch::Tensor tensor = torch::empty(spec.shape);
        fill(tensor, spec, baseWeight, generator);
        m_byName[spec.name] = tensor;
        for (const std::string& alias : spec.aliases) {
            m_byName[alias] = tensor;
        }
    }
}

std::vector<NamedTensor> ParameterStore::all() const {
    std::vector<NamedTensor> named;
    named.reserve(m_specs.size());
    for (const TensorSpec& spec : m_specs) {
        named.push_back({spec.name, m_byName.at(spec.name)});
    }
    return named;
}

} // namespace awb
