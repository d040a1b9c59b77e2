#include "backend/train/optimizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>
#include <unordered_map>

#include <torch/types.h>

#include "backend/train/vector_sums.h"
#include "models/adapter_model.h"

namespace awb {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kStretch = 1024;

/// The factors of one update, the same for all elements of a parameter.
struct Factors {
    float gradScale;
    float beta1;
    float beta2;
    float keep;      ///< 1 - lr * decay
    float stepSize;  ///< lr / (1 - beta1^t)
    float rootScale; ///< 1 / sqrt(1 - beta2^t)
    float epsilon;
};

struct Squares {
    double change = 0;
    double weight = 0;
};

/// Updates up to kLanes elements and adds to the lanes' sums of squares.
template<std::size_t N>
inline void updateLanes(float* weight, const float* grad, float* first, float* second, const Factors& f,
                        float* changeSums, float* weightSums) {
    for (std::size_t lane = 0; lane < N; ++lane) {
        const float g = grad[lane] * f.gradScale;
        const float m = f.beta1 * first[lane] + (1.0F - f.beta1) * g;
        const float v = f.beta2 * second[lane] + (1.0F - f.beta2) * g * g;
        const float old = weight[lane];
        const float next = old * f.keep - f.stepSize * m / (std::sqrt(v) * f.rootScale + f.epsilon);
        first[lane] = m;
        second[lane] = v;
        weight[lane] = next;
        changeSums[lane] += (next - old) * (next - old);
        weightSums[lane] += old * old;
    }
}

Squares updateAll(std::span<float> weight, const float* grad, float* first, float* second, const Factors& f) {
    Squares squares;
    std::size_t i = 0;
    while (i < weight.size()) {
        std::array<float, kLanes> changeSums{};
        std::array<float, kLanes> weightSums{};
        std::size_t n = 0;
        for (; n < kStretch && i + kLanes <= weight.size(); n += kLanes, i += kLanes) {
            updateLanes<kLanes>(weight.data() + i, grad + i, first + i, second + i, f, changeSums.data(),
                                weightSums.data());
        }
        for (; i + kLanes > weight.size() && i < weight.size(); ++i) {
            updateLanes<1>(weight.data() + i, grad + i, first + i, second + i, f, changeSums.data(),
                           weightSums.data());
        }
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            squares.change += static_cast<double>(changeSums[lane]);
            squares.weight += static_cast<double>(weightSums[lane]);
        }
    }
    return squares;
}

std::span<const std::byte> asBytes(std::span<const float> values) {
    return std::as_bytes(values);
}

} // namespace

struct AdamW::Impl {
    struct Parameter {
        std::string name;
        torch::Tensor tensor;
        bool decays = false;
        std::vector<float> first;
        std::vector<float> second;

        std::span<float> values() const {
            return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
        }
    };

    OptimizerOptions options;
    std::vector<Parameter> parameters;
    std::vector<torch::Tensor> gradients; ///< contiguous, of the step being made; undefined where absent
    std::vector<ParameterUpdate> updates;
    std::vector<std::int64_t> steps; ///< how often each parameter was updated
    std::unordered_map<const void*, std::size_t> byStorage;

    Factors factorsFor(std::size_t index, double learningRate, double gradScale) const {
        const double t = static_cast<double>(steps[index]);
        const double decay = parameters[index].decays ? options.weightDecay : 0.0;
        return {.gradScale = static_cast<float>(gradScale),
                .beta1 = static_cast<float>(options.beta1),
                .beta2 = static_cast<float>(options.beta2),
                .keep = static_cast<float>(1.0 - learningRate * decay),
                .stepSize = static_cast<float>(learningRate / (1.0 - std::pow(options.beta1, t))),
                .rootScale = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(options.beta2, t))),
                .epsilon = static_cast<float>(options.epsilon)};
    }
};

AdamW::AdamW(const std::vector<NamedTensor>& parameters, const OptimizerOptions& options)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->options = options;
    m_impl->parameters.reserve(parameters.size());
    for (const NamedTensor& parameter : parameters) {
        TORCH_CHECK(parameter.tensor.is_contiguous() && parameter.tensor.scalar_type() == torch::kFloat32,
                    "parameter ", parameter.name, " is not a contiguous float32 tensor");
        const std::size_t count = static_cast<std::size_t>(parameter.tensor.numel());
        m_impl->byStorage.emplace(parameter.tensor.data_ptr(), m_impl->parameters.size());
        m_impl->parameters.push_back({.name = parameter.name,
                                      .tensor = parameter.tensor,
                                      .decays = parameter.tensor.dim() >= 2,
                                      .first = std::vector<float>(count),
                                      .second = std::vector<float>(count)});
    }
    m_impl->gradients.resize(parameters.size());
    m_impl->updates.resize(parameters.size());
    m_impl->steps.resize(parameters.size());
}

