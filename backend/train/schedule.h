#pragma once

#include <cstdint>

#include "backend/experiment/experiment.h"

namespace awb {

/// The learning rate over a run: a linear rise over the warm-up steps, then constant, linear to zero or half
/// a cosine to zero. No step has a rate of zero: the rise begins at 1 / (warm-up + 1), and zero would be
/// reached one step after the last.
class LearningRateSchedule {
public:
    /// `warmupRatio` of `totalSteps`, rounded up, are warm-up steps; at least one step is left for the rest.
    LearningRateSchedule(Scheduler scheduler, double peak, double warmupRatio, std::int64_t totalSteps);

    /// The rate of a step, counted from 1.
    double at(std::int64_t step) const;
    std::int64_t warmupSteps() const { return m_warmup; }

private:
    Scheduler m_scheduler;
    double m_peak;
    std::int64_t m_total;
    std::int64_t m_warmup;
};

} // namespace awb
