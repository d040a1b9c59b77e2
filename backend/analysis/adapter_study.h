#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/config/site.h"

namespace awb {

/// What a study was taken on. Special tokens count as tokens, padding does not.
struct StudySample {
    std::string split;
    std::int64_t seed = 0;     ///< by which examples and compared tokens were drawn
    std::int64_t examples = 0; ///< how many
    std::int64_t all = 0;      ///< how many the split has
    std::int64_t tokens = 0;   ///< of the examples
    std::int64_t compared = 0; ///< of the tokens: on these the modules' changes are compared

    bool operator==(const StudySample&) const = default;
};

/// ||change|| / ||input|| over the tokens: what a module adds (scaled and gated), against what it reads. Of
/// an adapter inside a fusion the change is what it offers, before the fusion weighs it.
struct ChangeSize {
    double mean = 0;
    double deviation = 0;

    bool operator==(const ChangeSize&) const = default;
};

/// A token that makes a unit fire, and the text around it.
struct FiringToken {
    std::string token; ///< as the vocabulary has it
    double activation = 0;
    std::string before; ///< the text, from at most ten tokens on either side
    std::string after;

    bool operator==(const FiringToken&) const = default;
};

/// A unit of a bottleneck and the different tokens at which it is largest.
struct FiringUnit {
    int unit = 0;
    double peak = 0; ///< largest |activation|
    double mean = 0; ///< of |activation|
    std::vector<FiringToken> tokens;

    bool operator==(const FiringUnit&) const = default;
};

/// The units between a bottleneck's projections, after the non-linearity.
struct UnitActivity {
    double activeShare = 0; ///< mean share of the units that are active at a token
    int deadUnits = 0;      ///< active at no token of the sample
    /// A unit counts as active above it: 0 for ReLU and its kin; for non-linearities that are never exactly
    /// 0 a tenth of the root mean square of the module's activations, in absolute value.
    double threshold = 0;
    std::vector<FiringUnit> units; ///< those with the highest peaks

    bool operator==(const UnitActivity&) const = default;
};

/// One module of a study. What has no meaning for its method, or can't be told from outside, is not there.
struct ModuleStudy {
    std::string adapter;
    int layer = 0; ///< kNoLayer: serves the whole network
    Site site = Site::FfnOutput;
    int size = 0;                         ///< bottleneck units, rank, prefix length
    std::optional<ChangeSize> change;     ///< none: it is no sum of input and change (prefixes, prompts)
    std::optional<UnitActivity> activity; ///< none: it has no non-linearity
    /// Of up x down with the scaling, descending: the module without its non-linearity. Empty for methods
    /// that are no product of two thin matrices.
    std::vector<double> singularValues;

    bool operator==(const ModuleStudy&) const = default;
};

/// What the adapters of a finished run do: M modules, those of an adapter beside each other, upwards.
struct AdapterStudy {
    StudySample sample;
    std::vector<ModuleStudy> modules;
    /// [M, M]: linear CKA between the modules' changes (Kornblith et al. 2019, arXiv 1905.00414): 1 where one
    /// is a rotated and scaled copy of the other, 0 where they have nothing in common. NaN for modules that
    /// change nothing.
    std::vector<float> similarity;

    float similarityOf(std::size_t a, std::size_t b) const { return similarity[a * modules.size() + b]; }
};

/// exp of the entropy of the values' shares (Roy and Vetterli 2007): n where n values are equal and the
/// others are 0; 0 without any value above 0.
double effectiveRank(const std::vector<double>& singularValues);

/// Something that a study shows, with the numbers that show it.
struct StudyFinding {
    enum class Kind {
        AdapterNearIdentity, ///< no module of the adapter changes more than a hundredth of its input
        ModuleNearIdentity,  ///< one module of an adapter whose others do
        ManyDeadUnits,       ///< at least half of the module's units are never active
    };
    Kind kind = Kind::AdapterNearIdentity;
    std::size_t module = 0; ///< the one; of a whole adapter the one that changes most
    double value = 0;       ///< mean change relative to the input, or the share of dead units

    bool operator==(const StudyFinding&) const = default;
};

/// Below it a module counts as still close to the identity.
inline constexpr double kNearIdentity = 0.01;

std::vector<StudyFinding> findingsIn(const AdapterStudy& study);

} // namespace awb
