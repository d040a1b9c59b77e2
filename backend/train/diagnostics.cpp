#include "backend/train/diagnostics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <torch/types.h>

#include "backend/train/batching.h"
#include "backend/train/optimizer.h"
#include "backend/train/vector_sums.h"
#include "models/adapter_model.h"

namespace awb {
namespace {

constexpr std::size_t kSampledTokens = 256;
/// Below this a unit's output is nothing for float32 sums of ordinary size.
constexpr float kInactive = 1e-6F;
constexpr float kNotMeasured = std::numeric_limits<float>::quiet_NaN();

/// A [.., W] tensor as rows of floats; `owner` keeps a copy alive where one was needed.
struct Rows {
    explicit Rows(const torch::Tensor& tensor)
        : owner(tensor.detach().contiguous())
        , width(static_cast<std::size_t>(owner.size(-1)))
        , count(owner.numel() / std::max<std::int64_t>(owner.size(-1), 1))
        , data(owner.data_ptr<float>()) {}

    std::span<const float> row(std::int64_t index) const {
        return {data + static_cast<std::size_t>(index) * width, width};
    }

    torch::Tensor owner;
    std::size_t width;
    std::int64_t count;
    const float* data;
};

/// Mean over the rows of |change| / |input|.
float meanRelativeChange(const Rows& change, const Rows& input, std::span<const std::int64_t> rows) {
    double sum = 0;
    for (const std::int64_t row : rows) {
        const double size = sumOfSquares(input.row(row));
        sum += std::sqrt(sumOfSquares(change.row(row)) / std::max(size, 1e-30));
    }
    return static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(rows.size(), 1)));
}

/// Share of the columns that stay inactive in all rows. Stops as soon as every unit was active once.
float shareOfDeadUnits(const Rows& activation, std::span<const std::int64_t> rows) {
    constexpr std::size_t kRowsPerCheck = 16;
    std::vector<float> largest(activation.width, 0.0F);
    const auto isDead = [](float value) { return !(value > kInactive); };
    for (std::size_t begin = 0; begin < rows.size(); begin += kRowsPerCheck) {
        for (const std::int64_t row : rows.subspan(begin, std::min(kRowsPerCheck, rows.size() - begin))) {
            const std::span<const float> values = activation.row(row);
            for (std::size_t unit = 0; unit < values.size(); ++unit) {
                const float size = std::fabs(values[unit]);
                largest[unit] = size > largest[unit] ? size : largest[unit];
            }
        }
        if (std::ranges::none_of(largest, isDead)) {
            return 0.0F;
        }
    }
    const auto dead = std::ranges::count_if(largest, isDead);
    return static_cast<float>(dead) / static_cast<float>(std::max<std::size_t>(largest.size(), 1));
}

std::vector<std::size_t> indicesOf(const std::vector<torch::Tensor>& tensors, const AdamW& optimizer) {
    std::vector<std::size_t> indices;
    for (const torch::Tensor& tensor : tensors) {
        if (const auto index = optimizer.indexOf(tensor.data_ptr())) {
            indices.push_back(*index);
        }
    }
    return indices;
}

/// Root of the sum of one member over some parameters.
float norm(const std::vector<std::size_t>& indices, const std::vector<ParameterUpdate>& updates,
           double ParameterUpdate::*squares) {
    double sum = 0;
    for (const std::size_t index : indices) {
        sum += updates[index].*squares;
    }
    return static_cast<float>(std::sqrt(sum));
}

} // namespace

Diagnostics::Diagnostics(const AdapterModel& model, std::vector<ModuleInfo> modules, const AdamW& optimizer)
    : m_optimizer(optimizer)
    , m_modules(std::move(modules))
    , m_seen(m_modules.size()) {
    for (const ModuleInfo& module : m_modules) {
        const AdapterModel::ModuleTensors tensors =
            model.moduleTensors(module.adapter, module.layer, module.site);
        m_tensors.push_back({indicesOf(tensors.down, optimizer), indicesOf(tensors.up, optimizer),
                             indicesOf(tensors.all, optimizer)});
    }
}

void Diagnostics::beginStep(const PaddedBatch& batch) {
    std::ranges::fill(m_seen, Seen{});
    m_cells = static_cast<std::int64_t>(batch.attentionMask.size());
    m_tokens.clear();
    for (std::size_t cell = 0; cell < batch.attentionMask.size(); ++cell) {
        if (batch.attentionMask[cell] != 0) {
            m_tokens.push_back(static_cast<std::int64_t>(cell));
        }
    }
    const std::size_t wanted = std::min(kSampledTokens, m_tokens.size());
    m_sampled.resize(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
        m_sampled[i] = m_tokens[i * m_tokens.size() / wanted];
    }
}

void Diagnostics::observe(const SiteObservation& observation) {
    for (std::size_t i = 0; i < m_modules.size(); ++i) {
        const ModuleInfo& module = m_modules[i];
        if (module.layer != observation.layer || module.site != observation.site ||
            module.adapter != observation.adapter) {
            continue;
        }
        m_seen[i].ran = true;
        if (!observation.change.defined()) {
            return; // prefixes: their change can't be told from the attention's own
        }
        const Rows input(observation.input);
        const Rows change(observation.change);
        std::vector<std::int64_t> all;
        // A pass over the first tokens alone has fewer rows than the batch has cells: then each row is a real
        // token.
        if (input.count != m_cells) {
            all.resize(static_cast<std::size_t>(input.count));
            std::iota(all.begin(), all.end(), std::int64_t{0});
        }
        const bool whole = input.count == m_cells;
        m_seen[i].relativeChange = meanRelativeChange(change, input, whole ? m_sampled : all);
        if (observation.activation.defined()) {
            m_seen[i].deadShare = shareOfDeadUnits(Rows(observation.activation), whole ? m_tokens : all);
        }
        return;
    }
}

std::vector<ModuleStats> Diagnostics::finishStep() const {
    const std::vector<ParameterUpdate>& updates = m_optimizer.updates();
    std::vector<ModuleStats> stats(m_modules.size());
    for (std::size_t i = 0; i < m_modules.size(); ++i) {
        // Not every module is watched at its site; a gradient tells as well that it ran.
        const bool hasGradient =
            std::ranges::any_of(m_tensors[i].all, [&](std::size_t index) { return updates[index].updated; });
        if (!m_seen[i].ran && !hasGradient) {
            stats[i] = {kNotMeasured, kNotMeasured, kNotMeasured, kNotMeasured, kNotMeasured};
            continue;
        }
        const float weight = norm(m_tensors[i].all, updates, &ParameterUpdate::weightSquares);
        const float change = norm(m_tensors[i].all, updates, &ParameterUpdate::changeSquares);
        stats[i] = {.gradNormDown = norm(m_tensors[i].down, updates, &ParameterUpdate::gradSquares),
                    .gradNormUp = norm(m_tensors[i].up, updates, &ParameterUpdate::gradSquares),
                    .updateRatio = weight > 0 ? change / weight : 0.0F,
                    .relativeChange = m_seen[i].relativeChange,
                    .deadShare = m_seen[i].deadShare};
    }
    return stats;
}

} // namespace awb
