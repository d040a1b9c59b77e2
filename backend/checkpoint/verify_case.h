#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "models/config/result.h"

namespace awb {

/// A fixture's case.json, as far as this version can compute it.
struct FixtureCase {
    std::string name;
    std::filesystem::path folder;
    std::filesystem::path model; ///< the checkpoint folder
    std::string skipped;         ///< what the case needs that this version does not have; else empty

    std::vector<std::string> adapters;
    std::vector<std::vector<std::string>> fusions; ///< the adapters of each fusion
    Composition active;
    std::set<int> skipLayers;
    std::vector<std::string> heads; ///< one for each branch of the composition; empty: none
    std::string peft;               ///< name of an adapter in the PEFT library's format; empty: none
    std::string merged;             ///< an adapter that is merged into the weights first; empty: none

    enum class Train { None, Adapter, Fusion, Head, Full };
    Train train = Train::None;
    struct Parameter {
        std::string name;
        std::vector<std::int64_t> shape;
    };
    std::vector<Parameter> trainable;
    std::optional<std::int64_t> trainableTotal;
    std::optional<std::int64_t> addedTotal;
    std::optional<double> loss;
    bool pseudoLoss = false;
    double maxAbsGradient = 0;
    std::set<std::string> roundingNoise;   ///< gradients that are partly zero by symmetry
    std::set<std::string> withoutGradient; ///< trainable, but not reached by the loss

    /// Three AdamW steps: the losses around them and, per parameter, the sums of values and squares
    /// afterwards.
    struct AdamW {
        std::vector<double> losses;
        std::map<std::string, std::array<double, 2>> sums;
    };
    std::map<std::string, AdamW> adamw; ///< by mode: "plain", "reg_same_step", "reg_peer_trainer"
};

/// Reads `folder`/case.json. Error: the file is not of the format; names the key.
Result<FixtureCase> readFixtureCase(const std::filesystem::path& folder);

} // namespace awb
