#include <torch/types.h>

#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// Trained vectors among the embeddings (Lester et al. 2021).
class Prompt : public PromptModule {
public:
    Prompt(const OptionValues& options, const torch::Tensor& embeddings)
        : m_embeddings(embeddings)
        , m_position(options.text("combine") == "prefix_after_bos" ? 1 : 0) {}

    std::int64_t length() const override { return m_embeddings.size(0); }
    std::int64_t position() const override { return m_position; }
    torch::Tensor embeddings() const override { return m_embeddings; }

private:
    torch::Tensor m_embeddings;
    std::int64_t m_position;
};

} // namespace

void buildPromptTuning(const MethodBuild& build, SiteModules& into) {
    const TensorGroup own = build.store.under(bodyPrefix(build.model.family) +
                                              "prompt_tuning.prompt_tunings." + build.adapter + ".");
    into.prompt = std::make_unique<Prompt>(build.config.options, own["prompt_embedding.weight"]);
}

} // namespace awb
