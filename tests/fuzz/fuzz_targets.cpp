#include "tests/fuzz/fuzz_targets.h"

#include <array>
#include <stdexcept>

namespace awb::fuzz {

namespace {

constexpr std::array kTargets{
    Target{"safetensors", safetensors},
    Target{"torch_archive", torchArchive},
    Target{"tensor_pickle", tensorPickle},
    Target{"adapter_config", adapterConfig},
    Target{"experiment", experiment},
    Target{"csv", csv},
    Target{"jsonl", jsonl},
    Target{"conll", conll},
};

} // namespace

void require(bool holds, const char* promise) {
    if (!holds) {
        throw std::logic_error(promise);
    }
}

std::span<const Target> targets() {
    return kTargets;
}

} // namespace awb::fuzz
