#pragma once

#include <string>

#include "backend/checkpoint/verify_compare.h"
#include "backend/checkpoint/verify_setup.h"

namespace awb {

/// Which parameters are trained, their shapes and numbers.
void compareNames(const VerifySetup& setup, VerifyReport& report);
/// After `backward`: every gradient that the case lists, and that there is no other.
void compareGradients(const VerifySetup& setup, VerifyReport& report);
/// Three steps of AdamW from the loaded weights in one of the format's modes ("plain", "reg_same_step", ...);
/// the weights are put back.
void compareAdamW(VerifySetup& setup, const std::string& mode, const FixtureCase::AdamW& expected,
                  VerifyReport& report);
/// The rules of a frozen base, which the format does not list but promises: it gets no gradients, nothing
/// below the lowest trained module is differentiated, and no bit of it changes.
Comparison compareFrozenBase(const VerifySetup& setup, const ModelOutput& output,
                             const std::string& hashBefore);

} // namespace awb
