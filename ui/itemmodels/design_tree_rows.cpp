#include "ui/itemmodels/design_tree_rows.h"

#include <array>

namespace awb::ui {

namespace {

/// From the block's output down.
constexpr std::array kInLayers{Site::BlockOutput,     Site::FfnOutput,      Site::FfnDense,
                               Site::FfnIntermediate, Site::FfnParallel,    Site::AttentionOutput,
                               Site::AttentionDense,  Site::AttentionValue, Site::AttentionKey,
                               Site::AttentionQuery,  Site::KeyValuePrefix, Site::AttentionParallel};
/// What stands once, from the top down.
constexpr std::array kOutside{Site::Pooler, Site::EmbeddingOutput, Site::InputPrompt};

using Modules = std::vector<design::MethodModule>;

void addRows(DesignTreeGroup& group, const Modules& modules, int layer, Site site, bool isOffered) {
    int ordinal = 0;
    for (const design::MethodModule& each : modules) {
        if (each.module.ref.layer == layer && each.module.ref.site == site) {
            group.push_back({site, ordinal++, each});
        }
    }
    if (ordinal == 0 && isOffered) {
        group.push_back({site, 0, std::nullopt});
    }
}

} // namespace

std::vector<DesignTreeGroup> designTreeRows(const Experiment& experiment, const ModelConfig& model,
                                            const std::set<Site>& offered) {
    if (model.numLayers < 1) {
        return {};
    }
    const Modules modules = design::methodModules(experiment, model);
    std::vector<DesignTreeGroup> groups(static_cast<std::size_t>(model.numLayers) + 1);
    for (const Site site : kOutside) {
        addRows(groups.front(), modules, kNoLayer, site, offered.contains(site));
    }
    for (const Site site : kInLayers) { // parameters that the modules of all layers share
        addRows(groups.front(), modules, kNoLayer, site, false);
    }
    for (int layer = 0; layer < model.numLayers; ++layer) {
        DesignTreeGroup& group = groups[static_cast<std::size_t>(layer) + 1];
        for (const Site site : kInLayers) {
            addRows(group, modules, layer, site, offered.contains(site));
        }
    }
    return groups;
}

} // namespace awb::ui