AdamW::~AdamW() = default;
AdamW::AdamW(AdamW&&) noexcept = default;
AdamW& AdamW::operator=(AdamW&&) noexcept = default;

std::size_t AdamW::size() const {
    return m_impl->parameters.size();
}

const std::string& AdamW::name(std::size_t parameter) const {
    return m_impl->parameters[parameter].name;
}

std::optional<std::size_t> AdamW::indexOf(const void* storage) const {
    const auto found = m_impl->byStorage.find(storage);
    return found == m_impl->byStorage.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t AdamW::elements() const {
    std::int64_t sum = 0;
    for (const Impl::Parameter& parameter : m_impl->parameters) {
        sum += parameter.tensor.numel();
    }
    return sum;
}

void AdamW::clearGradients() {
    for (std::size_t i = 0; i < size(); ++i) {
        m_impl->parameters[i].tensor.mutable_grad().reset();
        m_impl->gradients[i].reset();
    }
}

double AdamW::measureGradients() {
    double squares = 0;
    for (std::size_t i = 0; i < size(); ++i) {
        ParameterUpdate& update = m_impl->updates[i];
        update = {};
        const torch::Tensor& grad = m_impl->parameters[i].tensor.grad();
        if (!grad.defined()) {
            continue;
        }
        m_impl->gradients[i] = grad.detach().contiguous();
        update.gradSquares = sumOfSquares(
            {m_impl->gradients[i].data_ptr<float>(), static_cast<std::size_t>(m_impl->gradients[i].numel())});
        squares += update.gradSquares;
    }
    return std::sqrt(squares);
}

void AdamW::step(double learningRate, double gradScale) {
    for (std::size_t i = 0; i < size(); ++i) {
        if (!m_impl->gradients[i].defined()) {
            continue;
        }
        Impl::Parameter& parameter = m_impl->parameters[i];
        ++m_impl->steps[i];
        const Factors factors = m_impl->factorsFor(i, learningRate, gradScale);
        const Squares squares = updateAll(parameter.values(), m_impl->gradients[i].data_ptr<float>(),
                                          parameter.first.data(), parameter.second.data(), factors);
        // The values were written past LibTorch, and what is kept of them elsewhere must know.
        parameter.tensor.unsafeGetTensorImpl()->bump_version();
        ParameterUpdate& update = m_impl->updates[i];
        update.updated = true;
        update.changeSquares = squares.change;
        update.weightSquares = squares.weight;
    }
}

const std::vector<ParameterUpdate>& AdamW::updates() const {
    return m_impl->updates;
}

std::vector<TensorToWrite> AdamW::state() const {
    std::vector<TensorToWrite> tensors;
    for (const Impl::Parameter& parameter : m_impl->parameters) {
        const std::vector<std::int64_t> shape = parameter.tensor.sizes().vec();
        tensors.push_back({"parameter." + parameter.name, "F32", shape, asBytes(parameter.values())});
        tensors.push_back({"first_moment." + parameter.name, "F32", shape, asBytes(parameter.first)});
        tensors.push_back({"second_moment." + parameter.name, "F32", shape, asBytes(parameter.second)});
    }
    tensors.push_back({"parameter_steps",
                       "I64",
                       {static_cast<std::int64_t>(m_impl->steps.size())},
                       std::as_bytes(std::span(m_impl->steps))});
    return tensors;
}

Result<void> AdamW::restore(const SafetensorsFile& file) {
    // The state's own spans say what to expect; all is checked before anything is changed.
    const std::vector<TensorToWrite> expected = state();
    for (const TensorToWrite& tensor : expected) {
        const TensorEntry* entry = file.find(tensor.name);
        if (!entry) {
            return fail("the checkpoint does not hold this tensor", tensor.name,
                        "It was made by another design. Start the run anew");
        }
        if (entry->dtype != tensor.dtype || entry->shape != tensor.shape) {
            return fail("the checkpoint holds this tensor in another shape", tensor.name,
                        "It was made by another design. Start the run anew");
        }
    }
    const auto copy = [&file](const std::string& name, std::span<std::byte> target) {
        const std::span<const std::byte> source = file.bytes(*file.find(name));
        std::memcpy(target.data(), source.data(), target.size());
    };
    for (Impl::Parameter& parameter : m_impl->parameters) {
        copy("parameter." + parameter.name, std::as_writable_bytes(parameter.values()));
        copy("first_moment." + parameter.name, std::as_writable_bytes(std::span(parameter.first)));
        copy("second_moment." + parameter.name, std::as_writable_bytes(std::span(parameter.second)));
    }
    copy("parameter_steps", std::as_writable_bytes(std::span(m_impl->steps)));
    return {};
}

} // namespace awb
