#include "ui/plots/run_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace awb::ui {

namespace {

constexpr std::size_t kStep = static_cast<std::size_t>(XAxis::Step);

/// Value of y at `at`, linear between the neighbours in the sorted column `x`; the ends continue flat.
double interpolate(std::span<const double> x, std::span<const double> y, double at) {
    if (x.empty()) {
        return at;
    }
    const auto right = std::lower_bound(x.begin(), x.end(), at);
    if (right == x.begin()) {
        return y.front();
    }
    if (right == x.end()) {
        return y.back();
    }
    const auto i = static_cast<std::size_t>(right - x.begin());
    const double width = x[i] - x[i - 1];
    const double t = width > 0 ? (at - x[i - 1]) / width : 1.0;
    return y[i - 1] + t * (y[i] - y[i - 1]);
}

template<typename T>
void cut(std::vector<T>& column, std::size_t size) {
    column.resize(std::min(column.size(), size));
}

} // namespace

void RunData::clear() {
    const std::uint64_t generation = m_generation;
    *this = RunData();
    m_generation = generation + 1;
}

void RunData::setPlan(const RunPlan& plan) {
    const bool sameModules = m_plan && m_plan->modules == plan.modules;
    m_plan = plan;
    if (!sameModules) {
        m_modules.assign(plan.modules.size(), ModuleColumns());
        for (ModuleColumns& columns : m_modules) {
            for (std::vector<float>& column : columns) {
                column.assign(size(), std::numeric_limits<float>::quiet_NaN());
            }
        }
        ++m_generation;
    }
}

void RunData::append(const StepRecord& record) {
    const auto step = static_cast<double>(record.step);
    if (!m_loss.empty() && step <= m_x[kStep].back()) {
        truncateBefore(record.step);
    }

    const std::array<double, kXAxisCount> position{step, record.epoch, static_cast<double>(record.examples),
                                                   static_cast<double>(record.tokens), record.seconds};
    for (std::size_t axis = 0; axis < kXAxisCount; ++axis) {
        // Charts search in these columns, so they must never go back.
        const double floor = m_x[axis].empty() ? -std::numeric_limits<double>::infinity() : m_x[axis].back();
        m_x[axis].push_back(std::max(position[axis], floor));
    }
    m_loss.push_back(record.loss);
    m_learningRate.push_back(record.learningRate);
    m_gradNorm.push_back(record.gradNorm);
    for (std::size_t i = 0; i < m_modules.size(); ++i) {
        constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
        const bool known = i < record.modules.size();
        const ModuleStats stats =
            known ? record.modules[i] : ModuleStats{kMissing, kMissing, kMissing, kMissing, kMissing};
        m_modules[i][0].push_back(std::hypot(stats.gradNormDown, stats.gradNormUp));
        m_modules[i][1].push_back(stats.gradNormDown);
        m_modules[i][2].push_back(stats.gradNormUp);
        m_modules[i][3].push_back(stats.updateRatio);
        m_modules[i][4].push_back(stats.relativeChange);
        m_modules[i][5].push_back(stats.deadShare);
    }
}

void RunData::append(const EvalRecord& record) {
    const auto add = [&](const std::string& metric, double value) {
        EvalCurve& curve = evalCurve(record.split, metric);
        const auto step = static_cast<double>(record.step);
        if (!curve.y.empty() && step <= curve.x[kStep].back()) {
            const auto keep = static_cast<std::size_t>(
                std::lower_bound(curve.x[kStep].begin(), curve.x[kStep].end(), step) -
                curve.x[kStep].begin());
            for (std::vector<double>& column : curve.x) {
                cut(column, keep);
            }
            cut(curve.y, keep);
            ++m_generation;
        }
        curve.x[kStep].push_back(step);
        curve.x[1].push_back(record.epoch);
        curve.x[2].push_back(xAtStep(step, XAxis::Examples));
        curve.x[3].push_back(xAtStep(step, XAxis::Tokens));
        curve.x[4].push_back(record.seconds);
        curve.y.push_back(value);
    };
    add("loss", record.loss);
    for (const auto& [metric, value] : record.metrics) {
        if (metric != "loss") {
            add(metric, value);
        }
    }
}

std::span<const float> RunData::module(std::size_t index, ModuleQuantity quantity) const {
    return m_modules[index][static_cast<std::size_t>(quantity)];
}

const EvalCurve* RunData::eval(const std::string& split, const std::string& metric) const {
    const auto found = std::find_if(m_evals.begin(), m_evals.end(), [&](const EvalCurve& curve) {
        return curve.split == split && curve.metric == metric;
    });
    return found == m_evals.end() ? nullptr : &*found;
}

EvalCurve& RunData::evalCurve(const std::string& split, const std::string& metric) {
    const auto found = std::find_if(m_evals.begin(), m_evals.end(), [&](const EvalCurve& curve) {
        return curve.split == split && curve.metric == metric;
    });
    if (found != m_evals.end()) {
        return *found;
    }
    m_evals.push_back(EvalCurve{split, metric, {}, {}});
    return m_evals.back();
}

void RunData::truncateBefore(std::int64_t step) {
    const auto& steps = m_x[kStep];
    const auto keep = static_cast<std::size_t>(
        std::lower_bound(steps.begin(), steps.end(), static_cast<double>(step)) - steps.begin());
    for (std::vector<double>& column : m_x) {
        cut(column, keep);
    }
    cut(m_loss, keep);
    cut(m_learningRate, keep);
    cut(m_gradNorm, keep);
    for (ModuleColumns& columns : m_modules) {
        for (std::vector<float>& column : columns) {
            cut(column, keep);
        }
    }
    for (EvalCurve& curve : m_evals) {
        const auto left = static_cast<std::size_t>(
            std::lower_bound(curve.x[kStep].begin(), curve.x[kStep].end(), static_cast<double>(step)) -
            curve.x[kStep].begin());
        for (std::vector<double>& column : curve.x) {
            cut(column, left);
        }
        cut(curve.y, left);
    }
    ++m_generation;
}

double RunData::xAtStep(double step, XAxis axis) const {
    return axis == XAxis::Step ? step : interpolate(m_x[kStep], x(axis), step);
}

double RunData::stepAtX(double x, XAxis axis) const {
    return axis == XAxis::Step ? x : interpolate(this->x(axis), m_x[kStep], x);
}

std::optional<std::size_t> RunData::nearest(double step) const {
    const auto& steps = m_x[kStep];
    if (steps.empty()) {
        return std::nullopt;
    }
    auto right = std::lower_bound(steps.begin(), steps.end(), step);
    if (right == steps.end()) {
        return steps.size() - 1;
    }
    const auto i = static_cast<std::size_t>(right - steps.begin());
    return i > 0 && step - steps[i - 1] < steps[i] - step ? i - 1 : i;
}

} // namespace awb::ui
