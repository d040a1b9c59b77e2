#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/checkpoint/weights_form.h"
#include "models/config/adapter_arithmetic.h"

namespace awb {

/// Folders of trained adapters that become one.
struct Combination {
    struct Term {
        std::filesystem::path folder;
        double weight = 1;
    };
    std::filesystem::path base; ///< folder of the base model of all of them
    std::vector<Term> terms;
    CombineOptions options;
    std::filesystem::path to;
    std::string newName;
    std::string modelName; ///< written into the configuration; may be empty
    WeightsForm form = WeightsForm::Safetensors;
};

/// Loads, combines (`combineAdapters`) and saves. Gives remarks; errors as for these, with the folder's name.
Result<std::vector<std::string>> combineFolders(const Combination& combination);

} // namespace awb
