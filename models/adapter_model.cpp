#include "models/adapter_model.h"

#include <algorithm>
#include <utility>

#include <torch/torch.h>

#include "models/adapters/adapter_sites.h"
#include "models/families/encoder.h"
#include "models/heads/prediction_head.h"

namespace awb {

struct AdapterModel::Impl {
    ModelConfig config;
    std::unique_ptr<Encoder> encoder;
    AdapterSites sites;
    std::map<std::string, PredictionHead> heads;
    std::string activeHead;

    std::string modulePrefix(const std::string& adapter, int layer, BlockPart part) const {
        return encoder->joinPrefix(layer, part) + "adapters." + adapter + ".";
    }
};

namespace {

void setGradient(const std::vector<NamedTensor>& parameters, bool trained) {
    for (const NamedTensor& parameter : parameters) {
        parameter.tensor.requires_grad_(trained);
        if (!trained) {
            parameter.tensor.mutable_grad().reset();
        }
    }
}

} // namespace

AdapterModel::AdapterModel(const ModelConfig& config, bool withPooler)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->config = config;
    m_impl->encoder = makeEncoder(config, withPooler);
}
AdapterModel::~AdapterModel() = default;
AdapterModel::AdapterModel(AdapterModel&&) noexcept = default;
AdapterModel& AdapterModel::operator=(AdapterModel&&) noexcept = default;

const ModelConfig& AdapterModel::config() const {
    return m_impl->config;
}

bool AdapterModel::hasPooler() const {
    return m_impl->encoder->hasPooler();
}

void AdapterModel::addPooler(torch::Generator& generator) {
    m_impl->encoder->addPooler(generator);
}

Result<void> AdapterModel::addAdapter(const std::string& name, const BottleneckConfig& config,
                                      torch::Generator& generator) {
    if (name.empty() || name.find('.') != std::string::npos) {
        return fail("\"" + name + "\" can't be an adapter's name", {},
                    "Use letters, digits, - and _: a dot would break the parameter names");
    }
    if (m_impl->sites.adapters.contains(name)) {
        return fail("the model already has an adapter of this name", name, "Choose another name");
    }
    if (findActivation(config.nonLinearity) == nullptr) {
        return fail("the non-linearity \"" + config.nonLinearity + "\" is not known", name,
                    "Use relu, gelu, swish or another one of the documented names");
    }
    const Result<std::vector<ModulePlace>> places = modulesOf(config, m_impl->config);
    if (!places) {
        return fail(places.error());
    }
    m_impl->sites.adapters.try_emplace(name, config, *places, m_impl->config, generator);
    return {};
}

Result<void> AdapterModel::addHead(const HeadConfig& head, torch::Generator& generator) {
    if (head.name.empty() || head.name.find('.') != std::string::npos) {
        return fail("\"" + head.name + "\" can't be a head's name", {}, "Use letters, digits, - and _");
    }
    if (m_impl->heads.contains(head.name)) {
        return fail("the model already has a head of this name", head.name, "Choose another name");
    }
    if (head.layers < 1 || head.numLabels < 1) {
        return fail("a head needs at least one layer and one label, this one has " +
                        std::to_string(head.layers) + " layers and " + std::to_string(head.numLabels) +
                        " labels",
                    head.name);
    }
    if (!head.activation.empty() && findActivation(head.activation) == nullptr) {
        return fail("the activation \"" + head.activation + "\" is not known", head.name,
                    "Use tanh, relu, gelu or another one of the documented names");
    }
    if (head.usePooler && !hasPooler()) {
        return fail("the head reads the pooler's output, but this base model has no pooler", head.name,
                    "Switch use_pooler off, or add a pooler first");
    }
    m_impl->heads.try_emplace(head.name, head, m_impl->config, generator);
    return {};
}

void AdapterModel::removeAdapter(const std::string& name) {
    m_impl->sites.adapters.erase(name);
}

void AdapterModel::removeHead(const std::string& name) {
    m_impl->heads.erase(name);
}

std::vector<std::string> AdapterModel::adapterNames() const {
    std::vector<std::string> names;
    for (const auto& [name, adapter] : m_impl->sites.adapters) {
        names.push_back(name);
    }
    return names;
}

std::vector<std::string> AdapterModel::headNames() const {
    std::vector<std::string> names;
    for (const auto& [name, head] : m_impl->heads) {
        names.push_back(name);
    }
    return names;
}

const BottleneckConfig* AdapterModel::adapterConfig(const std::string& name) const {
    const auto found = m_impl->sites.adapters.find(name);
    return found == m_impl->sites.adapters.end() ? nullptr : &found->second.config();
}

const HeadConfig* AdapterModel::headConfig(const std::string& name) const {
    const auto found = m_impl->heads.find(name);
    return found == m_impl->heads.end() ? nullptr : &found->second.config();
}

Result<void> AdapterModel::setActive(const Composition& composition, const std::string& head) {
    for (const std::string& name : composition.leaves()) {
        if (!m_impl->sites.adapters.contains(name)) {
            return fail("the composition names an adapter that the model does not have", name,
                        "Add the adapter, or take it out of the composition");
        }
    }
    if (!head.empty() && !m_impl->heads.contains(head)) {
        return fail("the model has no head of this name", head);
    }
    m_impl->sites.active = composition;
    m_impl->activeHead = head;
    return {};
}

