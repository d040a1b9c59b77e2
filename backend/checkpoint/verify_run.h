#pragma once

#include "backend/checkpoint/verify.h"
#include "backend/checkpoint/verify_case.h"

namespace awb {

/// Builds the model of a case that is not skipped, recomputes every expected quantity and compares. Error:
/// files of the case are missing or do not fit together.
Result<VerifyReport> runFixtureCase(const FixtureCase& fixture);

} // namespace awb
