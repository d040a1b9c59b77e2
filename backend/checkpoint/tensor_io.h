#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/checkpoint/checkpoint.h"
#include "backend/formats/weights_file.h"

namespace awb {

/// A tensor of a file: floating-point values become float32, integers int64. Error: a dtype without numbers
/// that can be used.
Result<torch::Tensor> readTensor(const WeightsFile& file, const WeightsTensor& tensor);

/// How the tensors of a file met the parameters that were to be filled.
struct FillReport {
    std::vector<std::string> missing;    ///< parameters that the file lacks
    std::vector<std::string> misshapen;  ///< "NAME is [2, 3] in the file, must be [3, 3]"
    std::vector<std::string> unexpected; ///< in the file, not asked for

    bool complete() const { return missing.empty() && misshapen.empty(); }
};

/// Copies the file's values into the parameters. `nameInModel` turns a name in the file into a parameter's
/// name, or into an empty string where the tensor is to be passed over silently. Nothing is copied unless all
/// parameters are there in their shapes. Error: values that can't be read.
Result<FillReport> fillParameters(const std::vector<NamedTensor>& parameters, const WeightsFile& file,
                                  const std::function<std::string(std::string_view)>& nameInModel);

/// The error of an incomplete report: counts and the first names.
Error incompleteError(const FillReport& report, const std::filesystem::path& file, const std::string& advice);

/// "a, b, c and 12 more".
std::string listNames(const std::vector<std::string>& names, std::size_t most = 5);

} // namespace awb
