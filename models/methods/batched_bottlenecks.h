#pragma once

#include <functional>
#include <map>
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

/// The modules of a block's children where all of them are plain adapters of one width, one non-linearity and
/// one constant scaling; else empty: they are computed one after the other.
std::vector<BatchedMember>
batchedMembers(const Composition& node,
               const std::function<const BottleneckModule*(const std::string&)>& moduleOf);

/// The projections of N modules, joined.
struct JoinedWeights {
    torch::Tensor down;     ///< [N * b, H]
    torch::Tensor downBias; ///< [N * b]
    torch::Tensor up;       ///< [N, H, b]
    torch::Tensor upBias;   ///< [N, 1, H]
};

/// The inner units and changes u of N modules.
struct BatchedTraces {
    torch::Tensor activation; ///< [N, B, T, b]
    torch::Tensor change;     ///< [N, B, T, H]
    /// Those of one module.
    BottleneckModule::Trace operator[](std::size_t module) const;
};

/// Computes the modules of a site as batched products, and keeps the joined weights of frozen ones from pass
/// to pass: joining is as much work as a small batch's products. What it gains over one after the other:
/// tests/bench/bench_batched_adapters.
class BatchedBottlenecks {
public:
    /// Every module's u of the same input, v [B, T, H]: one product for all down-projections, one batched
    /// product for the up-projections.
    BatchedTraces projectAll(const std::vector<BatchedMember>& members, const torch::Tensor& v);
    /// Every module's u of an input of its own, v [N, B, T, H]: two batched products.
    BatchedTraces projectEach(const std::vector<BatchedMember>& members, const torch::Tensor& v);
    /// Lets go of all that is kept: adapters are about to leave the model.
    void forget() { m_kept.clear(); }
    /// Whether joining pays: weights that train are joined anew in each pass, which a product over few rows
    /// doesn't earn back.
    static bool pays(const std::vector<BatchedMember>& members, std::int64_t rows);

private:
    /// Joined weights and what they were made of, as it was then.
    struct Kept {
        std::vector<torch::Tensor> sources;
        std::vector<std::uint32_t> versions;
        JoinedWeights joined;
    };

    JoinedWeights weightsOf(const std::vector<BatchedMember>& members);

    std::map<std::vector<const BottleneckModule*>, Kept> m_kept;
};

} // namespace awb
