#pragma once

namespace awb::ui {

/// Exponential moving average with bias correction: after n samples the weights w^(n-1)(1-w) ... (1-w) are
/// divided by their sum 1 - w^n, so that the first value is the first sample and early values are not drawn
/// towards zero. Kingma and Ba, "Adam", section 3 (arXiv:1412.6980). Samples that are not finite are passed
/// over.
class Ema {
public:
    /// `weight` in 0..1 (exclusive): the share of the past. 0 gives the samples themselves.
    explicit Ema(double weight = 0)
        : m_weight(weight) {}

    /// Takes one sample and returns the average so far; NaN for a sample that is not finite.
    double next(double sample);
    double weight() const { return m_weight; }

private:
    double m_weight;
    double m_sum = 0;
    double m_correction = 1; ///< w^n
};

} // namespace awb::ui
