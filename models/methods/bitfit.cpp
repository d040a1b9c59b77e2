#include <torch/types.h>

#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// y = W x + (b + d): BitFit (Ben Zaken et al. 2022) as a difference, so that the base stays as it is.
class BiasShift : public LinearModule {
public:
    explicit BiasShift(const torch::Tensor& shift)
        : m_shift(shift) {}

    Kind kind() const override { return Kind::Replacing; }
    torch::Tensor replace(const Linear& map, const torch::Tensor& input, bool /*training*/,
                          ModuleTrace& /*trace*/) const override {
        return merged(map)(input);
    }
    Linear merged(const Linear& map) const override {
        return {map.weight, map.bias.defined() ? map.bias + m_shift : m_shift};
    }

private:
    torch::Tensor m_shift;
};

} // namespace

void buildBitFit(const MethodBuild& build, SiteModules& into) {
    const ModelFamily family = build.model.family;
    const std::string leaf = "bitfit." + build.adapter + ".bias";
    const TensorGroup all = build.store.under({});
    const auto places = findMethod("bitfit")->places(build.config, build.model);
    for (const ActingPlace& place : *places) {
        if (place.site == Site::EmbeddingOutput) {
            into.embeddingShift = all[bodyPrefix(family) + "embeddings." + leaf];
        } else if (isLinearSite(place.site)) {
            into.linears[{place.layer, place.site}] =
                std::make_unique<BiasShift>(all[linearPrefix(family, place.layer, place.site) + leaf]);
        } else {
            const BlockPart part =
                isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward;
            into.normShifts[{place.layer, part}] = all[joinPrefix(family, place.layer, part) + leaf];
        }
    }
}

} // namespace awb
