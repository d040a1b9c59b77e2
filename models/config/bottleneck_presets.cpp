#include "models/config/bottleneck_config.h"

namespace awb {

namespace {

constexpr const char* kPfeiffer = "Pfeiffer et al. 2021, AdapterFusion, arXiv:2005.00247";
constexpr const char* kHoulsby =
    "Houlsby et al. 2019, Parameter-Efficient Transfer Learning for NLP, arXiv:1902.00751";
constexpr const char* kUnified =
    "He et al. 2022, Towards a Unified View of Parameter-Efficient Transfer Learning, arXiv:2110.04366";
constexpr const char* kBapna =
    "Bapna & Firat 2019, Simple, Scalable Adaptation for Neural Machine Translation, arXiv:1909.08478";
constexpr const char* kAdapterPlus = "Steitz & Roth 2024, Adapters Strike Back, arXiv:2406.06820";
constexpr const char* kCompacter =
    "Karimi Mahabadi et al. 2021, Compacter: Efficient Low-Rank Hypercomplex Adapter Layers, "
    "arXiv:2106.04647";
constexpr const char* kMadX = "Pfeiffer et al. 2020, MAD-X, arXiv:2005.00052";

BottleneckConfig houlsby() {
    BottleneckConfig config;
    config.mhAdapter = true;
    config.nonLinearity = "swish";
    config.originalLnBefore = false;
    return config;
}

BottleneckConfig parallel() {
    BottleneckConfig config;
    config.isParallel = true;
    config.originalLnBefore = false;
    config.reductionFactor.fallback = 2.0;
    config.scaling.value = 4.0;
    config.initWeights = "mam_adapter";
    return config;
}

BottleneckConfig scaledParallel() {
    BottleneckConfig config = parallel();
    config.scaling = {Scaling::Kind::Learned, 1.0};
    return config;
}

/// Works on the block's finished output: z + A(LN(z)), with a LayerNorm of its own.
BottleneckConfig bapna() {
    BottleneckConfig config;
    config.originalLnAfter = false;
    config.residualBeforeLn = ResidualMode::AfterLn;
    config.lnBefore = true;
    return config;
}

BottleneckConfig adapterPlus() {
    BottleneckConfig config;
    config.nonLinearity = "gelu";
    config.reductionFactor.fallback = 96.0;
    config.originalLnAfter = false;
    config.residualBeforeLn = ResidualMode::AfterLn;
    config.scaling = {Scaling::Kind::Channel, 1.0};
    config.initWeights = "houlsby";
    config.stochasticDepth = 0.1;
    return config;
}

BottleneckConfig compacter(BottleneckConfig config) {
    config.nonLinearity = "gelu";
    config.reductionFactor.fallback = 32.0;
    config.phm = PhmOptions{};
    return config;
}

BottleneckConfig invertible(BottleneckConfig config, InvertibleKind kind) {
    config.invertible = kind;
    return config;
}

} // namespace

const std::vector<Preset>& bottleneckPresets() {
    static const std::vector<Preset> presets{
        {"pfeiffer", "seq_bn", "Pfeiffer", kPfeiffer, BottleneckConfig{}},
        {"houlsby", "double_seq_bn", "Houlsby", kHoulsby, houlsby()},
        {"parallel", "par_bn", "Parallel", kUnified, parallel()},
        {"scaled_parallel", "scaled_par_bn", "Scaled parallel", kUnified, scaledParallel()},
        {"bapna", "", "Bapna & Firat", kBapna, bapna()},
        {"adapter_plus", "adapter_plus", "Adapter+", kAdapterPlus, adapterPlus()},
        {"compacter", "compacter", "Compacter", kCompacter, compacter(houlsby())},
        {"compacter++", "compacter++", "Compacter++", kCompacter, compacter(BottleneckConfig{})},
        {"pfeiffer+inv", "seq_bn_inv", "Pfeiffer + invertible", kMadX,
         invertible(BottleneckConfig{}, InvertibleKind::Nice)},
        {"houlsby+inv", "double_seq_bn_inv", "Houlsby + invertible", kMadX,
         invertible(houlsby(), InvertibleKind::Nice)},
        {"pfeiffer+glow", "", "Pfeiffer + GLOW", kMadX, invertible(BottleneckConfig{}, InvertibleKind::Glow)},
    };
    return presets;
}

const Preset* findPreset(std::string_view name) {
    for (const Preset& preset : bottleneckPresets()) {
        if (!name.empty() && (preset.name == name || preset.newName == name)) {
            return &preset;
        }
    }
    return nullptr;
}

} // namespace awb
