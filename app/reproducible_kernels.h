#pragma once

#include <string>
#include <vector>

namespace awb::app {

/// Starts the program anew with these arguments and linear algebra for AVX2 processors, unless that is so
/// already, was chosen otherwise (OPENBLAS_CORETYPE), or this processor can't do it; then it returns.
///
/// OpenBLAS chooses its kernels by the processor when it is loaded, and each kernel rounds in its own way.
/// The recorded numbers of badly conditioned networks (GLOW's exponentials) hold the rounding of AVX2
/// kernels: with others the last digits differ by more than the tolerance.
void restartWithAvx2Kernels(const std::vector<std::string>& arguments);

} // namespace awb::app
