#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/formats/safetensors.h"
#include "models/config/result.h"

namespace awb {

struct NamedTensor;

struct OptimizerOptions {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0.01; ///< decoupled; none on vectors: biases, LayerNorm weights, learned scalings
};

/// What one step did to one parameter.
struct ParameterUpdate {
    bool updated = false;     ///< false: no gradient in this step (AdapterDrop), so untouched
    double gradSquares = 0;   ///< squared L2 norm of the gradient, before clipping
    double changeSquares = 0; ///< of what the step added, decay included
    double weightSquares = 0; ///< of the weight before the step
};

/// AdamW (Loshchilov and Hutter 2019): first p <- p (1 - lr wd), then p <- p - lr m' / (sqrt(v') + eps) with
/// the bias-corrected moments. A parameter without a gradient is left alone: neither decayed nor moved by its
/// momentum, and its own step count stands still. One pass over memory a parameter.
class AdamW {
public:
    /// Keeps references to the parameters, which must be contiguous float32 tensors of the CPU.
    AdamW(const std::vector<NamedTensor>& parameters, const OptimizerOptions& options);
    ~AdamW();
    AdamW(AdamW&&) noexcept;
    AdamW& operator=(AdamW&&) noexcept;

    std::size_t size() const;
    const std::string& name(std::size_t parameter) const;
    /// The index of the parameter whose storage begins here; none when it is not among the trained ones.
    std::optional<std::size_t> indexOf(const void* storage) const;
    std::int64_t elements() const;

    /// Forgets all gradients (they become absent, not zero).
    void clearGradients();
    /// The L2 norm over all gradients; each one's goes to `updates`. Not finite when a gradient is not.
    double measureGradients();
    /// One update; gradients are multiplied by `gradScale` (for clipping). Call `measureGradients` first.
    void step(double learningRate, double gradScale);
    /// Of the last measureGradients() and step().
    const std::vector<ParameterUpdate>& updates() const;

    /// Parameters, moments and step counts, pointing into this object's memory.
    std::vector<TensorToWrite> state() const;
    /// Takes back what `state` gave. Errors name the tensor that is missing or has another shape.
    Result<void> restore(const SafetensorsFile& file);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace awb
