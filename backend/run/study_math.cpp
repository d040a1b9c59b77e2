#include "backend/run/study_math.h"

#include <limits>

#include <torch/types.h>

namespace awb {

namespace {

/// The matrix's own numbers, to be read only.
torch::Tensor tensorOf(const FloatMatrix& matrix) {
    return torch::from_blob(const_cast<float*>(matrix.values.data()), {matrix.rows, matrix.columns},
                            torch::kFloat32);
}

/// XX' of the centred rows, as one row of length 1; NaN where there is nothing to compare.
torch::Tensor unitGram(const FloatMatrix& matrix, std::int64_t rows) {
    if (matrix.isEmpty()) {
        return torch::full({rows * rows}, std::numeric_limits<float>::quiet_NaN());
    }
    const torch::Tensor states = tensorOf(matrix);
    const double size = states.norm().item<double>();
    const torch::Tensor centred = states - states.mean(0, true);
    const double length = centred.norm().item<double>();
    // What rounding leaves of equal rows is no change.
    if (!(length > size * 1e-6)) {
        return torch::full({rows * rows}, std::numeric_limits<float>::quiet_NaN());
    }
    const torch::Tensor scaled = centred / length;
    const torch::Tensor gram = torch::matmul(scaled, scaled.t());
    return (gram / gram.norm()).view({-1});
}

/// R of the QR decomposition.
torch::Tensor triangle(const torch::Tensor& thin) {
    return std::get<1>(torch::linalg_qr(thin, "r"));
}

} // namespace

std::vector<float> linearCka(const std::vector<FloatMatrix>& matrices) {
    const torch::NoGradGuard guard;
    std::int64_t rows = 0;
    for (const FloatMatrix& matrix : matrices) {
        rows = matrix.isEmpty() ? rows : matrix.rows;
    }
    if (rows == 0) {
        return std::vector<float>(matrices.size() * matrices.size(), std::numeric_limits<float>::quiet_NaN());
    }
    const auto count = static_cast<std::int64_t>(matrices.size());
    torch::Tensor grams = torch::empty({count, rows * rows});
    for (std::int64_t i = 0; i < count; ++i) {
        grams[i].copy_(unitGram(matrices[static_cast<std::size_t>(i)], rows));
    }
    const torch::Tensor similarity = torch::matmul(grams, grams.t()).clamp(0, 1).contiguous();
    return {similarity.data_ptr<float>(), similarity.data_ptr<float>() + similarity.numel()};
}

std::vector<double> singularValuesOf(const FloatMatrix& up, const FloatMatrix& down) {
    const torch::NoGradGuard guard;
    const torch::Tensor left = triangle(tensorOf(up).to(torch::kFloat64));
    const torch::Tensor right = triangle(tensorOf(down).to(torch::kFloat64).t());
    const torch::Tensor values = torch::linalg_svdvals(torch::matmul(left, right.t())).contiguous();
    return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

} // namespace awb
