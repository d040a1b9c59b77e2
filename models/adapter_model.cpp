#include "models/adapter_model.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <torch/types.h>

#include "models/adapter_model_impl.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

bool isUsableName(const std::string& name) {
    return !name.empty() && name.find('.') == std::string::npos;
}

template<typename Map>
std::vector<std::string> namesOf(const Map& map) {
    std::vector<std::string> names;
    for (const auto& [name, value] : map) {
        names.push_back(name);
    }
    return names;
}

} // namespace

AdapterModel::AdapterModel(const ModelConfig& config, bool withPooler)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->config = config;
    m_impl->encoder = makeEncoder(config, withPooler);
    if (!m_impl->encoder) {
        throw std::invalid_argument("the model family " + std::string(familyName(config.family)) +
                                    " can be counted, but not computed");
    }
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

Result<void> AdapterModel::addAdapter(const std::string& name, const AdapterConfig& config,
                                      torch::Generator& generator) {
    if (!isUsableName(name)) {
        return fail("\"" + name + "\" can't be an adapter's name", {},
                    "Use letters, digits, - and _: a dot would break the parameter names");
    }
    if (m_impl->sites.adapters.contains(name)) {
        return fail("the model already has an adapter of this name", name, "Choose another name");
    }
    for (const MethodConfig& part : config.parts) {
        if (findFactory(part.method) == nullptr) {
            return fail("the method \"" + part.method + "\" is not known", name);
        }
        const std::string activation =
            part.isBottleneck() ? part.bottleneck.nonLinearity : std::string("relu");
        if (findActivation(activation) == nullptr) {
            return fail("the non-linearity \"" + activation + "\" is not known", name,
                        "Use relu, gelu, swish or another one of the documented names");
        }
    }
    auto specs = tensorsOf(config, m_impl->config, name);
    if (!specs) {
        return fail(specs.error());
    }
    const auto baseWeight = [this](int layer, Site site) {
        return m_impl->encoder->linearAt(layer, site)->weight;
    };
    m_impl->sites.adapters.try_emplace(name, config, name, m_impl->config, std::move(*specs), baseWeight,
                                       generator);
    return {};
}

Result<void> AdapterModel::addFusion(const std::vector<std::string>& adapters, const FusionConfig& config,
                                     torch::Generator& generator) {
    std::string name;
    for (const std::string& adapter : adapters) {
        name += (name.empty() ? "" : ",") + adapter;
    }
    if (adapters.size() < 2) {
        return fail("a fusion needs at least two adapters", name);
    }
    if (m_impl->sites.fusions.contains(name)) {
        return fail("the model already has this fusion", name);
    }
    std::set<BlockPart> parts;
    for (const std::string& adapter : adapters) {
        const Adapter* found = m_impl->sites.find(adapter);
        if (found == nullptr) {
            return fail("the fusion names an adapter that the model does not have", adapter);
        }
        std::set<BlockPart> own;
        for (const auto& [place, module] : found->modules().joins) {
            own.insert(place.second);
        }
        if (own.empty()) {
            return fail("only bottleneck adapters can be fused", adapter,
                        "Take the adapter out of the fusion");
        }
        if (!parts.empty() && own != parts) {
            return fail("the fused adapters stand at different sites", name,
                        "Fuse adapters with the same choice of mh_adapter and output_adapter");
        }
        parts = std::move(own);
    }
    Fusion fusion{config, adapters, {}};
    for (int layer = 0; layer < m_impl->config.numLayers; ++layer) {
        for (const BlockPart part : parts) {
            fusion.layers.try_emplace({layer, part}, config, m_impl->config.hiddenSize,
                                      m_impl->config.attentionDropout, generator);
        }
    }
    m_impl->sites.fusions.try_emplace(name, std::move(fusion));
    return {};
}

Result<void> AdapterModel::addHead(const HeadConfig& head, torch::Generator& generator) {
    if (!isUsableName(head.name)) {
        return fail("\"" + head.name + "\" can't be a head's name", {}, "Use letters, digits, - and _");
    }
    if (m_impl->heads.contains(head.name)) {
        return fail("the model already has a head of this name", head.name, "Choose another name");
    }
    if (head.layers < 1 || (!isLanguageModel(head.type) && head.numLabels < 1)) {
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
    if (m_impl->sites.merged == name) {
        unmerge();
    }
    m_impl->sites.batched.forget();
    m_impl->sites.adapters.erase(name);
}

void AdapterModel::removeFusion(const std::string& name) {
    m_impl->sites.fusions.erase(name);
}

void AdapterModel::removeHead(const std::string& name) {
    m_impl->heads.erase(name);
}

std::vector<std::string> AdapterModel::adapterNames() const {
    return namesOf(m_impl->sites.adapters);
}

std::vector<std::string> AdapterModel::fusionNames() const {
    return namesOf(m_impl->sites.fusions);
}

std::vector<std::string> AdapterModel::headNames() const {
    return namesOf(m_impl->heads);
}

const AdapterConfig* AdapterModel::adapterConfig(const std::string& name) const {
    const Adapter* found = m_impl->sites.find(name);
    return found == nullptr ? nullptr : &found->config();
}

const FusionConfig* AdapterModel::fusionConfig(const std::string& name) const {
    const auto found = m_impl->sites.fusions.find(name);
    return found == m_impl->sites.fusions.end() ? nullptr : &found->second.config;
}

const HeadConfig* AdapterModel::headConfig(const std::string& name) const {
    const auto found = m_impl->heads.find(name);
    return found == m_impl->heads.end() ? nullptr : &found->second.config();
}

Result<void> AdapterModel::setActive(const Composition& composition, const std::vector<std::string>& heads) {
    if (const std::vector<Error> errors = checkComposition(composition); !errors.empty()) {
        return fail(errors.front());
    }
    for (const std::string& name : composition.leaves()) {
        if (!m_impl->sites.adapters.contains(name)) {
            return fail("the composition names an adapter that the model does not have", name,
                        "Add the adapter, or take it out of the composition");
        }
    }
    for (const std::string& name : awb::fusionNames(composition)) {
        if (!m_impl->sites.fusions.contains(name)) {
            return fail("the model has no fusion of these adapters", name, "Add the fusion first");
        }
    }
    for (const std::string& head : heads) {
        if (!m_impl->heads.contains(head)) {
            return fail("the model has no head of this name", head);
        }
    }
    const std::size_t branches = headBranches(composition).size();
    const bool fits = heads.empty() || heads.size() == std::max<std::size_t>(branches, 1);
    if (!fits) {
        return fail("the composition ends in " + std::to_string(std::max<std::size_t>(branches, 1)) +
                        " branches, but there are " + std::to_string(heads.size()) + " heads",
                    {}, "Give each branch a head of its own");
    }
    m_impl->sites.active = composition;
    m_impl->activeHeads = heads;
    return {};
}

const torch::Tensor& AdapterModel::wordEmbeddings() const {
    return m_impl->encoder->wordEmbeddings();
}

} // namespace awb
