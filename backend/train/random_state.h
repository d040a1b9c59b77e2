#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace awb {

/// The state of LibTorch's default CPU generator, which dropout draws from: about 5,000 bytes.
std::vector<std::byte> randomState();
/// Takes a state back; false when these bytes can't be one.
bool setRandomState(std::span<const std::byte> state);

} // namespace awb
