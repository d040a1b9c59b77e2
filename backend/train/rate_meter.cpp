#include "backend/train/rate_meter.h"

namespace awb {
namespace {

/// Long enough to smooth over batches of short and long texts, short enough to follow a machine that gets
/// busy.
constexpr double kWindowSeconds = 8.0;

} // namespace

void RateMeter::add(const StepRecord& record) {
    m_marks.push_back({record.step, record.examples, record.seconds});
    while (m_marks.size() > 2 && record.seconds - m_marks.front().seconds > kWindowSeconds) {
        m_marks.pop_front();
    }
}

double RateMeter::examplesPerSecond() const {
    if (m_marks.size() < 2) {
        return 0;
    }
    const double seconds = m_marks.back().seconds - m_marks.front().seconds;
    const double examples = static_cast<double>(m_marks.back().examples - m_marks.front().examples);
    return seconds > 0 ? examples / seconds : 0;
}

std::optional<double> RateMeter::secondsLeft() const {
    if (m_marks.size() < 2) {
        return std::nullopt;
    }
    const double seconds = m_marks.back().seconds - m_marks.front().seconds;
    const double steps = static_cast<double>(m_marks.back().step - m_marks.front().step);
    if (seconds <= 0 || steps <= 0) {
        return std::nullopt;
    }
    return static_cast<double>(m_totalSteps - m_marks.back().step) * seconds / steps;
}

} // namespace awb
