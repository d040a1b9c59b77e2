#pragma once

#include <map>
#include <string>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/verify_case.h"

namespace awb {

using TensorsByName = std::map<std::string, torch::Tensor>;

/// A case that is loaded and ready to be computed.
struct VerifySetup {
    const FixtureCase& fixture;
    AdapterModel model;
    TensorsByName expected;
    ModelInput input;
    torch::Tensor labels; ///< as headLoss takes them; undefined without a head
    /// "gating.NAME.LAYER.LOCATION" and "fusion_attention.NAMES.LAYER.LOCATION" of the pass that is watched.
    TensorsByName seen;
    std::string baseHash;                        ///< before an adapter was merged
    std::map<std::string, std::string> peftKeys; ///< names in the model -> those of PEFT's file

    /// The format's name of a parameter.
    std::string nameOf(const NamedTensor& parameter) const {
        const auto found = peftKeys.find(parameter.name);
        return found == peftKeys.end() ? parameter.name : found->second;
    }
};

/// Loads everything of a case, makes its composition active and merges what it merges. Errors: files of the
/// case are missing or do not fit together.
Result<VerifySetup> prepareCase(const FixtureCase& fixture);

/// Sets gradients as the case says. Which adapters, fusions and heads are trained follows from the names that
/// it lists; whether exactly those parameters are trained is compared afterwards. True where the base is
/// trained.
bool setTrainable(VerifySetup& setup);

} // namespace awb
