#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "backend/train/records.h"

namespace awb {

/// Speed and time left of a run, smoothed over its last seconds.
class RateMeter {
public:
    /// `totalSteps` of the run's plan.
    explicit RateMeter(std::int64_t totalSteps = 0)
        : m_totalSteps(totalSteps) {}

    void add(const StepRecord& record);
    /// 0 until two steps were seen.
    double examplesPerSecond() const;
    /// None until two steps were seen.
    std::optional<double> secondsLeft() const;

private:
    struct Mark {
        std::int64_t step = 0;
        std::int64_t examples = 0;
        double seconds = 0;
    };
    std::int64_t m_totalSteps;
    std::deque<Mark> m_marks;
};

} // namespace awb
