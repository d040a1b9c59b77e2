#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

Result<std::vector<ActingPlace>> places(const MethodConfig& config, const ModelConfig&) {
    const auto length = static_cast<int>(config.options.integer("prompt_length"));
    return std::vector<ActingPlace>{{kNoLayer, Site::InputPrompt, length}};
}

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    return std::vector<TensorSpec>{
        {bodyPrefix(model.family) + "prompt_tuning.prompt_tunings." + adapter + ".prompt_embedding.weight",
         {config.options.integer("prompt_length"), model.hiddenSize},
         {Initialiser::Kind::Uniform, 0.5},
         kNoLayer,
         Site::InputPrompt,
         true,
         {}}};
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "prompt_tuning");
}

std::vector<std::string> notExpressible(const MethodConfig&) {
    return {};
}

} // namespace

Method promptTuningMethod() {
    return {
        .id = "prompt_tuning",
        .title = "Prompt tuning",
        .paper = "Lester et al. 2021, The Power of Scale for Parameter-Efficient Prompt Tuning, "
                 "arXiv:2104.08691",
        .summary = "Trained vectors that stand in front of the text's embeddings.",
        .equation = "E ← [P; E]",
        .sizeTitle = "prompt length",
        .sizeKey = "prompt_length",
        .options = {{.key = "prompt_length",
                     .title = "Prompt length",
                     .explanation = "How many trained vectors stand in front of the text.",
                     .kind = OptionKind::Integer,
                     .fallback = std::int64_t{10},
                     .lowest = 1,
                     .highest = 4096,
                     .choices = {}},
                    {.key = "prompt_init",
                     .title = "Initialisation",
                     .explanation = "Random numbers, or the embeddings of a text.",
                     .kind = OptionKind::Choice,
                     .fallback = std::string("random_uniform"),
                     .choices = {"random_uniform", "from_string"}},
                    {.key = "prompt_init_text",
                     .title = "First text",
                     .explanation = "Its tokens' embeddings begin the prompt, repeated or cut to its length.",
                     .kind = OptionKind::Text,
                     .fallback = OptionValue(),
                     .choices = {},
                     .needsKey = "prompt_init",
                     .needed = std::string("from_string")},
                    {.key = "combine",
                     .title = "Place",
                     .explanation = "In front of the text, or after its first token.",
                     .kind = OptionKind::Choice,
                     .fallback = std::string("prefix"),
                     .choices = {"prefix", "prefix_after_bos"}}},
        .places = places,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "prompt_tuning"})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
