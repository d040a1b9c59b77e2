#pragma once

#include <string>
#include <vector>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/verify.h"

namespace awb {

/// |a - e| <= 1e-5 (1 + |e|) at every element; relative errors are relative to 1 + |e|.
Comparison compareForward(const std::string& quantity, const torch::Tensor& actual,
                          const torch::Tensor& expected);

/// max|a - e| <= 1e-4 max(|e|max, 1e-2 maxAbsGradient); relative errors are relative to that maximum. The
/// floor is the absolute tolerance of gradients that are zero but for rounding, 1e-6 maxAbsGradient.
Comparison compareGradient(const std::string& quantity, const torch::Tensor& actual,
                           const torch::Tensor& expected, double maxAbsGradient);

/// |a - e| <= 1e-4 |e| for each pair of plain numbers; `names` says what each is.
Comparison compareNumbers(const std::string& quantity, const std::vector<std::string>& names,
                          const std::vector<double>& actual, const std::vector<double>& expected);

/// A comparison of names and counts: passed when `detail` is empty.
Comparison compareExactly(const std::string& quantity, std::string detail);

} // namespace awb
