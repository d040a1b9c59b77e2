#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/experiment/pretraining_spec.h"

namespace awb::app {

// Exit codes of the program.
inline constexpr int kSuccess = 0;
inline constexpr int kFailed = 1;        ///< the work failed, or a tolerance was missed
inline constexpr int kWrongCall = 2;     ///< the arguments make no sense
inline constexpr int kSkipped = 77;      ///< nothing was done: the data are not on this machine
inline constexpr int kInterrupted = 130; ///< ended by Ctrl-C

struct WindowOptions {
    std::string experiment; ///< a file to open; empty: unsaved work or the default design
    std::string workspace;  ///< empty: the user's own
};
/// Opens the window and returns when it is closed.
int runWindow(int& argc, char** argv, const WindowOptions& options);

struct RunOptions {
    std::string experiment;
    std::optional<std::int64_t> resume; ///< a run to continue instead of an experiment
    std::string workspace;
    bool json = false;
};
/// Trains without a window: progress on standard error, results on standard output.
int runExperiment(const RunOptions& options);

struct TokenizeOptions {
    std::string model;
    bool pairs = false;
    std::optional<int> maxLength;
};
/// Texts from standard input, one JSON object a line to standard output.
int runTokenize(const TokenizeOptions& options);

/// Recomputes fixture folders; prints the worst errors of each quantity.
int runVerify(const std::vector<std::string>& folders);

/// Shows what a model, adapter or head folder holds.
int runInspect(const std::string& folder, bool json);

struct CountOptions {
    std::string experiment; ///< a file; empty: `preset`
    std::string preset;     ///< empty: all presets
    std::string model; ///< a known shape, a bundled model or a folder; empty: the experiment's, or bert-base
    bool json = false;
};
/// Parameters, share of the base and file size by site, from the configuration alone.
int runCount(const CountOptions& options);

struct CompareOptions {
    std::string experiment;           ///< data, head and training arguments
    std::vector<std::string> presets; ///< empty: all, with linear probe and full fine-tuning
    std::int64_t budget = 0;
    std::vector<std::int64_t> seeds{1, 2, 3};
    std::vector<double> learningRates;
    std::string workspace;
    bool json = false;
};
/// Trains methods at one parameter budget over several seeds and prints a table.
int runCompare(const CompareOptions& options);

struct FuseOptions {
    std::string target;               ///< data, head, training arguments and fusion options
    std::vector<std::string> sources; ///< experiments that train one adapter each
    std::vector<std::int64_t> seeds{1, 2, 3};
    std::vector<double> learningRates;
    std::string workspace;
    bool json = false;
};
/// AdapterFusion in two stages, beside a single adapter and full fine-tuning, over several seeds.
int runFuse(const FuseOptions& options);

struct PretrainOptions {
    PretrainingSpec spec;
    std::string to;
    std::string workspace;
    bool json = false;
};
/// Trains a BERT from scratch as a masked language model on plain text and writes its folder.
int runPretrain(const PretrainOptions& options);

struct MadxOptions {
    std::string experiment;
    std::string data; ///< folder that the file's data are relative to; empty: what the file says
    std::string base; ///< instead of the file's
    std::string workspace;
    bool json = false;
};
/// Runs a MAD-X experiment and prints its matrices of scores; `kSkipped` where its data are missing.
int runMadxExperiment(const MadxOptions& options);

struct ExportOptions {
    std::string what; ///< a run's number or a folder
    std::string to;
    std::string base; ///< of a folder: a bundled model or a folder
    std::string name; ///< the new name of an adapter or head; empty: its own
    std::string workspace;
    bool pickle = false;
    bool json = false;
};
/// Writes a run's result, or a folder of adapters, fusions, heads, setups or of the PEFT library, as
/// AdapterHub's format.
int runExport(const ExportOptions& options);

struct ImportOptions {
    std::string folder;
    std::string base;
    std::string name; ///< empty: its own
    std::string workspace;
    bool replace = false;
    bool json = false;
};
/// Takes a saved adapter into the workspace: WORKSPACE/adapters/NAME.
int runImport(const ImportOptions& options);

struct CombineCommand {
    std::string to;
    std::vector<std::string> terms; ///< "FOLDER" or "FOLDER=WEIGHT"
    std::string base;
    std::string name;
    std::string method = "linear";
    int rank = 0;
    bool isNormalized = false;
    bool pickle = false;
};
/// Adapter arithmetic: writes the weighted combination of trained adapters.
int runCombine(const CombineCommand& options);

struct AblateOptions {
    std::int64_t run = 0;
    std::int64_t examples = 500; ///< of the validation split, at most
    std::string workspace;
    bool json = false;
};
/// What it costs a finished run to leave its adapters out: a table by place and adapter, kept with the run.
int runAblate(const AblateOptions& options);

struct PruneOptions {
    std::int64_t run = 0;
    std::int64_t keep = 1;       ///< so many adapters stay
    std::int64_t examples = 500; ///< of the validation split, at most
    std::string workspace;
    bool json = false;
};
/// What it costs a finished run's fusion to lose its adapters one after the other, the least weight first;
/// kept with the run.
int runPrune(const PruneOptions& options);

struct StudyOptions {
    std::int64_t run = 0;
    std::int64_t examples = 500; ///< at most
    std::string split;           ///< empty: validation, or train where there is none
    std::optional<std::int64_t> seed;
    std::string workspace;
    bool json = false;
};
/// What the adapters of a finished run do: changes, similarity, singular values and units, kept with the run.
int runStudy(const StudyOptions& options);

/// Shows what the program finds on this machine; fails when something needs attention.
int runDoctor(const std::string& workspace);

/// Writes pictures of every page, light and dark, into a folder, from real runs in a workspace of their own.
int runScreenshots(int& argc, char** argv, const std::string& folder);

} // namespace awb::app
