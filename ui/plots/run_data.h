#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/train/records.h"

namespace awb::ui {

/// What the horizontal axis counts.
enum class XAxis { Step, Epoch, Examples, Tokens, Time };
inline constexpr std::size_t kXAxisCount = 5;

/// What is shown of each adapter module.
enum class ModuleQuantity {
    GradientNorm,
    GradientNormDown,
    GradientNormUp,
    UpdateRatio,
    RelativeChange,
    DeadShare
};
inline constexpr std::size_t kModuleQuantityCount = 6;

/// One metric of one split over the run. `x` has one column for each XAxis.
struct EvalCurve {
    std::string split;
    std::string metric; ///< "loss" or a metric's name
    std::array<std::vector<double>, kXAxisCount> x;
    std::vector<double> y;
};

/// A run's records as columns, the form that charts read. Grows at the end only, except after a resume, where
/// steps that the run took before it was interrupted are taken again and replace the old ones.
class RunData {
public:
    void clear();
    void setPlan(const RunPlan& plan);
    void append(const StepRecord& record);
    void append(const EvalRecord& record);

    const std::optional<RunPlan>& plan() const { return m_plan; }
    std::size_t size() const { return m_loss.size(); }
    /// Changes whenever something that was already here has changed, so that caches must start again.
    std::uint64_t generation() const { return m_generation; }

    std::span<const double> x(XAxis axis) const { return m_x[static_cast<std::size_t>(axis)]; }
    std::span<const double> loss() const { return m_loss; }
    std::span<const double> learningRate() const { return m_learningRate; }
    std::span<const double> gradNorm() const { return m_gradNorm; }
    std::size_t moduleCount() const { return m_modules.size(); }
    std::span<const float> module(std::size_t index, ModuleQuantity quantity) const;

    const std::vector<EvalCurve>& evals() const { return m_evals; }
    /// Null when there is none yet.
    const EvalCurve* eval(const std::string& split, const std::string& metric) const;

    /// Position of a step on another axis, interpolated between the recorded steps; and back.
    double xAtStep(double step, XAxis axis) const;
    double stepAtX(double x, XAxis axis) const;
    /// Index of the record nearest to a step; none when there are no records.
    std::optional<std::size_t> nearest(double step) const;

private:
    using ModuleColumns = std::array<std::vector<float>, kModuleQuantityCount>;

    void truncateBefore(std::int64_t step);
    EvalCurve& evalCurve(const std::string& split, const std::string& metric);

    std::optional<RunPlan> m_plan;
    std::array<std::vector<double>, kXAxisCount> m_x;
    std::vector<double> m_loss;
    std::vector<double> m_learningRate;
    std::vector<double> m_gradNorm;
    std::vector<ModuleColumns> m_modules;
    std::vector<EvalCurve> m_evals;
    std::uint64_t m_generation = 0;
};

} // namespace awb::ui
