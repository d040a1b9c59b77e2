#include "backend/run/study_recorder.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <torch/types.h>

#include "models/forward_context.h"

namespace awb {

namespace {

constexpr double kSmallestInput = 1e-12;

std::int64_t rowsOf(const torch::Tensor& tensor) {
    return tensor.numel() / std::max<std::int64_t>(1, tensor.size(-1));
}

/// A [.., W] tensor as rows of floats.
class Rows {
public:
    explicit Rows(const torch::Tensor& tensor)
        : m_owner(tensor.contiguous())
        , m_width(static_cast<std::size_t>(m_owner.size(-1))) {}

    std::span<const float> operator[](std::size_t row) const {
        return {m_owner.data_ptr<float>() + row * m_width, m_width};
    }

private:
    torch::Tensor m_owner;
    std::size_t m_width;
};

void putRow(FloatMatrix& matrix, std::int64_t rows, std::int64_t row, std::span<const float> values) {
    if (matrix.isEmpty()) {
        matrix.rows = rows;
        matrix.columns = static_cast<std::int64_t>(values.size());
        matrix.values.resize(static_cast<std::size_t>(rows) * values.size());
    }
    std::ranges::copy(values, matrix.values.begin() + row * matrix.columns);
}

} // namespace

StudyRecorder::StudyRecorder(const TokenizedSplit& split, std::vector<WatchedModule> modules,
                             const std::vector<std::size_t>& chosen)
    : m_split(split)
    , m_modules(std::move(modules))
    , m_seen(m_modules.size())
    , m_rowOf(split.ids.size(), -1)
    , m_chosen(static_cast<std::int64_t>(chosen.size())) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        m_rowOf[chosen[i]] = static_cast<std::int64_t>(i);
    }
    for (std::size_t i = 0; i < m_modules.size(); ++i) {
        if (m_modules[i].units > 0) {
            m_seen[i].units.emplace(m_modules[i].units);
        }
    }
}

void StudyRecorder::begin(const PaddedBatch& batch) {
    m_cells.clear();
    m_places.clear();
    m_allCells = batch.rows() * batch.length;
    m_done.assign(m_modules.size(), false);
    for (std::size_t row = 0; row < batch.examples.size(); ++row) {
        const std::size_t first = m_split.offsets[batch.examples[row]];
        const auto length = static_cast<std::size_t>(m_split.length(batch.examples[row]));
        for (std::size_t token = 0; token < length; ++token) {
            m_cells.push_back(row * static_cast<std::size_t>(batch.length) + token);
            m_places.push_back(first + token);
        }
    }
}

void StudyRecorder::observe(const SiteObservation& observation) {
    const auto found = std::ranges::find_if(m_modules, [&](const WatchedModule& module) {
        return module.layer == observation.layer && module.site == observation.site &&
               module.adapter == observation.adapter;
    });
    if (found == m_modules.end() || !observation.change.defined() ||
        rowsOf(observation.input) != m_allCells || rowsOf(observation.change) != m_allCells) {
        return;
    }
    const auto index = static_cast<std::size_t>(found - m_modules.begin());
    if (m_done[index]) {
        return; // an adapter that stands in a composition twice
    }
    m_done[index] = true;
    addChange(m_seen[index], observation);
    if (m_seen[index].units && observation.activation.defined()) {
        addActivations(m_seen[index], observation);
    }
}

void StudyRecorder::addChange(Seen& seen, const SiteObservation& observation) {
    // A bottleneck tells its gate beside the change; at linear maps it is in the change already.
    const bool hasGate = observation.gate.defined() && isBottleneckSite(observation.site);
    const torch::Tensor change = hasGate ? observation.change * observation.gate : observation.change;
    const torch::Tensor sizes =
        (change.norm(2, -1) / observation.input.norm(2, -1).clamp_min(kSmallestInput)).contiguous();
    const float* values = sizes.data_ptr<float>();
    const Rows changes(change);
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        const auto value = static_cast<double>(values[m_cells[i]]);
        ++seen.tokens;
        seen.sum += value;
        seen.squares += value * value;
        if (const std::int64_t row = m_rowOf[m_places[i]]; row >= 0) {
            putRow(seen.changes, m_chosen, row, changes[m_cells[i]]);
        }
    }
}

void StudyRecorder::addActivations(Seen& seen, const SiteObservation& observation) {
    const Rows activations(observation.activation);
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        const std::span<const float> units = activations[m_cells[i]];
        seen.units->add(units, m_split.ids[m_places[i]], m_places[i]);
        if (const std::int64_t row = m_rowOf[m_places[i]]; row >= 0) {
            putRow(seen.activations, m_chosen, row, units);
        }
    }
}

} // namespace awb
