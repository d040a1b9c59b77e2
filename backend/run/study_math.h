#pragma once

#include <cstdint>
#include <vector>

namespace awb {

/// Numbers in rows; a plain value, so that what computes with it can be called without tensors.
struct FloatMatrix {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<float> values; ///< row-major

    bool isEmpty() const { return values.empty(); }
};

/// Linear CKA between all pairs of M matrices over the same N rows, [M, M] (Kornblith et al. 2019, arXiv
/// 1905.00414, equation 5). The columns are centred first. NaN for pairs with an empty matrix or with one
/// whose rows are all the same.
///
/// Computed from one N x N matrix of inner products each: ||Y'X||^2 = <XX', YY'>, so that a pair costs N^2
/// steps and not N times the square of the width. Keeps M N^2 floats.
std::vector<float> linearCka(const std::vector<FloatMatrix>& matrices);

/// The singular values of up x down, descending; up [out, r], down [r, in]. From the QR decompositions of the
/// two thin matrices: only r x r numbers are ever multiplied.
std::vector<double> singularValuesOf(const FloatMatrix& up, const FloatMatrix& down);

} // namespace awb
