#include "backend/run/low_rank.h"

#include <algorithm>

#include <torch/types.h>

#include "backend/run/study_math.h"
#include "backend/train/run_errors.h"
#include "models/adapter_model.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

FloatMatrix matrixOf(const torch::Tensor& tensor) {
    const torch::Tensor values = tensor.detach().to(torch::kFloat32).contiguous();
    return {values.size(0),
            values.size(1),
            {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}};
}

/// A bottleneck's factor: its constant, or the trained number or vector [H].
torch::Tensor scalingAt(const AdapterModel& model, const std::string& adapter, int layer, Site site,
                        const Scaling& scaling) {
    if (scaling.kind != Scaling::Kind::Constant) {
        const BlockPart part = isAttentionSite(site) ? BlockPart::Attention : BlockPart::FeedForward;
        const std::string name =
            joinPrefix(model.config().family, layer, part) + "adapters." + adapter + ".scaling";
        for (const NamedTensor& parameter : model.adapterFileTensors(adapter)) {
            if (parameter.name == name) {
                return parameter.tensor.detach().view({-1, 1});
            }
        }
    }
    return torch::full({1, 1}, scaling.value);
}

/// What `up` is multiplied with, [1 or out, 1]; undefined where the module is no product of two matrices.
torch::Tensor factorAt(const AdapterModel& model, const std::string& adapter, int layer, Site site,
                       const MethodConfig& part) {
    if (part.isBottleneck() && isBottleneckSite(site) && !part.bottleneck.phm) {
        return scalingAt(model, adapter, layer, site, part.bottleneck.scaling);
    }
    if (part.method == "lora") {
        const double scaling = part.options.number("alpha") / static_cast<double>(part.options.integer("r"));
        return torch::full({1, 1}, part.options.flag("use_gating") ? 1.0 : scaling);
    }
    return {};
}

} // namespace

const MethodConfig* methodAt(const AdapterModel& model, const std::string& adapter, int layer, Site site) {
    const AdapterConfig* config = model.adapterConfig(adapter);
    for (std::size_t i = 0; config != nullptr && i < config->parts.size(); ++i) {
        const MethodConfig& part = config->parts[i];
        const auto places = findMethod(part.method)->places(part, model.config());
        const auto isHere = [&](const ActingPlace& place) {
            return place.layer == layer && place.site == site;
        };
        if (places && std::ranges::any_of(*places, isHere)) {
            return &part;
        }
    }
    return nullptr;
}

Result<std::vector<double>> singularValuesAt(const AdapterModel& model, const std::string& adapter, int layer,
                                             Site site) try {
    const MethodConfig* part = methodAt(model, adapter, layer, site);
    const torch::Tensor factor =
        part == nullptr ? torch::Tensor() : factorAt(model, adapter, layer, site, *part);
    const AdapterModel::ModuleTensors tensors = model.moduleTensors(adapter, layer, site);
    if (!factor.defined() || tensors.down.empty() || tensors.up.empty()) {
        return std::vector<double>();
    }
    return singularValuesOf(matrixOf(tensors.up.front().detach() * factor), matrixOf(tensors.down.front()));
} catch (const c10::Error& error) {
    return fail(torchError(error));
}

} // namespace awb
