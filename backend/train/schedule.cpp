#include "backend/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace awb {

LearningRateSchedule::LearningRateSchedule(Scheduler scheduler, double peak, double warmupRatio,
                                           std::int64_t totalSteps)
    : m_scheduler(scheduler)
    , m_peak(peak)
    , m_total(std::max<std::int64_t>(totalSteps, 1))
    , m_warmup(std::clamp<std::int64_t>(
          static_cast<std::int64_t>(std::ceil(warmupRatio * static_cast<double>(m_total) - 1e-9)), 0,
          m_total - 1)) {}

double LearningRateSchedule::at(std::int64_t step) const {
    const std::int64_t done = std::clamp<std::int64_t>(step, 1, m_total) - 1;
    if (done < m_warmup) {
        return m_peak * static_cast<double>(done + 1) / static_cast<double>(m_warmup + 1);
    }
    const double progress = static_cast<double>(done - m_warmup) / static_cast<double>(m_total - m_warmup);
    switch (m_scheduler) {
    case Scheduler::Linear:
        return m_peak * (1.0 - progress);
    case Scheduler::Cosine:
        return m_peak * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
    case Scheduler::Constant:
        break;
    }
    return m_peak;
}

} // namespace awb
