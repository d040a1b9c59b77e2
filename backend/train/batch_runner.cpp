#include "backend/train/batch_runner.h"

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"

namespace awb {
namespace {

constexpr int kRowsPerPass = 64;

torch::Tensor askedTokensOf(const PaddedBatch& batch) {
    return batch.askedTokens ? torch::tensor(*batch.askedTokens, torch::kInt64) : torch::Tensor();
}

torch::Tensor toTensor(const std::vector<std::int64_t>& values, std::int64_t rows, std::int64_t length) {
    // The batch outlives the pass, and nothing writes to its inputs.
    auto* data = const_cast<std::int64_t*>(values.data());
    return torch::from_blob(data, {rows, length}, torch::kInt64);
}

ModelInput toInput(const PaddedBatch& batch) {
    return {.ids = toTensor(batch.ids, batch.rows(), batch.length),
            .attentionMask = toTensor(batch.attentionMask, batch.rows(), batch.length),
            .typeIds = toTensor(batch.typeIds, batch.rows(), batch.length)};
}

} // namespace

/// Hidden states of a split's examples one after another, without padding.
struct BatchRunner::States {
    int layer = 0;
    bool firstOnly = false;
    std::size_t hidden = 0;
    std::unique_ptr<float[]> values;

    std::size_t begin(const TokenizedSplit& split, std::size_t example) const {
        return (firstOnly ? example : split.offsets[example]) * hidden;
    }
    std::size_t floats(const TokenizedSplit& split, std::size_t example) const {
        return (firstOnly ? 1 : static_cast<std::size_t>(split.length(example))) * hidden;
    }
};

BatchRunner::BatchRunner(AdapterModel& model, int padId, bool perToken)
    : m_model(model)
    , m_padId(padId)
    , m_perToken(perToken) {}

BatchRunner::~BatchRunner() = default;

bool BatchRunner::firstTokenOnly(int layer) const {
    return !m_perToken && layer >= m_model.config().numLayers;
}

std::int64_t BatchRunner::cacheBytes(const TokenizedSplit& split, int layer) const {
    const std::size_t positions = firstTokenOnly(layer) ? split.size() : split.ids.size();
    return static_cast<std::int64_t>(positions * sizeof(float)) * m_model.config().hiddenSize;
}

void BatchRunner::precompute(const TokenizedSplit& split, int layer, ForwardContext& context,
                             const std::function<void(std::size_t)>& progress) {
    const torch::NoGradGuard noGrad;
    auto states = std::make_unique<States>();
    states->layer = layer;
    states->firstOnly = firstTokenOnly(layer);
    states->hidden = static_cast<std::size_t>(m_model.config().hiddenSize);
    const std::size_t floats = static_cast<std::size_t>(cacheBytes(split, layer)) / sizeof(float);
    states->values = std::make_unique_for_overwrite<float[]>(floats);
    std::size_t done = 0;
    for (ExampleList& examples : orderedBatches(split.lengths(), kRowsPerPass)) {
        const PaddedBatch batch = pad(split, std::move(examples));
        const ModelInput input = toInput(batch);
        context.attentionMask = input.attentionMask;
        const torch::Tensor computed = m_model.lowerStates(input, layer, context).contiguous();
        const float* row = computed.data_ptr<float>();
        for (const std::size_t example : batch.examples) {
            std::memcpy(states->values.get() + states->begin(split, example), row,
                        states->floats(split, example) * sizeof(float));
            row += static_cast<std::size_t>(batch.length) * states->hidden;
        }
        done += batch.examples.size();
        if (progress) {
            progress(done);
        }
    }
    m_states[split.name] = std::move(states);
}

PaddedBatch BatchRunner::pad(const TokenizedSplit& split, ExampleList examples) const {
    return padBatch(split, std::move(examples), m_padId);
}

ModelOutput BatchRunner::run(const TokenizedSplit& split, const PaddedBatch& batch, ForwardContext& context) {
    const ModelInput input = toInput(batch);
    context.askedTokens = askedTokensOf(batch);
    const auto found = m_states.find(split.name);
    if (found == m_states.end()) {
        context.attentionMask = input.attentionMask;
        return m_model.forward(input, context);
    }
    const States& states = *found->second;
    const std::int64_t length = states.firstOnly ? 1 : batch.length;
    const torch::Tensor mask = input.attentionMask.narrow(1, 0, length);
    torch::Tensor lower = torch::zeros({batch.rows(), length, static_cast<std::int64_t>(states.hidden)});
    float* row = lower.data_ptr<float>();
    for (const std::size_t example : batch.examples) {
        std::memcpy(row, states.values.get() + states.begin(split, example),
                    states.floats(split, example) * sizeof(float));
        row += static_cast<std::size_t>(length) * states.hidden;
    }
    context.attentionMask = mask;
    return m_model.forwardFrom(lower, states.layer, mask, context);
}

} // namespace awb
