#include "models/adapter_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

namespace awb {

namespace {

/// One adapter of the sum: its tensors in the order of declaration, equal for equal configurations.
struct Summand {
    std::vector<NamedTensor> tensors;
    double weight = 1;
    double scaling = 1; ///< LoRA's alpha / r
};

double loraScaling(const AdapterConfig& config) {
    const MethodConfig& part = config.parts.front();
    return part.method == "lora"
               ? part.options.number("alpha") / static_cast<double>(part.options.integer("r"))
               : 1.0;
}

Result<void> sumTensors(const std::vector<Summand>& summands, const std::vector<TensorSpec>& specs,
                        const std::vector<NamedTensor>& target, bool negateB) {
    for (std::size_t i = 0; i < target.size(); ++i) {
        const bool isA = target[i].name.ends_with(".lora_A");
        if (!specs[i].isTrained) {
            for (const Summand& summand : summands) {
                if (!torch::equal(summand.tensors[i].tensor, summands.front().tensors[i].tensor)) {
                    return fail("the adapters have different frozen random tensors, so their trained vectors "
                                "mean different things",
                                summand.tensors[i].name, "Train them from one seed");
                }
            }
            target[i].tensor.copy_(summands.front().tensors[i].tensor);
            continue;
        }
        torch::Tensor sum = torch::zeros_like(target[i].tensor);
        for (const Summand& summand : summands) {
            sum.add_(summand.tensors[i].tensor, negateB && isA ? std::abs(summand.weight) : summand.weight);
        }
        target[i].tensor.copy_(sum);
    }
    return {};
}

/// Places of a low-rank pair in the list of tensors: the same in all adapters of equal sites.
struct LowRankPair {
    std::size_t a = 0;
    std::size_t b = 0;
};

std::vector<LowRankPair> pairsOf(const std::vector<NamedTensor>& tensors) {
    std::vector<LowRankPair> pairs;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (!tensors[i].name.ends_with("lora_A")) {
            continue;
        }
        const std::string b = tensors[i].name.substr(0, tensors[i].name.size() - 1) + "B";
        const auto found = std::ranges::find(tensors, b, &NamedTensor::name);
        pairs.push_back({i, static_cast<std::size_t>(found - tensors.begin())});
    }
    return pairs;
}

/// Exact: [A_1; A_2; ...] and [w_1 s_1/s B_1, w_2 s_2/s B_2, ...].
void concatenate(const std::vector<Summand>& summands, const LowRankPair& pair, double scaling,
                 const std::vector<NamedTensor>& target) {
    std::vector<torch::Tensor> as;
    std::vector<torch::Tensor> bs;
    for (const Summand& summand : summands) {
        as.push_back(summand.tensors[pair.a].tensor);
        bs.push_back(summand.tensors[pair.b].tensor * (summand.weight * summand.scaling / scaling));
    }
    target[pair.a].tensor.copy_(torch::cat(as, 0));
    target[pair.b].tensor.copy_(torch::cat(bs, 1));
}

/// A = the first rows of V^T, B = U S of the sum of the weights' changes.
Result<void> decompose(const std::vector<Summand>& summands, const LowRankPair& pair, double scaling,
                       const std::vector<NamedTensor>& target) {
    const torch::Tensor& a = target[pair.a].tensor;
    const torch::Tensor& b = target[pair.b].tensor;
    const std::int64_t rank = a.size(0);
    torch::Tensor delta = torch::zeros({b.size(0), a.size(1)}, torch::kFloat64);
    for (const Summand& summand : summands) {
        delta.add_(torch::matmul(summand.tensors[pair.b].tensor.to(torch::kFloat64),
                                 summand.tensors[pair.a].tensor.to(torch::kFloat64)),
                   summand.weight * summand.scaling / scaling);
    }
    if (rank > std::min(delta.size(0), delta.size(1))) {
        return fail("the rank " + std::to_string(rank) + " is above what the matrix has", target[pair.a].name,
                    "Choose at most " + std::to_string(std::min(delta.size(0), delta.size(1))));
    }
    const auto [u, s, vh] = torch::linalg_svd(delta, false);
    a.copy_(vh.narrow(0, 0, rank));
    b.copy_(u.narrow(1, 0, rank) * s.narrow(0, 0, rank));
    return {};
}

Result<void> combineLowRank(const std::vector<Summand>& summands, double scaling, bool exact,
                            const std::vector<NamedTensor>& target) {
    for (const LowRankPair& pair : pairsOf(target)) {
        if (exact) {
            concatenate(summands, pair, scaling, target);
        } else if (auto done = decompose(summands, pair, scaling, target); !done) {
            return done;
        }
    }
    return {};
}

} // namespace

Result<void> combineAdapters(AdapterModel& model, const std::vector<CombineTerm>& terms,
                             const CombineOptions& options, const std::string& newName) {
    std::vector<const AdapterConfig*> configs;
    std::vector<Summand> summands;
    for (const CombineTerm& term : terms) {
        const AdapterConfig* config = model.adapterConfig(term.adapter);
        if (config == nullptr) {
            return fail("the model has no adapter of this name", term.adapter);
        }
        configs.push_back(config);
        summands.push_back({model.adapterParameters(term.adapter), term.weight, loraScaling(*config)});
    }
    const Result<AdapterConfig> config = combinedConfig(configs, options);
    if (!config) {
        return fail(config.error());
    }
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (auto added = model.addAdapter(newName, *config, generator); !added) {
        return added;
    }
    const torch::NoGradGuard guard;
    const std::vector<NamedTensor> target = model.adapterParameters(newName);
    Result<void> done;
    if (options.method == CombineMethod::Linear || options.method == CombineMethod::LoraNegateB) {
        const auto specs = tensorsOf(*config, model.config(), newName);
        done = sumTensors(summands, *specs, target, options.method == CombineMethod::LoraNegateB);
    } else {
        done = combineLowRank(summands, loraScaling(*config),
                              options.method == CombineMethod::LoraConcatenate, target);
    }
    if (!done) {
        model.removeAdapter(newName);
    }
    return done;
}

} // namespace awb
