#include "models/config/method.h"

namespace awb {

namespace {

MethodPreset single(const std::string& method, const std::string& name, const std::string& newName,
                    const std::string& title) {
    return {name, newName, title, findMethod(method)->paper, {defaultMethod(method)}};
}

MethodConfig withOptions(MethodConfig config,
                         std::initializer_list<std::pair<const char*, OptionValue>> options) {
    for (const auto& [key, value] : options) {
        config.options.set(key, value);
    }
    return config;
}

MethodConfig bottleneck(std::string_view preset) {
    return {.method = "bottleneck", .bottleneck = findPreset(preset)->config, .options = {}};
}

/// Prefix tuning and a parallel adapter (He et al. 2022).
MethodPreset mam() {
    return {"mam",
            "mam",
            "Mix-and-match",
            "He et al. 2022, Towards a Unified View of Parameter-Efficient Transfer Learning, "
            "arXiv:2110.04366",
            {withOptions(defaultMethod("prefix_tuning"), {{"bottleneck_size", std::int64_t{800}}}),
             bottleneck("parallel")}};
}

/// Prefix tuning, a Pfeiffer adapter and LoRA, each behind a gate (Mao et al. 2022).
MethodPreset unipelt() {
    MethodConfig adapter = bottleneck("pfeiffer");
    adapter.bottleneck.useGating = true;
    return {"unipelt",
            "unipelt",
            "UniPELT",
            "Mao et al. 2022, UniPELT, arXiv:2110.07577",
            {withOptions(defaultMethod("prefix_tuning"),
                         {{"prefix_length", std::int64_t{10}}, {"use_gating", true}}),
             adapter, withOptions(defaultMethod("lora"), {{"use_gating", true}})}};
}

MethodPreset reft(const std::string& name, const std::string& title, bool orthogonal, bool subtract) {
    return {name,
            name,
            title,
            findMethod("reft")->paper,
            {withOptions(defaultMethod("reft"),
                         {{"orthogonality", orthogonal}, {"subtract_projection", subtract}})}};
}

MethodPreset flatPrefix() {
    MethodPreset preset = single("prefix_tuning", "prefix_tuning_flat", "prefix_tuning_flat", "Prefix, flat");
    preset.parts = {withOptions(defaultMethod("prefix_tuning"), {{"flat", true}})};
    return preset;
}

} // namespace

const std::vector<MethodPreset>& methodPresets() {
    static const std::vector<MethodPreset> presets = [] {
        std::vector<MethodPreset> all;
        for (const Preset& preset : bottleneckPresets()) {
            all.push_back(
                {preset.name, preset.newName, preset.title, preset.reference, {bottleneck(preset.name)}});
        }
        all.push_back(single("lora", "lora", "lora", "LoRA"));
        all.push_back(single("dora", "dora", "", "DoRA"));
        all.push_back(single("vera", "vera", "", "VeRA"));
        all.push_back(single("ia3", "ia3", "ia3", "(IA)³"));
        all.push_back(single("prefix_tuning", "prefix_tuning", "prefix_tuning", "Prefix tuning"));
        all.push_back(flatPrefix());
        all.push_back(single("prompt_tuning", "prompt_tuning", "prompt_tuning", "Prompt tuning"));
        all.push_back(mam());
        all.push_back(unipelt());
        all.push_back(reft("loreft", "LoReFT", true, true));
        all.push_back(reft("noreft", "NoReFT", false, true));
        all.push_back(reft("direft", "DiReFT", false, false));
        all.push_back(single("bitfit", "bitfit", "", "BitFit"));
        return all;
    }();
    return presets;
}

const MethodPreset* findMethodPreset(std::string_view name) {
    for (const MethodPreset& preset : methodPresets()) {
        if (!name.empty() && (preset.name == name || preset.newName == name)) {
            return &preset;
        }
    }
    return nullptr;
}

} // namespace awb
