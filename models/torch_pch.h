#pragma once
// LibTorch's headers cost about half a minute a translation unit: compiled once for all torch targets.
#include <torch/torch.h>
