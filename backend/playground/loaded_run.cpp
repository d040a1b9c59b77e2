#include "backend/playground/loaded_run.h"

#include <algorithm>
#include <utility>

#include <torch/types.h>

#include "backend/data/dataset.h"

namespace awb {

namespace {

void addPrefix(Composition& node, const std::string& prefix) {
    if (node.kind == Composition::Kind::Name) {
        node.name.insert(0, prefix);
    }
    for (Composition& child : node.children) {
        addPrefix(child, prefix);
    }
}

bool looksAtPadding(const AdapterConfig& config) {
    return std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        if (part.isBottleneck()) {
            return part.bottleneck.useGating;
        }
        return part.options.all().contains("use_gating") && part.options.flag("use_gating");
    });
}

} // namespace

LoadedRun::LoadedRun(RunSource source, std::shared_ptr<SharedBase> base, std::string prefix)
    : m_source(std::move(source))
    , m_base(std::move(base))
    , m_prefix(std::move(prefix)) {
    const Experiment& experiment = m_source.experiment;
    m_skipLayers.insert(experiment.skipLayers.begin(), experiment.skipLayers.end());
    if (experiment.training.adapterDropMode == "fixed") {
        for (int layer = 0; layer < experiment.training.adapterDropLayers; ++layer) {
            m_skipLayers.insert(layer);
        }
    }
}

LoadedRun::~LoadedRun() {
    AdapterModel& model = m_base->model;
    // Nothing is active, so that nothing that is taken out can be.
    (void)model.setActive({}, {});
    for (const std::string& head : m_parts.heads) {
        model.removeHead(m_prefix + head);
    }
    for (const std::string& fusion : m_parts.fusions) {
        model.removeFusion(prefixedFusion(fusion, m_prefix));
    }
    for (const std::string& adapter : m_parts.adapters) {
        model.removeAdapter(m_prefix + adapter);
    }
}

Result<std::unique_ptr<LoadedRun>> LoadedRun::load(RunSource source, std::shared_ptr<SharedBase> base,
                                                   std::string prefix) {
    if (!source.experiment.trainsBase() && source.row.baseHash != base->hash) {
        return fail("the base model is not the one that run " + std::to_string(source.row.id) +
                        " was trained on",
                    base->folder.string(), "Bring the model's old files back, or train the run again");
    }
    std::unique_ptr<LoadedRun> run(new LoadedRun(std::move(source), std::move(base), std::move(prefix)));
    if (auto loaded = run->loadAll(); !loaded) {
        return fail(loaded.error());
    }
    return run;
}

Result<void> LoadedRun::loadAll() {
    const torch::NoGradGuard guard;
    AdapterModel& model = m_base->model;
    if (auto loaded = loadRunAdapters(model, m_source, m_prefix, true, m_parts); !loaded) {
        return loaded;
    }
    if (auto loaded = loadRunFusions(model, m_source, m_prefix, m_parts); !loaded) {
        return loaded;
    }
    for (const std::string& fusion : m_parts.fusions) {
        const std::string name = prefixedFusion(fusion, m_prefix);
        m_temperatures[name] = model.fusionTemperature(name);
    }
    return loadRunHeads(model, m_source, m_prefix, m_parts);
}

const HeadConfig& LoadedRun::headConfig() const {
    return *m_base->model.headConfig(m_prefix + m_parts.heads.front());
}

std::vector<std::string> LoadedRun::labels() const {
    const HeadConfig& head = headConfig();
    if (!head.labels.empty() || isLanguageModel(head.type) || head.type == HeadType::Regression) {
        return head.labels;
    }
    std::vector<std::string> numbered;
    for (int id = 0; id < head.numLabels; ++id) {
        numbered.push_back("LABEL_" + std::to_string(id));
    }
    return numbered;
}

std::vector<std::string> LoadedRun::adapterNames() const {
    return m_parts.adapters;
}

bool LoadedRun::hasGate() const {
    return std::ranges::any_of(m_parts.adapters, [this](const std::string& name) {
        return looksAtPadding(*m_base->model.adapterConfig(m_prefix + name));
    });
}

int LoadedRun::maxLength() const {
    return std::min(m_source.experiment.training.maxSeqLength, m_base->model.config().longestText());
}

Composition LoadedRun::inBase(Composition composition) const {
    addPrefix(composition, m_prefix);
    return composition;
}

bool LoadedRun::readsPairs() const {
    const DataSpec& data = m_source.experiment.data;
    const auto builtin = std::ranges::find(builtinTasks(), data.source, &BuiltinTask::source);
    return builtin == builtinTasks().end() ? !data.textPair.empty() : builtin->pairs;
}

std::vector<std::string> LoadedRun::headsFor(const Composition& composition) const {
    std::vector<std::string> heads;
    for (const std::string& branch : headBranches(composition)) {
        const bool hasOwn = std::ranges::find(m_parts.heads, branch) != m_parts.heads.end();
        heads.push_back(m_prefix + (hasOwn ? branch : m_parts.heads.front()));
    }
    if (heads.empty()) {
        heads.push_back(m_prefix + m_parts.heads.front());
    }
    return heads;
}

Result<void> LoadedRun::activate(const Composition& composition) const {
    for (const auto& [fusion, temperature] : m_temperatures) {
        m_base->model.setFusionTemperature(fusion, temperature);
    }
    return m_base->model.setActive(inBase(composition), headsFor(composition));
}

ForwardContext LoadedRun::context() const {
    ForwardContext context;
    context.skipLayers = m_skipLayers;
    return context;
}

std::int64_t LoadedRun::addedBytes(const Composition& composition) const {
    const AdapterModel& model = m_base->model;
    const Composition named = inBase(composition);
    std::int64_t bytes = 0;
    for (const std::string& adapter : named.leaves()) {
        bytes += bytesOf(model.adapterParameters(adapter));
    }
    for (const std::string& fusion : fusionNames(named)) {
        bytes += bytesOf(model.fusionParameters(fusion));
    }
    const std::vector<std::string> heads = headsFor(composition);
    for (const std::string& head : std::set<std::string>(heads.begin(), heads.end())) {
        bytes += bytesOf(model.headParameters(head));
    }
    return bytes;
}

std::int64_t LoadedRun::allBytes() const {
    return addedBytes(m_source.experiment.composition);
}

} // namespace awb
