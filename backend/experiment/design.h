#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/experiment/experiment.h"
#include "models/config/estimates.h"
#include "models/config/placement.h"

namespace awb::design {

/// A module of the design: which adapter, where.
struct ModuleRef {
    std::string adapter;
    int layer = 0;
    Site site = Site::FfnOutput;

    bool operator==(const ModuleRef&) const = default;
    auto operator<=>(const ModuleRef&) const = default;
};

/// All modules of all adapters with their sizes; modules of an invalid configuration are left out.
struct Module {
    ModuleRef ref;
    ModulePlace place;
};
std::vector<Module> modules(const Experiment& experiment, const ModelConfig& model);

// Edits: each returns the changed experiment, or why it can't be done (shown beneath the pointer).
// Every adapter that is placed becomes trained and joins the composition.

/// Puts a module of `preset`'s kind at one site of one layer. Extends the adapter that is there already when
/// its options agree (same sequential/parallel kind), otherwise makes a new adapter that exists only at this
/// place.
Result<Experiment> placeModule(Experiment experiment, const ModelConfig& model, const Preset& preset,
                               int layer, Site site);
/// Replaces the design's adapters by one adapter of this preset in all layers.
Result<Experiment> applyPreset(Experiment experiment, const ModelConfig& model, const Preset& preset);
/// Takes modules away; an adapter without modules leaves the design.
Result<Experiment> removeModules(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs);
/// Sets the reduction factor of the modules' layers (both sites of a layer share it, as in AdapterHub's
/// format).
Result<Experiment> setReductionFactor(Experiment experiment, const ModelConfig& model,
                                      std::span<const ModuleRef> refs, double factor);
/// Sets an exact bottleneck size.
Result<Experiment> setBottleneck(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs, int size);
/// AdapterDrop: layers 0..n-1 run un-adapted in training and evaluation. 0 switches it off.
Result<Experiment> setAdapterDrop(Experiment experiment, const ModelConfig& model, int layers);
/// Replaces all options of an adapter (the inspector's edits).
Result<Experiment> setConfig(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             const BottleneckConfig& config);
Result<Experiment> renameAdapter(Experiment experiment, std::string_view from, std::string_view to);

/// The step of the wheel and the keyboard: the next factor of ..., 2, 4, 8, 16, 32, 64, ... above
/// (`direction` > 0) or below the given one, kept within 1/4 .. hidden size.
double nextReductionFactor(double factor, int direction, int hiddenSize);

/// Clipboard form of modules: {"format": "adapter-workbench/modules@1", "adapters": [...]}.
nlohmann::json copyModules(const Experiment& experiment, const ModelConfig& model,
                           std::span<const ModuleRef> refs);
/// Adds modules from the clipboard, `layerOffset` layers higher; modules beyond the model's depth are an
/// error.
Result<Experiment> pasteModules(Experiment experiment, const ModelConfig& model,
                                const nlohmann::json& clipboard, int layerOffset);

/// Lowest layer in which something is trained; L when only the head is; 0 for full fine-tuning. Layers that
/// AdapterDrop skips do not count.
int lowestTrainedLayer(const Experiment& experiment, const ModelConfig& model);

/// Adapter, head and total numbers for the totals bar.
CostInput costInput(const Experiment& experiment, const ModelConfig& model, int numLabels, double meanTokens,
                    std::int64_t trainExamples);

} // namespace awb::design
