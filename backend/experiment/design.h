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
    int layer = 0; ///< kNoLayer: outside the blocks, or serving all of them
    Site site = Site::FfnOutput;

    bool operator==(const ModuleRef&) const = default;
    auto operator<=>(const ModuleRef&) const = default;
};

/// All modules of all adapters with their sizes; modules of an invalid configuration are left out.
struct Module {
    ModuleRef ref;
    ModulePlace place;

    /// True for what only holds parameters that the adapter's other modules share.
    bool isShared() const { return place.bottleneck == 0; }
};
std::vector<Module> modules(const Experiment& experiment, const ModelConfig& model);

// Edits: each returns the changed experiment, or why it can't be done (shown beneath the pointer).
// Every adapter that is placed becomes trained and joins the composition. Edits of the composition are in
// composition_edit.h.

/// Puts a module of the preset's kind at one site of one layer. Extends the adapter that is there already
/// when its options agree, otherwise makes a new adapter that exists only at this place. Of a bottleneck
/// preset one module appears; of other methods all modules of the layer, or of the whole network where the
/// site stands outside the layers. Low-rank and scaling methods can be dropped on every linear map.
Result<Experiment> placeModule(Experiment experiment, const ModelConfig& model, const MethodPreset& preset,
                               int layer, Site site);
/// Replaces the design's adapters by one adapter of this preset in all layers.
Result<Experiment> applyPreset(Experiment experiment, const ModelConfig& model, const MethodPreset& preset);
/// Takes modules away; a method without modules leaves its union, an adapter without modules the design.
/// Refused where a method's options can't leave out just these.
Result<Experiment> removeModules(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs);
/// Sets the reduction factor of the bottleneck modules' layers (both sites of a layer share it, as in
/// AdapterHub's format). Other methods' modules are passed over; refused where there is no other.
Result<Experiment> setReductionFactor(Experiment experiment, const ModelConfig& model,
                                      std::span<const ModuleRef> refs, double factor);
/// Sets an exact bottleneck size; as above.
Result<Experiment> setBottleneck(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs, int size);
/// Sets the size of modules of any method: bottleneck units of the layers, rank, prefix or prompt length of
/// the whole adapter. Refused where the size can't be chosen ((IA)3, BitFit).
Result<Experiment> setSize(Experiment experiment, const ModelConfig& model, std::span<const ModuleRef> refs,
                           int size);
/// AdapterDrop: layers 0..n-1 run un-adapted in training and evaluation. 0 switches it off.
Result<Experiment> setAdapterDrop(Experiment experiment, const ModelConfig& model, int layers);
/// Replaces all options of an adapter (the inspector's edits). Error: impossible options, no module left.
Result<Experiment> setConfig(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             const AdapterConfig& config);
/// Sets one option of one part of an adapter (not of a bottleneck). Error: no such option, an impossible
/// value.
Result<Experiment> setOption(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             std::size_t part, std::string_view key, OptionValue value);
Result<Experiment> renameAdapter(Experiment experiment, std::string_view from, std::string_view to);

/// The step of the wheel and the keyboard: the next factor of ..., 2, 4, 8, 16, 32, 64, ... above
/// (`direction` > 0) or below the given one, kept within 1/4 .. hidden size.
double nextReductionFactor(double factor, int direction, int hiddenSize);
/// The same for ranks and lengths: the next power of two within 1 .. `largest`.
int nextSize(int size, int direction, int largest);

/// Clipboard form of modules: {"format": "adapter-workbench/modules@1", "adapters": [...]}.
nlohmann::json copyModules(const Experiment& experiment, const ModelConfig& model,
                           std::span<const ModuleRef> refs);
/// Adds modules from the clipboard, `layerOffset` layers higher; modules beyond the model's depth are an
/// error.
Result<Experiment> pasteModules(Experiment experiment, const ModelConfig& model,
                                const nlohmann::json& clipboard, int layerOffset);

/// Lowest layer in which something is trained; L when only the head is; 0 for full fine-tuning and for what
/// is trained in front of the layers. Layers that AdapterDrop skips do not count.
int lowestTrainedLayer(const Experiment& experiment, const ModelConfig& model);

/// Numbers in the composition's fusion layers, all of them or the trained ones.
std::int64_t fusionParameterCount(const Experiment& experiment, const ModelConfig& model, bool onlyTrained);

/// Adapter (with fusions), head and total numbers for the totals bar.
CostInput costInput(const Experiment& experiment, const ModelConfig& model, int numLabels, double meanTokens,
                    std::int64_t trainExamples);

} // namespace awb::design
