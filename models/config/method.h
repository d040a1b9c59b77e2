#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/bottleneck_config.h"
#include "models/config/model_config.h"
#include "models/config/option_values.h"
#include "models/config/placement.h"
#include "models/config/result.h"

namespace awb {

/// One method with its options: a whole adapter, or one part of a union.
struct MethodConfig {
    std::string method = "bottleneck";
    BottleneckConfig bottleneck; ///< the options of "bottleneck"
    OptionValues options;        ///< the options of every other method, all of them

    bool isBottleneck() const { return method == "bottleneck"; }
    bool operator==(const MethodConfig&) const = default;
};

/// How a fresh tensor is filled.
struct Initialiser {
    enum class Kind {
        Constant,        ///< `value`
        Normal,          ///< N(0, value^2)
        TruncatedNormal, ///< N(0, value^2) cut at 2 value
        Uniform,         ///< U(-value, value)
        KaimingUniform,  ///< U(-1/sqrt(in), 1/sqrt(in)), in = the last axis
        XavierNormal,    ///< per slice of the last two axes
        Orthonormal,     ///< rows are orthonormal
        BaseRowNorms,    ///< norms of the rows of the base's weight (DoRA)
    };
    Kind kind = Kind::Constant;
    double value = 0;
};

/// One tensor of an adapter, declared: what is created, counted, saved and looked up by this name.
struct TensorSpec {
    std::string name; ///< with the body prefix, as in AdapterHub's files
    std::vector<std::int64_t> shape;
    Initialiser init;
    int layer = kNoLayer; ///< kNoLayer: serves the whole network
    Site site = Site::FfnOutput;
    bool isTrained = true;
    std::vector<std::string> aliases; ///< further names under which files hold the same tensor

    std::int64_t size() const;
};

/// A palette entry of a method.
struct MethodPreset {
    std::string name;    ///< "lora"; unique among all presets
    std::string newName; ///< AdapterHub's name since 2023, where it has another one
    std::string title;
    std::string paper;
    std::vector<MethodConfig> parts; ///< more than one: a union
};

/// Where a module acts, and its size (bottleneck units, rank, prefix length).
struct ActingPlace {
    int layer = kNoLayer;
    Site site = Site::FfnOutput;
    int size = 0;
};

/// Everything about a method that needs no tensor: file format, inspector, canvas and calculator live from
/// it. What it computes is in the factory of the same id in models/methods.
struct Method {
    std::string id;    ///< as the experiment file names it
    std::string title; ///< "LoRA"
    std::string paper; ///< "Hu et al. 2022, arXiv 2106.09685"
    std::string summary;
    std::string equation;
    std::string sizeTitle;           ///< what a module's size is: "rank", "prefix length"
    std::string sizeKey;             ///< the option that sets it; empty where it is not chosen
    std::vector<OptionSpec> options; ///< empty for "bottleneck", which has a typed configuration

    Result<std::vector<ActingPlace>> (*places)(const MethodConfig&, const ModelConfig&) = nullptr;
    Result<std::vector<TensorSpec>> (*tensors)(const MethodConfig&, const ModelConfig&,
                                               const std::string& adapter) = nullptr;
    /// True where AdapterHub's `config` object means this method.
    bool (*recognises)(const nlohmann::json&) = nullptr;
    /// Keys that AdapterHub's configuration has beside the options, as JSON text: {"architecture": "lora"}.
    std::string fixedKeys;
    /// What AdapterHub's library can't do with this configuration; empty: nothing.
    std::vector<std::string> (*notExpressible)(const MethodConfig&) = nullptr;
};

/// All methods, in the palette's order.
const std::vector<Method>& methods();
/// Null where there is none of this id.
const Method* findMethod(std::string_view id);
/// The method with its default options; `id` must be known.
MethodConfig defaultMethod(std::string_view id);

/// All presets of all methods and unions, in the palette's order.
const std::vector<MethodPreset>& methodPresets();
/// By either name; null where there is none.
const MethodPreset* findMethodPreset(std::string_view name);

} // namespace awb
