#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/experiment/design.h"

namespace awb::ui {

/// Whether AdapterDrop leaves a layer's modules out: never, in some batches, or always.
enum class DropState { Kept, Random, Dropped };

/// What a module looks like.
enum class ModuleKind {
    Bottleneck,
    Compacter, ///< a bottleneck of Kronecker products
    Nice,      ///< invertible, additive coupling
    Glow,      ///< invertible, affine coupling
    LowRank,
    Dora,
    Vera,
    Factors, ///< (IA)3
    Prefix,
    Prompt,
    Reft,
    Bias,
    Shared, ///< only holds parameters that the adapter's other modules use
};

/// What the canvas says about one module.
struct ModulePicture {
    design::ModuleRef ref;
    ModuleKind kind = ModuleKind::Bottleneck;
    std::string method = "bottleneck"; ///< id, see findMethod
    std::string preset;                ///< title of the palette's entry; empty where none fits
    std::string presetPaper;
    double reductionFactor = 0;
    int bottleneck = 0;                ///< units, rank, length: the method's size
    std::int64_t parameters = 0;       ///< trained numbers of this module alone
    std::int64_t sharedParameters = 0; ///< of the adapter, used by all its modules of this method
    int inWidth = 0;                   ///< of the weight matrix at a linear site
    int outWidth = 0;
    std::string nonLinearity;
    bool lnBefore = false;
    bool lnAfter = false;
    bool gated = false;
    Scaling scaling;
    int firstTokens = 0; ///< ReFT: positions that are changed
    int lastTokens = 0;
    bool reparameterised = false; ///< prefixes that a small network makes
    DropState drop = DropState::Kept;
    bool trained = true;
    bool active = true; ///< named in the composition
    /// Modules of one adapter at several maps of a sublayer share the chip of the first: its sites and the
    /// sum.
    std::vector<Site> group;
    std::int64_t groupParameters = 0;
    bool hasChip = true;

    bool operator==(const ModulePicture&) const = default;
};

/// True for what is drawn as an hourglass on or beside the main line.
bool isHourglass(ModuleKind kind);
/// True for what sits at a linear map and shares a chip with its neighbours.
bool isMapMark(ModuleKind kind);

/// The modules of one part of an adapter, with everything but drop state, training and grouping.
std::vector<ModulePicture> modulePictures(const AdapterSpec& adapter, const MethodConfig& part,
                                          const ModelConfig& model);

} // namespace awb::ui
