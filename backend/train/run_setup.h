#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "backend/data/dataset.h"
#include "backend/experiment/experiment.h"
#include "backend/train/batching.h"
#include "backend/train/evaluation.h"
#include "backend/train/records.h"
#include "models/config/model_config.h"

namespace awb {

class AdapterModel;
class Tokenizer;

/// Everything a run needs before its first step.
struct RunSetup {
    RunSetup();
    ~RunSetup();
    RunSetup(RunSetup&&) noexcept;
    RunSetup& operator=(RunSetup&&) noexcept;

    std::filesystem::path baseFolder;
    std::unique_ptr<AdapterModel>
        model; ///< adapters and head added, active and trainable as the experiment says
    ModelConfig config;
    ScoredTask task; ///< heads with labels and their number filled in
    std::shared_ptr<const Tokenizer> tokenizer;
    int padId = 0;
    std::vector<TokenizedSplit> splits;
    std::vector<ModuleInfo> modules; ///< the trained ones that are ever run
    std::set<int> skipLayers;        ///< un-adapted in every pass
    /// Blocks whose output is the same in every pass over an example, whatever is in its batch.
    int reusableLayers = 0;
    RunPlan plan; ///< steps and caching are filled in by the trainer

    const TokenizedSplit* split(std::string_view name) const;
};

/// Gets an activity and 0..1 (-1: unknown), often; may throw StopRequested.
using SetupProgress = std::function<void(const std::string&, double)>;

/// The data of an experiment.
Result<std::shared_ptr<const Dataset>> loadData(const Experiment& experiment, const SetupProgress& progress);
/// `dataset` may be null: then it is loaded.
Result<RunSetup> setUpRun(const Experiment& experiment, std::shared_ptr<const Dataset> dataset,
                          const SetupProgress& progress);

} // namespace awb
