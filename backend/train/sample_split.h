#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/train/batching.h"

namespace awb {

/// At most `most` examples of a split, without repetition and in their order, drawn by the seed; all of them
/// where the split has no more.
TokenizedSplit sampleOf(const TokenizedSplit& split, std::size_t most, std::int64_t seed);

} // namespace awb
