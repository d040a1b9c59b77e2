#pragma once

#include <functional>

#include "backend/jobs/background_reader.h"

namespace awb {

/// Counts labels and tokens of a data set. `progress` gets 0..1 and returns false to stop, which is an error.
Result<DatasetSummary> summarize(std::shared_ptr<const Dataset> dataset, const Tokenizer& tokenizer,
                                 int maxSeqLength, const std::function<bool(double)>& progress);

} // namespace awb
