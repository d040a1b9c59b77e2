#pragma once

#include <string_view>

#include <torch/types.h>

namespace awb {

/// An element-wise non-linearity.
using Activation = torch::Tensor (*)(const torch::Tensor&);

/// The non-linearity of an AdapterHub or Hugging Face name, in any case ("relu", "gelu", "gelu_new", "swish",
/// ...); null when there is none of this name.
Activation findActivation(std::string_view name);

} // namespace awb
