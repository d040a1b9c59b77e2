#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/experiment/experiment.h"
#include "backend/experiment/pretraining_spec.h"

namespace awb {

inline constexpr std::string_view kMadxFormat = "adapter-workbench/madx@1";

/// A language of a MAD-X experiment. Paths as in the file, see `resolvePaths`.
struct MadxLanguage {
    std::string name; ///< "sw"; also its adapter's
    std::string text; ///< plain text, for the language adapter
    /// Labelled files: "train" (the language is a source), "validation", "test" (it is a target).
    std::map<std::string, std::string> splits;

    bool isSource() const { return splits.contains("train"); }
    bool isTarget() const { return splits.contains("test"); }
    bool operator==(const MadxLanguage&) const = default;
};

/// What the runs of one kind have in common.
struct MadxStage {
    AdapterSpec adapter;
    HeadConfig head;
    std::string headFrom;
    DataSpec data; ///< columns, format and limits; the files are the languages'
    TrainingSpec training;

    bool operator==(const MadxStage&) const = default;
};

/// How the task adapter meets the language adapter.
enum class MadxOrder {
    LanguageFirst, ///< Stack(language, task): MAD-X
    TaskAlone,     ///< no language adapter
    TaskFirst,     ///< Stack(task, language); its invertible part is then unused
};
inline constexpr std::array kMadxOrders{MadxOrder::LanguageFirst, MadxOrder::TaskAlone, MadxOrder::TaskFirst};
/// "Stack(lang, task)", "task alone", "Stack(task, lang)".
std::string_view madxOrderName(MadxOrder order);
/// As in the file: "language_first", "task_alone", "task_first".
std::string_view madxOrderKey(MadxOrder order);

/// Cross-lingual transfer with adapters (Pfeiffer et al. 2020, MAD-X, arXiv:2005.00052): a language adapter
/// for each language by masked language modelling on its text, a task adapter on top of the source
/// language's, and for a target language its adapter in the place of the source's.
struct MadxExperiment {
    std::string name = "madx";
    std::string baseModel;                      ///< a bundled name or a folder; empty: `pretraining`
    std::optional<PretrainingSpec> pretraining; ///< of a base, on the languages' texts
    std::string dataFolder;                     ///< what relative paths of data are relative to
    std::vector<MadxLanguage> languages;
    MadxStage language;
    MadxStage task;
    /// Of the task adapters, one for each seed; bases and language adapters are trained once. At least one.
    std::vector<std::int64_t> seeds{TrainingSpec().seed};
    std::vector<MadxOrder> orders{kMadxOrders.begin(), kMadxOrders.end()}; ///< at least one
    /// AdapterDrop at evaluation: each target is scored once with so many of the lowest layers un-adapted.
    std::vector<int> dropLayers{0};
    std::string notes;

    bool operator==(const MadxExperiment&) const = default;
};

/// Reads and validates; errors name the JSON pointer.
Result<MadxExperiment> madxFromJson(const nlohmann::json& json);
Result<MadxExperiment> loadMadx(const std::filesystem::path& file);
/// What keeps it from being trained, with the JSON pointer; none when all is well. Data files are not looked
/// at.
std::optional<Error> problemOf(const MadxExperiment& experiment);
/// Canonical form: reading it gives an equal experiment.
nlohmann::ordered_json toJson(const MadxExperiment& experiment);
/// Written to a temporary name, synced and renamed. Absolute paths of data are written as seen from the file.
Result<void> saveMadx(const MadxExperiment& experiment, const std::filesystem::path& file);
/// A copy with absolute paths: the base and the data folder against `folder`, the data against the data
/// folder (`dataFolder` where it is not empty, else the file's).
MadxExperiment resolvePaths(const MadxExperiment& experiment, const std::filesystem::path& folder,
                            const std::string& dataFolder);
/// The files of data that do not exist, each once.
std::vector<std::string> missingFiles(const MadxExperiment& experiment);

/// Which of the task adapters trained in a source language.
struct MadxVariant {
    MadxOrder order = MadxOrder::LanguageFirst;
    std::int64_t seed = 1;

    bool operator==(const MadxVariant&) const = default;
};

/// Folders of what is trained before.
struct TrainedTask {
    std::filesystem::path adapter;
    std::filesystem::path head;
};

/// Trains a language's adapter and the head of masked words.
Experiment languageDesign(const MadxExperiment& experiment, const MadxLanguage& language);
/// Trains the task adapter and its head in the source language; the language adapter out of its folder stays
/// as it is.
Experiment taskDesign(const MadxExperiment& experiment, const MadxLanguage& source,
                      const MadxVariant& variant, const std::filesystem::path& languageAdapter);
/// Scores the test split of the target with the target's language adapter, the `dropped` lowest layers
/// un-adapted; nothing is trained. The train split is the source's, which the labels come from.
Experiment transferDesign(const MadxExperiment& experiment, const MadxLanguage& source,
                          const MadxLanguage& target, const MadxVariant& variant, int dropped,
                          const std::filesystem::path& targetAdapter, const TrainedTask& task);

} // namespace awb
