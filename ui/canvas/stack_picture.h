#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "ui/canvas/module_picture.h"

namespace awb::ui {

/// How the options of a sublayer's bottlenecks arrange residual paths and norms.
struct SublayerPicture {
    bool normBefore = false; ///< add-and-norm in front of the sequential module (`original_ln_before`)
    bool normAfter = true;   ///< add-and-norm at the end (`original_ln_after`)
    ResidualMode residual = ResidualMode::BeforeLn;
    std::vector<std::string> leftOutSequential; ///< adapters that `leave_out` keeps away from here
    std::vector<std::string> leftOutParallel;

    bool operator==(const SublayerPicture&) const = default;
};

/// One block: attention, then feed-forward.
struct LayerPicture {
    std::array<SublayerPicture, 2> sublayers;
    std::map<Site, std::vector<ModulePicture>> modules;
    DropState drop = DropState::Kept;
    bool differentiated = false; ///< at or above the lowest trained layer

    const std::vector<ModulePicture>& at(Site site) const;
    bool operator==(const LayerPicture&) const = default;
};

/// What is to be drawn, made from the design alone.
struct StackPicture {
    std::vector<LayerPicture> layers;
    /// Outside the layers: embeddings, prompt, pooler, and parameters that all layers share.
    std::map<Site, std::vector<ModulePicture>> outside;
    Composition composition;
    std::vector<std::string> trainedFusions; ///< names as in `fusionNames`
    std::int64_t fusionParameters = 0;       ///< of one fusion layer
    int lowestTrainedLayer = 0;
    bool baseTrained = false; ///< full fine-tuning: nothing is frozen
    bool hasPooler = false;   ///< the base has one

    /// All modules, from the lowest layer up; first those outside the layers.
    std::vector<ModulePicture> modules() const;
    /// The modules at one site of a layer (kNoLayer: outside).
    const std::vector<ModulePicture>& at(int layer, Site site) const;
    /// True where the site's diamond is shown: it has no module but marks of its norm.
    bool hasEmptySite(int layer, Site site) const;
    /// Something in front of the layers is trained: a prompt, an invertible adapter, biases.
    bool trainsEmbeddings() const;

    bool operator==(const StackPicture&) const = default;
};

StackPicture describeStack(const Experiment& experiment, const ModelConfig& model);

} // namespace awb::ui
