#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/adapter_config.h"
#include "models/config/composition.h"
#include "models/config/fusion_config.h"
#include "models/config/head_config.h"
#include "models/config/model_config.h"
#include "models/config/result.h"

namespace awb {

inline constexpr std::string_view kExperimentFormat = "adapter-workbench/experiment@1";

/// One adapter of a design.
struct AdapterSpec {
    std::string name;   ///< letters, digits, '-', '_'; unique in the experiment
    std::string preset; ///< the preset it was made from; empty when none
    std::string from;   ///< folder of a saved adapter to start from; empty: fresh weights
    AdapterConfig config;

    /// True for a saved adapter whose options stand in its folder only, see `withSavedOptions`.
    bool isUnread() const { return !from.empty() && preset.empty() && config == AdapterConfig{}; }

    bool operator==(const AdapterSpec&) const = default;
};

/// The options of all fusions of the composition.
struct FusionSpec {
    std::string preset = "dynamic";
    FusionConfig config;
    std::string from; ///< folder with the saved fusion; empty: fresh weights

    bool operator==(const FusionSpec&) const = default;
};

/// As `Experiment::headFrom`: the head that the base was pretrained with (masked language models).
inline constexpr std::string_view kHeadOfBase = "base";

/// In `train`, a fusion's name ("a,b") stands behind this.
inline constexpr std::string_view kFusePrefix = "fuse:";

/// Where the examples come from.
struct DataSpec {
    std::string source = "wordnet:noun-topic"; ///< "files", "wordnet:TASK", "builtin:first-lesson"
    std::map<std::string, std::string> splits; ///< "train", "validation", "test" -> file, for "files"
    std::string text = "text";                 ///< column name, or its number from 1; for tagging the words
    std::string textPair;                      ///< second text; empty: single texts
    std::string label = "label";
    /// Multi-label: one column whose cells hold several labels, or several columns of 0 and 1. Empty:
    /// `label`.
    std::vector<std::string> labels;
    std::string labelSeparator; ///< between the labels of a cell; empty: a comma
    /// Tagging: the column of tags, in CoNLL-U also one of its features ("FEATS.Number"). Empty: UPOS in
    /// CoNLL-U, the last column in CoNLL, else "tags".
    std::string tag;
    std::string tagScheme; ///< "none", "iob1", "bio", "bioes", "bilou"; empty: by the tags
    /// "tsv", "csv", "jsonl", "json", "conllu", "conll", "text"; empty: by name and content
    std::string format;
    std::string encoding;  ///< empty: UTF-8 or by byte order mark
    std::string delimiter; ///< empty: by format
    bool header = true;
    std::map<std::string, std::int64_t> limit; ///< split -> at most so many examples (the first ones)

    bool operator==(const DataSpec&) const = default;
};

enum class Scheduler { Linear, Cosine, Constant };

/// Training arguments, named as in the usual trainers.
struct TrainingSpec {
    double epochs = 3; ///< 0: nothing is trained, the splits are only scored
    int batchSize = 32;
    double learningRate = 1e-3;
    double warmupRatio = 0.06;
    Scheduler scheduler = Scheduler::Linear;
    double weightDecay = 0.01;
    int maxSeqLength = 64;
    double maxGradNorm = 1.0; ///< 0: no clipping
    std::int64_t seed = 1;
    int evalSteps = 0;       ///< also evaluate each N steps; 0: at the end of each epoch only
    int checkpointSteps = 0; ///< 0: about every 20 seconds
    int threads = 0;         ///< 0: chosen by the program and recorded with the run
    double adamBeta1 = 0.9;
    double adamBeta2 = 0.999;
    double adamEpsilon = 1e-8;
    double mlmProbability = 0.15; ///< masked LM: share of the tokens that are to be predicted
    bool wholeWordMask = false;   ///< masked LM: all tokens of a word or none
    std::string adapterDropMode =
        "none";                ///< "none", "fixed" (layers 0..n-1 off), "random" (n drawn per batch)
    int adapterDropLayers = 0; ///< n, or the largest n of "random"

    bool operator==(const TrainingSpec&) const = default;
};

/// Everything that one run is made from: the design, the data and the training arguments.
///
/// Where the composition ends in several branches (Parallel or BatchSplit at its end), each branch has a head
/// of its own with the options of `head`, named like the branch's last adapter; see `headsOf`.
struct Experiment {
    std::string name = "untitled";
    std::string baseModel = "mini-en"; ///< a bundled name or a folder
    std::vector<AdapterSpec> adapters;
    Composition composition;
    FusionSpec fusion;
    /// Adapter names, fusions ("fuse:a,b"), "full" (every parameter), or empty (the head alone).
    std::vector<std::string> train;
    std::vector<int> skipLayers; ///< layers that run un-adapted (AdapterDrop at inference)
    HeadConfig head;
    /// Folder of a saved head to start from, or `kHeadOfBase`; empty: fresh weights. With several heads all
    /// start from it.
    std::string headFrom;
    DataSpec data;
    TrainingSpec training;
    std::string notes;

    const AdapterSpec* findAdapter(std::string_view adapterName) const;
    AdapterSpec* findAdapter(std::string_view adapterName);
    bool trainsBase() const;
    /// With full fine-tuning everything is trained.
    bool trainsAdapter(std::string_view adapterName) const;
    bool trainsFusion(std::string_view fusionName) const;

    bool operator==(const Experiment&) const = default;
};

/// The default experiment: mini-en, Pfeiffer rf 16 in all layers, noun-topic.
Experiment defaultExperiment();

/// What `train` is where a file leaves it out: every fresh adapter of the composition and its fusions. Saved
/// adapters stay frozen, unless there is nothing else.
std::vector<std::string> defaultTrain(const Experiment& experiment);
/// The heads that the run has, see Experiment.
std::vector<HeadConfig> headsOf(const Experiment& experiment);

/// Reads and validates an experiment. Unknown keys, wrong types, impossible values and names that do not
/// exist are errors whose `where` is the JSON pointer.
Result<Experiment> experimentFromJson(const nlohmann::json& json);
/// The same from a file; relative paths stay as written, see `resolvePaths`.
Result<Experiment> loadExperiment(const std::filesystem::path& file);
/// Canonical form: reading it gives an equal experiment; writing that gives the same bytes.
nlohmann::ordered_json toJson(const Experiment& experiment);
/// Two-space indented JSON with a final newline.
std::string toText(const Experiment& experiment);
/// Written to a temporary name, synced and renamed.
Result<void> saveExperiment(const Experiment& experiment, const std::filesystem::path& file);
/// A copy whose relative file and folder names are made absolute against `folder`.
Experiment resolvePaths(const Experiment& experiment, const std::filesystem::path& folder);

/// A copy whose saved adapters have the options of their folders (paths must be absolute). Errors: a folder
/// that can't be read; another method than the file says.
Result<Experiment> withSavedOptions(const Experiment& experiment);

/// Checks that need more than the file: layers against the model's depth, sizes against its widths, methods
/// against the composition.
std::vector<Error> checkAgainstModel(const Experiment& experiment, const ModelConfig& model);

/// "pfeiffer rf 16", "lora r 8", "Fuse of 3 × pfeiffer rf 16" and the like, for tables.
std::string designSummary(const Experiment& experiment);

} // namespace awb
