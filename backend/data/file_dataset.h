#pragma once

#include "backend/data/dataset.h"

namespace awb {

/// The examples in the files that `spec.splits` names. Labels are those of train, in the order of a sort
/// (numbers as numbers); a label that only another split has gives examples of class -1. Rows that can't be
/// used are left out and said. Without a validation file every tenth row of train, from 20 rows on, is held
/// out for it.
Result<Dataset> fileDataset(const DataSpec& spec, HeadType task, const LoadProgress& progress);

} // namespace awb
