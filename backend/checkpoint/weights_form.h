#pragma once

namespace awb {

/// How weights are written into a folder: safetensors, or PyTorch's zip pickle (".bin") for libraries of
/// before safetensors.
enum class WeightsForm { Safetensors, Pickle };

} // namespace awb
