#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "models/adapter_model_impl.h"

namespace awb {

namespace {

constexpr double kRegularization = 0.01;

void setGradient(const torch::Tensor& tensor, bool trained) {
    tensor.requires_grad_(trained);
    if (!trained) {
        tensor.mutable_grad().reset();
    }
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void append(std::vector<NamedTensor>& into, const std::vector<NamedTensor>& more) {
    into.insert(into.end(), more.begin(), more.end());
}

} // namespace

void AdapterModel::setTrainable(const Trainable& who) {
    for (const NamedTensor& parameter : baseParameters()) {
        setGradient(parameter.tensor, who.base);
    }
    for (const auto& [name, adapter] : m_impl->sites.adapters) {
        const ParameterStore& store = adapter.parameters();
        for (std::size_t i = 0; i < store.specs().size(); ++i) {
            setGradient(store.tensor(i), store.specs()[i].isTrained && contains(who.adapters, name));
        }
    }
    for (const std::string& name : fusionNames()) {
        for (const NamedTensor& parameter : fusionParameters(name)) {
            setGradient(parameter.tensor, contains(who.fusions, name));
        }
    }
    for (const auto& [name, head] : m_impl->heads) {
        for (const NamedTensor& parameter : head.parameters()) {
            setGradient(parameter.tensor, who.heads);
        }
    }
}

torch::Tensor AdapterModel::fusionRegularization() const {
    torch::Tensor sum;
    for (const auto& [name, fusion] : m_impl->sites.fusions) {
        for (const auto& [place, layer] : fusion.layers) {
            const torch::Tensor& value = layer.valueWeight();
            if (!fusion.config.regularization || !value.defined() || !value.requires_grad()) {
                continue;
            }
            const torch::Tensor part = (torch::eye(value.size(0)) - value).square().sum();
            sum = sum.defined() ? sum + part : part;
        }
    }
    return sum.defined() ? sum * kRegularization : sum;
}

double AdapterModel::fusionTemperature(const std::string& fusion) const {
    const auto& layers = m_impl->sites.fusions.at(fusion).layers;
    return layers.empty() ? 1.0 : layers.rbegin()->second.temperature();
}

void AdapterModel::setFusionTemperature(const std::string& fusion, double temperature) {
    for (auto& [place, layer] : m_impl->sites.fusions.at(fusion).layers) {
        layer.setTemperature(temperature);
    }
}

std::vector<NamedTensor> AdapterModel::baseParameters() const {
    return m_impl->encoder->parameters();
}

std::vector<NamedTensor> AdapterModel::adapterParameters(const std::string& name) const {
    const Adapter* found = m_impl->sites.find(name);
    return found == nullptr ? std::vector<NamedTensor>() : found->parameters().all();
}

std::vector<NamedTensor> AdapterModel::adapterFileTensors(const std::string& name) const {
    std::vector<NamedTensor> all = adapterParameters(name);
    if (const Adapter* found = m_impl->sites.find(name)) {
        const ParameterStore& store = found->parameters();
        for (std::size_t i = 0; i < store.specs().size(); ++i) {
            for (const std::string& alias : store.specs()[i].aliases) {
                all.push_back({alias, store.tensor(i)});
            }
        }
    }
    return all;
}

std::vector<NamedTensor> AdapterModel::fusionParameters(const std::string& name) const {
    std::vector<NamedTensor> all;
    const auto found = m_impl->sites.fusions.find(name);
    if (found == m_impl->sites.fusions.end()) {
        return all;
    }
    for (const auto& [place, layer] : found->second.layers) {
        layer.collect(joinPrefix(m_impl->config.family, place.first, place.second) + "adapter_fusion_layer." +
                          name + ".",
                      all);
    }
    return all;
}

std::vector<NamedTensor> AdapterModel::headParameters(const std::string& name) const {
    const auto found = m_impl->heads.find(name);
    return found == m_impl->heads.end() ? std::vector<NamedTensor>() : found->second.parameters();
}

std::vector<NamedTensor> AdapterModel::headFileTensors(const std::string& name) const {
    std::vector<NamedTensor> all = headParameters(name);
    const auto found = m_impl->heads.find(name);
    if (found != m_impl->heads.end()) {
        if (const std::string tied = found->second.tiedWeightName(); !tied.empty()) {
            all.push_back({tied, wordEmbeddings()});
        }
    }
    return all;
}

std::vector<NamedTensor> AdapterModel::trainableParameters() const {
    std::vector<NamedTensor> all = baseParameters();
    for (const auto& [name, adapter] : m_impl->sites.adapters) {
        append(all, adapter.parameters().all());
    }
    for (const std::string& name : fusionNames()) {
        append(all, fusionParameters(name));
    }
    for (const auto& [name, head] : m_impl->heads) {
        append(all, head.parameters());
    }
    std::erase_if(all, [](const NamedTensor& parameter) { return !parameter.tensor.requires_grad(); });
    return all;
}

AdapterModel::ModuleTensors AdapterModel::moduleTensors(const std::string& adapter, int layer,
                                                        Site site) const {
    ModuleTensors tensors;
    const Adapter* found = m_impl->sites.find(adapter);
    if (found == nullptr) {
        return tensors;
    }
    if (isBottleneckSite(site)) {
        const BlockPart part = isAttentionSite(site) ? BlockPart::Attention : BlockPart::FeedForward;
        const BottleneckModule* module = found->joinAt(layer, part);
        if (module != nullptr && bottleneckSite(module->config(), part) == site) {
            tensors.down = module->downTensors();
            tensors.up = module->upTensors();
        }
    }
    const ParameterStore& store = found->parameters();
    for (std::size_t i = 0; i < store.specs().size(); ++i) {
        const TensorSpec& spec = store.specs()[i];
        if (spec.layer != layer || spec.site != site || !spec.isTrained) {
            continue;
        }
        tensors.all.push_back(store.tensor(i));
        if (spec.name.ends_with(".lora_A")) {
            tensors.down.push_back(store.tensor(i));
        } else if (spec.name.ends_with(".lora_B")) {
            tensors.up.push_back(store.tensor(i));
        }
    }
    return tensors;
}

Linear* AdapterModel::Impl::linearAt(int layer, Site site) {
    return const_cast<Linear*>(encoder->linearAt(layer, site));
}

Result<void> AdapterModel::merge(const std::string& adapter) {
    const Adapter* found = m_impl->sites.find(adapter);
    if (found == nullptr) {
        return fail("the model has no adapter of this name", adapter);
    }
    if (!m_impl->sites.merged.empty()) {
        return fail("the adapter `" + m_impl->sites.merged + "` is merged already", adapter,
                    "Unmerge it first");
    }
    const torch::NoGradGuard guard;
    std::vector<std::pair<torch::Tensor, torch::Tensor>> changes;
    for (const auto& [place, module] : found->modules().linears) {
        Linear* map = m_impl->linearAt(place.first, place.second);
        const Linear merged = module->merged(*map);
        if (!merged.weight.defined()) {
            return fail("a gated low-rank pair can't be merged: its strength differs from text to text",
                        adapter, "Train it without use_gating");
        }
        changes.emplace_back(map->weight, merged.weight.clone());
        if (map->bias.defined()) {
            changes.emplace_back(map->bias, merged.bias.clone());
        }
    }
    if (changes.empty()) {
        return fail("the adapter has no module at a linear map, so there is nothing to merge", adapter);
    }
    for (auto& [tensor, values] : changes) {
        m_impl->unmerged.emplace_back(tensor, tensor.clone());
        tensor.copy_(values);
    }
    m_impl->sites.merged = adapter;
    return {};
}

void AdapterModel::unmerge() {
    const torch::NoGradGuard guard;
    for (auto& [tensor, values] : m_impl->unmerged) {
        tensor.copy_(values);
    }
    m_impl->unmerged.clear();
    m_impl->sites.merged.clear();
}

} // namespace awb
