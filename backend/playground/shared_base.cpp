#include "backend/playground/shared_base.h"

#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"

namespace awb {

std::int64_t bytesOf(const std::vector<NamedTensor>& parameters) {
    std::int64_t bytes = 0;
    for (const NamedTensor& parameter : parameters) {
        bytes += parameter.tensor.numel() * static_cast<std::int64_t>(parameter.tensor.element_size());
    }
    return bytes;
}

Result<std::shared_ptr<SharedBase>> BasePool::get(const std::filesystem::path& folder) {
    if (const auto* found = m_bases.find(folder)) {
        return *found;
    }
    m_bases.makeRoom();
    auto tokenizer = loadTokenizer(folder);
    if (!tokenizer) {
        return fail(tokenizer.error());
    }
    auto loaded = loadModel(folder);
    if (!loaded) {
        return fail(loaded.error());
    }
    auto base =
        std::make_shared<SharedBase>(SharedBase{folder, std::move(loaded->model), std::move(*tokenizer), {}});
    base->hash = baseHash(base->model);
    base->bytes = bytesOf(base->model.baseParameters());
    return m_bases.insert(folder, std::move(base));
}

} // namespace awb
