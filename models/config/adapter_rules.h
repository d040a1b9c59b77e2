#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "models/config/parameter_names.h"
#include "models/config/result.h"

namespace awb {

/// A change by hand: how much an adapter counts at one part of a block, in a whole layer or everywhere.
struct AdapterRule {
    enum class Kind {
        Fix,    ///< its fusion weight is `value`; the other adapters share the rest
        Scale,  ///< its fusion weight is multiplied by `value` before all weights are made to sum to 1
        Forbid, ///< its fusion weight is 0; an adapter that is not fused is left out
    };
    std::string adapter;
    std::optional<int> layer;      ///< none: everywhere
    std::optional<BlockPart> part; ///< none: all of the layer; never without a layer
    Kind kind = Kind::Forbid;
    double value = 0; ///< Fix: a weight, 0..1; Scale: a factor, not below 0

    bool operator==(const AdapterRule&) const = default;
};

/// Where several rules name one adapter, the nearest place counts: a part before a layer before everywhere;
/// of two rules for the same place the later one.
using AdapterRules = std::vector<AdapterRule>;

/// The rule that counts for an adapter; null where there is none. `part` none: for a module that belongs to
/// the layer as a whole (LoRA, a prefix, ...); layer kNoLayer: for one that serves the whole network.
const AdapterRule* ruleFor(const AdapterRules& rules, const std::string& adapter, int layer,
                           std::optional<BlockPart> part);
/// True where that rule forbids the adapter.
bool isForbidden(const AdapterRules& rules, const std::string& adapter, int layer,
                 std::optional<BlockPart> part);

/// True for an adapter that enters a fusion of the composition.
bool isFused(const Composition& composition, const std::string& adapter);

/// What rules make of the weights of one fusion layer over N adapters.
struct WeightChange {
    /// Added to the scores before the softmax: the logarithm of a scale; -infinity where the softmax has no
    /// say (fixed and forbidden adapters).
    std::vector<double> shifts;
    std::vector<double> fixed; ///< weights that are set; 0 for all others
    double rest = 1;           ///< what the others share
    bool hasFree = true;       ///< there are others

    /// True where no adapter has any weight left: the block part then runs un-adapted.
    bool isNothing() const { return !hasFree && rest >= 1; }
};
/// The change for these adapters in this order; none where no rule acts on them here. Fixed weights are kept
/// exactly; where no adapter is free to take the rest, it is missing from the sum.
std::optional<WeightChange> weightChange(const AdapterRules& rules, const std::vector<std::string>& adapters,
                                         int layer, BlockPart part);

/// What is wrong with rules for this composition and number of layers: an adapter or layer that is not there,
/// a part without a layer, a weight outside 0..1, a negative factor, fixing or scaling an adapter that is not
/// fused, fixed weights of one fusion layer that sum to more than 1.
Result<void> checkRules(const AdapterRules& rules, const Composition& composition, int layers);

/// "layer 1, attention", "layer 1", "everywhere".
std::string rulePlaceText(std::optional<int> layer, std::optional<BlockPart> part);

} // namespace awb
