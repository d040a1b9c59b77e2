#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "backend/experiment/madx_experiment.h"
#include "tests/backend/two_languages.h"

namespace awb::test {

/// A MAD-X experiment over the files of TwoLanguages: 1 base, 2 languages, 2 sources in 3 orders, 2 targets
/// each, so 21 runs of a moment.
inline nlohmann::json tinyMadxJson() {
    return nlohmann::json::parse(R"({
  "format": "adapter-workbench/madx@1",
  "name": "tiny",
  "base": {"pretrain": {"vocab_size": 90, "hidden_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 32, "hold_out_every": 10,
    "training": {"epochs": 3, "batch_size": 8, "learning_rate": 5e-3, "max_seq_length": 16, "threads": 1}}},
  "languages": [
    {"name": "north", "text": "north.txt", "train": "north-train.conllu",
     "validation": "north-dev.conllu", "test": "north-test.conllu"},
    {"name": "south", "text": "south.txt", "train": "south-train.conllu", "test": "south-test.conllu"}],
  "language": {"adapter": {"preset": "pfeiffer+inv", "reduction_factor": 2},
    "training": {"epochs": 2, "batch_size": 8, "learning_rate": 5e-3, "max_seq_length": 16, "threads": 1}},
  "task": {"adapter": {"preset": "pfeiffer", "reduction_factor": 2},
    "training": {"epochs": 6, "batch_size": 8, "learning_rate": 2e-2, "max_seq_length": 16, "threads": 1}}
})");
}
inline constexpr int kTinyMadxRuns = 1 + 2 + 6 + 12;

/// The experiment with the files of this folder.
inline MadxExperiment tinyMadx(const std::filesystem::path& folder) {
    return resolvePaths(madxFromJson(tinyMadxJson()).value(), folder, {});
}

/// Writes the experiment's file, with `changes` merged in, beside the files of TwoLanguages.
inline std::string writeTinyMadx(const std::filesystem::path& file, const char* changes = "{}") {
    nlohmann::json json = tinyMadxJson();
    json.merge_patch(nlohmann::json::parse(changes));
    std::ofstream(file) << json.dump(2);
    return file.string();
}

} // namespace awb::test
