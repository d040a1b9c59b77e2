#include "ui/plots/smoothing.h"

#include <cmath>
#include <limits>

namespace awb::ui {

double Ema::next(double sample) {
    if (!std::isfinite(sample)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    m_sum = m_weight * m_sum + (1.0 - m_weight) * sample;
    m_correction *= m_weight;
    return m_sum / (1.0 - m_correction);
}

} // namespace awb::ui