void AdapterModel::setTrainable(const std::vector<std::string>& adapters, bool heads, bool base) {
    setGradient(baseParameters(), base);
    for (const auto& [name, adapter] : m_impl->sites.adapters) {
        setGradient(adapterParameters(name),
                    std::find(adapters.begin(), adapters.end(), name) != adapters.end());
    }
    for (const auto& [name, head] : m_impl->heads) {
        setGradient(head.parameters(), heads);
    }
}

ModelOutput AdapterModel::forward(const ModelInput& input, ForwardContext& context) {
    return forwardFrom(m_impl->encoder->embed(input, context), 0, input.attentionMask, context);
}

torch::Tensor AdapterModel::lowerStates(const ModelInput& input, int layer, ForwardContext& context) {
    const torch::NoGradGuard guard;
    ForwardContext plain = context;
    plain.training = false; // states that are used again must not be random
    torch::Tensor states = m_impl->encoder->embed(input, plain);
    const torch::Tensor mask = m_impl->encoder->blockMask(input.attentionMask);
    for (int i = 0; i < std::min(layer, m_impl->config.numLayers); ++i) {
        passSafePoint(states, plain);
        states = m_impl->encoder->block(i, states, mask, m_impl->sites, plain);
    }
    return states;
}

ModelOutput AdapterModel::forwardFrom(const torch::Tensor& states, int layer,
                                      const torch::Tensor& attentionMask, ForwardContext& context) {
    ModelOutput out;
    torch::Tensor current = states;
    const torch::Tensor mask = m_impl->encoder->blockMask(attentionMask);
    for (int i = layer; i < m_impl->config.numLayers; ++i) {
        if (context.keepHiddenStates) {
            out.hiddenStates.push_back(current);
        }
        passSafePoint(current, context);
        current = m_impl->encoder->block(i, current, mask, m_impl->sites, context);
    }
    passSafePoint(current, context);
    if (context.keepHiddenStates) {
        out.hiddenStates.push_back(current);
    }
    out.lastHiddenState = current;
    if (hasPooler()) {
        out.poolerOutput = m_impl->encoder->pool(current);
    }
    if (const auto head = m_impl->heads.find(m_impl->activeHead); head != m_impl->heads.end()) {
        const torch::Tensor pooled =
            head->second.config().usePooler ? out.poolerOutput : current.select(1, 0);
        out.logits = head->second.run(pooled, context.training);
    }
    return out;
}

std::vector<NamedTensor> AdapterModel::baseParameters() const {
    return m_impl->encoder->parameters();
}

std::vector<NamedTensor> AdapterModel::adapterParameters(const std::string& name) const {
    std::vector<NamedTensor> all;
    const auto found = m_impl->sites.adapters.find(name);
    if (found == m_impl->sites.adapters.end()) {
        return all;
    }
    for (int layer = 0; layer < m_impl->config.numLayers; ++layer) {
        for (const BlockPart part : {BlockPart::Attention, BlockPart::FeedForward}) {
            if (const BottleneckModule* module = found->second.at(layer, part)) {
                const std::vector<NamedTensor> some =
                    module->parameters(m_impl->modulePrefix(name, layer, part));
                all.insert(all.end(), some.begin(), some.end());
            }
        }
    }
    return all;
}

std::vector<NamedTensor> AdapterModel::headParameters(const std::string& name) const {
    const auto found = m_impl->heads.find(name);
    return found == m_impl->heads.end() ? std::vector<NamedTensor>() : found->second.parameters();
}

std::vector<NamedTensor> AdapterModel::trainableParameters() const {
    std::vector<NamedTensor> all = baseParameters();
    for (const auto& [name, adapter] : m_impl->sites.adapters) {
        const std::vector<NamedTensor> some = adapterParameters(name);
        all.insert(all.end(), some.begin(), some.end());
    }
    for (const auto& [name, head] : m_impl->heads) {
        const std::vector<NamedTensor> some = head.parameters();
        all.insert(all.end(), some.begin(), some.end());
    }
    std::erase_if(all, [](const NamedTensor& parameter) { return !parameter.tensor.requires_grad(); });
    return all;
}

AdapterModel::ModuleTensors AdapterModel::moduleTensors(const std::string& adapter, int layer,
                                                        Site site) const {
    ModuleTensors tensors;
    const auto found = m_impl->sites.adapters.find(adapter);
    if (found == m_impl->sites.adapters.end()) {
        return tensors;
    }
    const BlockPart part = isAttentionSite(site) ? BlockPart::Attention : BlockPart::FeedForward;
    const BottleneckModule* module = found->second.at(layer, part);
    if (module == nullptr || found->second.siteOf(part) != site) {
        return tensors;
    }
    tensors.down = {module->down().weight, module->down().bias};
    tensors.up = {module->up().weight, module->up().bias};
    for (const NamedTensor& parameter : module->parameters({})) {
        tensors.all.push_back(parameter.tensor);
    }
    return tensors;
}

} // namespace awb
