#include "backend/train/random_state.h"

#include <cstring>
#include <mutex>

#include <torch/types.h>

namespace awb {

std::vector<std::byte> randomState() {
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    const torch::Tensor state = generator.get_state();
    std::vector<std::byte> bytes(state.nbytes());
    std::memcpy(bytes.data(), state.data_ptr(), bytes.size());
    return bytes;
}

bool setRandomState(std::span<const std::byte> bytes) {
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    if (bytes.size() != generator.get_state().nbytes()) {
        return false;
    }
    const torch::Tensor state = torch::empty({static_cast<std::int64_t>(bytes.size())}, torch::kUInt8);
    std::memcpy(state.data_ptr(), bytes.data(), bytes.size());
    try {
        generator.set_state(state);
    } catch (const c10::Error&) {
        return false; // the bytes have the right number, but their content is checked, too
    }
    return true;
}

} // namespace awb
