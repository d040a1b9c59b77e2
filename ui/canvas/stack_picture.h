#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/experiment/design.h"

namespace awb::ui {

/// Whether AdapterDrop leaves a layer's modules out: never, in some batches, or always.
enum class DropState { Kept, Random, Dropped };

/// What the canvas says about one module.
struct ModulePicture {
    design::ModuleRef ref;
    double reductionFactor = 0;
    int bottleneck = 0;
    std::int64_t parameters = 0;
    std::string nonLinearity;
    bool lnBefore = false;
    bool lnAfter = false;
    bool gated = false;
    Scaling scaling;
    DropState drop = DropState::Kept;
    bool trained = true;

    bool operator==(const ModulePicture&) const = default;
};

/// One sublayer: its modules, and how their options arrange residual paths and norms.
struct SublayerPicture {
    std::vector<ModulePicture> sequential;
    std::vector<ModulePicture> parallel;
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
    DropState drop = DropState::Kept;
    bool differentiated = false; ///< at or above the lowest trained layer

    bool operator==(const LayerPicture&) const = default;
};

/// What is to be drawn, made from the design alone.
struct StackPicture {
    std::vector<LayerPicture> layers;
    int lowestTrainedLayer = 0;
    bool baseTrained = false; ///< full fine-tuning: nothing is frozen

    /// All modules, from the lowest layer up.
    std::vector<ModulePicture> modules() const;
    /// The modules at one site of a layer.
    const std::vector<ModulePicture>& at(int layer, Site site) const;

    bool operator==(const StackPicture&) const = default;
};

StackPicture describeStack(const Experiment& experiment, const ModelConfig& model);

} // namespace awb::ui
