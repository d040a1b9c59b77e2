#pragma once
// Compiled once for all torch targets. Tensors and their operations alone: with all of <torch/torch.h> it had
// 630 MB instead of 340, and loading it was most of the work of a translation unit.
#include <torch/types.h>
