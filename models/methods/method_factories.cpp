#include "models/methods/method_factories.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <torch/types.h>

namespace awb {

BuildMethod findFactory(std::string_view method) {
    static constexpr std::array<std::pair<std::string_view, BuildMethod>, 9> kFactories{
        {{"bottleneck", buildBottleneck},
         {"lora", buildLora},
         {"dora", buildDora},
         {"vera", buildVera},
         {"ia3", buildIa3},
         {"prefix_tuning", buildPrefixTuning},
         {"prompt_tuning", buildPromptTuning},
         {"reft", buildReft},
         {"bitfit", buildBitFit}}};
    for (const auto& [id, factory] : kFactories) {
        if (id == method) {
            return factory;
        }
    }
    return nullptr;
}

torch::Tensor LinearModule::change(const torch::Tensor& /*input*/, const torch::Tensor& /*mapInput*/,
                                   bool /*training*/, ModuleTrace& /*trace*/) const {
    throw std::logic_error("this module adds nothing");
}

torch::Tensor LinearModule::factor() const {
    throw std::logic_error("this module is no factor");
}

torch::Tensor LinearModule::replace(const Linear& /*map*/, const torch::Tensor& /*input*/, bool /*training*/,
                                    ModuleTrace& /*trace*/) const {
    throw std::logic_error("this module does not replace the map");
}

} // namespace awb
