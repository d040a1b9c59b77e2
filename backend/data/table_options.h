#pragma once

#include "backend/data/table_reader.h"
#include "backend/experiment/experiment.h"
#include "models/config/result.h"

namespace awb {

/// How the files of a data source are read for a task. Errors name the key of the experiment file.
Result<TableOptions> tableOptions(const DataSpec& spec, HeadType task);

} // namespace awb
