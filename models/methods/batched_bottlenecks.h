#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "models/methods/bottleneck.h"

namespace awb {

/// One of several bottleneck modules at a site that are computed together.
struct BatchedMember {
    std::string name;
    const BottleneckModule* module;
};

/// The modules of a block's children where all of them are plain adapters of one width and one non-linearity;
/// else empty: they are computed one after the other.
std::vector<BatchedMember>
batchedMembers(const Composition& node,
               const std::function<const BottleneckModule*(const std::string&)>& moduleOf);

/// Every module's u of the same input: v [B, T, H]. One product for all down-projections. The up-projections
/// are made one by one: LibTorch's batched products without MKL are two to four times slower than single ones
/// (tests/bench/bench_batched_adapters).
std::vector<BottleneckModule::Trace> projectAll(const std::vector<BatchedMember>& members,
                                                const torch::Tensor& v);

/// Every module's u of an input of its own: v [N, B, T, H], one by one for the same reason.
std::vector<BottleneckModule::Trace> projectEach(const std::vector<BatchedMember>& members,
                                                 const torch::Tensor& v);

} // namespace awb
