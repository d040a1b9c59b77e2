#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"
#include "models/config/site.h"

namespace awb {

/// What the adapter's inner residual adds back (AdapterHub's `residual_before_ln`).
enum class ResidualMode {
    BeforeLn, ///< true: the sub-block's raw output h
    AfterLn,  ///< false: the adapter's own input v
    PostAdd,  ///< "post_add": h + x, the sum before the block's LayerNorm
};

/// How the up-projection's output is scaled.
struct Scaling {
    enum class Kind { Constant, Learned, Channel };
    Kind kind = Kind::Constant;
    double value = 1.0; ///< the constant; learned scalings start at 1

    bool operator==(const Scaling&) const = default;
};

/// The reduction factor r of each layer: bottleneck size = int(hidden // r), at least 1 (Python floor
/// division).
struct ReductionFactor {
    std::optional<double> fallback = 16.0; ///< for layers that are not in `perLayer`
    std::map<int, double> perLayer;

    /// The factor of a layer; none where a map names neither the layer nor a default.
    std::optional<double> at(int layer) const;
    bool operator==(const ReductionFactor&) const = default;
};

/// Extra freedom per layer that AdapterHub's configuration can't express: which sites of this layer are used.
/// Missing values follow the adapter's own `mhAdapter` and `outputAdapter`.
struct LayerSites {
    std::optional<bool> mhAdapter;
    std::optional<bool> outputAdapter;

    bool operator==(const LayerSites&) const = default;
};

/// Projections as sums of Kronecker products (parameterised hypercomplex multiplication): Compacter, Karimi
/// Mahabadi et al. 2021. Options named as AdapterHub's `phm_...` keys.
struct PhmOptions {
    int dim = 4;                  ///< n: the number of products; divides input and output widths
    int rank = 1;                 ///< of the factorised W
    bool bias = true;             ///< adds b
    bool learn = true;            ///< the rule is trained
    bool sharedRule = true;       ///< one rule for all layers and both projections
    bool sharedW = false;         ///< one W for all layers
    bool factorizedW = true;      ///< W_i = W_left_i W_right_i
    bool factorizedRule = false;  ///< R_i = left_i right_i
    std::string cInit = "normal"; ///< of the rule: "normal" or "uniform"
    double initRange = 0.0001;    ///< standard deviation of a shared rule

    bool operator==(const PhmOptions&) const = default;
};

/// An invertible adapter at the embeddings (MAD-X, Pfeiffer et al. 2020).
enum class InvertibleKind {
    None,
    Nice, ///< additive coupling
    Glow, ///< affine coupling
};

/// A bottleneck adapter (Houlsby et al. 2019, Pfeiffer et al. 2021, He et al. 2022), options named as in
/// AdapterHub's configuration. Defaults are those of the Pfeiffer preset.
struct BottleneckConfig {
    bool mhAdapter = false;
    bool outputAdapter = true;
    ReductionFactor reductionFactor;
    std::string nonLinearity = "relu"; ///< one of `nonLinearityNames()`, lower case
    bool originalLnBefore = true;
    bool originalLnAfter = true;
    ResidualMode residualBeforeLn = ResidualMode::BeforeLn;
    bool adapterResidualBeforeLn = false;
    bool lnBefore = false;
    bool lnAfter = false;
    bool isParallel = false;
    Scaling scaling;
    bool useGating = false;
    double dropout = 0.0;
    double stochasticDepth = 0.0;  ///< chance that a text leaves the module out in training (Adapter+)
    std::optional<PhmOptions> phm; ///< Compacter's projections
    InvertibleKind invertible = InvertibleKind::None;
    double invReductionFactor = 2.0;
    bool sharedAcrossLayers = false;      ///< one module a site serves all layers of the same size
    std::set<int> leaveOut;               ///< layers without modules
    std::string initWeights = "bert";     ///< "bert", "mam_adapter" or "houlsby"
    std::map<int, LayerSites> layerSites; ///< ours alone, see LayerSites

    /// True where the adapter has a module at this site of this layer.
    bool hasModule(int layer, Site site) const;

    bool operator==(const BottleneckConfig&) const = default;
};

/// int(hidden // r) with Python's floor division on doubles, at least 1. `r` must be positive.
int bottleneckSize(int hiddenSize, double reductionFactor);
/// A factor that gives exactly this bottleneck size. `size` must be positive.
double reductionFactorFor(int hiddenSize, int size);

/// Every non-linearity by its AdapterHub name ("relu", "gelu", "gelu_new", "swish", "silu", ...).
const std::vector<std::string>& nonLinearityNames();

/// A named configuration of a bottleneck adapter.
struct Preset {
    std::string name;      ///< "pfeiffer", "houlsby", "parallel", "scaled_parallel", "compacter", ...
    std::string newName;   ///< AdapterHub's name since 2023: "seq_bn", "double_seq_bn", "par_bn", ...
    std::string title;     ///< for people: "Pfeiffer"
    std::string reference; ///< the paper
    BottleneckConfig config;
};
const std::vector<Preset>& bottleneckPresets();
/// Finds a preset by either name; null when there is none.
const Preset* findPreset(std::string_view name);

/// The AdapterHub `config` object of an adapter folder (all keys written, Compacter's at their defaults).
nlohmann::json toAdapterHubJson(const BottleneckConfig& config);

/// What of a configuration AdapterHub's format can't express, for the export's message; empty when all can.
std::vector<std::string> notExpressibleInAdapterHub(const BottleneckConfig& config);

} // namespace awb
