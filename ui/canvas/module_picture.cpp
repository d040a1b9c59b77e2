#include "ui/canvas/module_picture.h"

#include "models/config/parameter_names.h"

namespace awb::ui {

namespace {

ModuleKind kindOf(const MethodConfig& part, const ModulePlace& place) {
    if (place.bottleneck == 0) {
        return ModuleKind::Shared;
    }
    if (part.isBottleneck()) {
        if (place.site == Site::EmbeddingOutput) {
            return part.bottleneck.invertible == InvertibleKind::Glow ? ModuleKind::Glow : ModuleKind::Nice;
        }
        return part.bottleneck.phm ? ModuleKind::Compacter : ModuleKind::Bottleneck;
    }
    static const std::vector<std::pair<std::string, ModuleKind>> kinds{{"lora", ModuleKind::LowRank},
                                                                       {"dora", ModuleKind::Dora},
                                                                       {"vera", ModuleKind::Vera},
                                                                       {"ia3", ModuleKind::Factors},
                                                                       {"prefix_tuning", ModuleKind::Prefix},
                                                                       {"prompt_tuning", ModuleKind::Prompt},
                                                                       {"reft", ModuleKind::Reft},
                                                                       {"bitfit", ModuleKind::Bias}};
    for (const auto& [method, kind] : kinds) {
        if (part.method == method) {
            return kind;
        }
    }
    return ModuleKind::Shared;
}

bool hasOption(const MethodConfig& part, std::string_view key) {
    return part.options.all().contains(key);
}

void takeBottleneckOptions(ModulePicture& picture, const BottleneckConfig& config) {
    picture.nonLinearity = config.nonLinearity;
    if (!isHourglass(picture.kind)) {
        return;
    }
    picture.lnBefore = config.lnBefore;
    picture.lnAfter = config.lnAfter;
    picture.gated = config.useGating;
    picture.scaling = config.scaling;
}

void takeOptions(ModulePicture& picture, const MethodConfig& part) {
    // (IA)3 keeps the key for the format alone.
    picture.gated = picture.kind != ModuleKind::Factors && picture.kind != ModuleKind::Shared &&
                    hasOption(part, "use_gating") && part.options.flag("use_gating");
    if (hasOption(part, "non_linearity")) {
        picture.nonLinearity = part.options.text("non_linearity");
    }
    if (part.method == "reft") {
        picture.firstTokens = static_cast<int>(part.options.integer("prefix_positions"));
        picture.lastTokens = static_cast<int>(part.options.integer("suffix_positions"));
    } else if (part.method == "prefix_tuning") {
        picture.reparameterised = !part.options.flag("flat");
    }
}

} // namespace

bool isHourglass(ModuleKind kind) {
    return kind == ModuleKind::Bottleneck || kind == ModuleKind::Compacter;
}

bool isMapMark(ModuleKind kind) {
    return kind == ModuleKind::LowRank || kind == ModuleKind::Dora || kind == ModuleKind::Vera ||
           kind == ModuleKind::Factors || kind == ModuleKind::Bias;
}

std::vector<ModulePicture> modulePictures(const AdapterSpec& adapter, const MethodConfig& part,
                                          const ModelConfig& model) {
    const auto places = modulesOf(AdapterConfig::of(part), model);
    if (!places) {
        return {};
    }
    std::int64_t shared = 0;
    for (const ModulePlace& place : *places) {
        shared += place.bottleneck == 0 ? place.parameters : 0;
    }
    const MethodPreset* preset = findMethodPreset(adapter.preset);
    std::vector<ModulePicture> pictures;
    for (const ModulePlace& place : *places) {
        ModulePicture picture;
        picture.ref = {adapter.name, place.layer, place.site};
        picture.kind = kindOf(part, place);
        picture.method = part.method;
        if (preset != nullptr) {
            picture.preset = preset->title;
            picture.presetPaper = preset->paper;
        }
        picture.reductionFactor = place.reductionFactor;
        picture.bottleneck = place.bottleneck;
        picture.parameters = place.parameters;
        picture.sharedParameters = picture.kind == ModuleKind::Shared ? 0 : shared;
        const LinearShape shape = linearShape(model, place.site);
        picture.inWidth = static_cast<int>(shape.in);
        picture.outWidth = static_cast<int>(shape.out);
        if (part.isBottleneck()) {
            takeBottleneckOptions(picture, part.bottleneck);
        } else {
            takeOptions(picture, part);
        }
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

} // namespace awb::ui
