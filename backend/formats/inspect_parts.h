#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/checkpoint/inspect.h"
#include "backend/formats/weights_file.h"
#include "models/config/adapter_config.h"

namespace awb::inspect {

// The parts of `inspectFolder`: each completes a summary whose tensors are listed already.

/// A folder's weights without their values; without a file name where there are none.
struct Weights {
    std::vector<WeightsTensor> tensors;
    std::string file;
    std::string format;
    std::uintmax_t fileBytes = 0;
};

std::int64_t valueCount(const WeightsTensor& tensor);

/// What a configuration asks for against what a file holds.
struct NameReport {
    std::vector<std::string> missing;
    std::vector<std::string> unexpected;
    std::vector<std::string> misshapen;
};
void addReport(FolderSummary& summary, const NameReport& report);

/// Errors: a configuration that makes no sense; `where` is its JSON pointer.
Result<void> describeModel(FolderSummary& summary, const nlohmann::json& config, const Weights& weights);
Result<void> describeAdapter(FolderSummary& summary, const nlohmann::json& config, const Weights& weights);
/// Modules and tensors of an adapter of any method, compared with what its configuration declares.
Result<void> describeMethods(FolderSummary& summary, const AdapterConfig& config, ModelFamily family,
                             int hiddenSize, const std::string& name, const Weights& weights);
Result<void> describeHead(FolderSummary& summary, const nlohmann::json& config, const Weights& weights);

} // namespace awb::inspect
