// The single runs of a MAD-X experiment.
#include <numeric>

#include "backend/experiment/madx_experiment.h"

namespace awb {

namespace {

Experiment designOf(const MadxExperiment& experiment, const MadxStage& stage, const std::string& title) {
    Experiment design;
    design.name = experiment.name + " " + title;
    design.baseModel = experiment.baseModel;
    design.head = stage.head;
    design.headFrom = stage.headFrom;
    design.data = stage.data;
    design.training = stage.training;
    return design;
}

/// The task adapter with a language's saved adapter (of its own name) in this order.
void compose(Experiment& design, const MadxExperiment& experiment, const MadxLanguage& language,
             MadxOrder order, const std::filesystem::path& languageAdapter) {
    const AdapterSpec& task = experiment.task.adapter;
    design.adapters = {task};
    design.train = {task.name};
    design.composition = Composition::of(task.name);
    if (order == MadxOrder::TaskAlone) {
        return;
    }
    AdapterSpec saved;
    saved.name = language.name;
    saved.from = languageAdapter.string();
    design.adapters.push_back(saved);
    std::vector<Composition> parts{Composition::of(language.name), Composition::of(task.name)};
    if (order == MadxOrder::TaskFirst) {
        std::swap(parts.front(), parts.back());
    }
    design.composition = Composition::block(Composition::Kind::Stack, parts);
}

/// How the names of the runs of a variant end. Those of the file's own seed end as they did before there
/// were several: a workspace's runs are found by all that they are made from.
std::string titleOf(const MadxExperiment& experiment, const MadxVariant& variant) {
    const bool isOwnSeed = variant.seed == experiment.task.training.seed;
    return std::string(madxOrderName(variant.order)) +
           (isOwnSeed ? std::string() : ", seed " + std::to_string(variant.seed));
}

} // namespace

std::string_view madxOrderName(MadxOrder order) {
    switch (order) {
    case MadxOrder::LanguageFirst:
        return "Stack(lang, task)";
    case MadxOrder::TaskAlone:
        return "task alone";
    case MadxOrder::TaskFirst:
        break;
    }
    return "Stack(task, lang)";
}

std::string_view madxOrderKey(MadxOrder order) {
    switch (order) {
    case MadxOrder::LanguageFirst:
        return "language_first";
    case MadxOrder::TaskAlone:
        return "task_alone";
    case MadxOrder::TaskFirst:
        break;
    }
    return "task_first";
}

Experiment languageDesign(const MadxExperiment& experiment, const MadxLanguage& language) {
    Experiment design = designOf(experiment, experiment.language, language.name);
    AdapterSpec adapter = experiment.language.adapter;
    adapter.name = language.name;
    design.adapters = {adapter};
    design.composition = Composition::of(language.name);
    design.train = {language.name};
    design.data.splits = {{"train", language.text}};
    return design;
}

Experiment taskDesign(const MadxExperiment& experiment, const MadxLanguage& source,
                      const MadxVariant& variant, const std::filesystem::path& languageAdapter) {
    Experiment design =
        designOf(experiment, experiment.task, source.name + ": " + titleOf(experiment, variant));
    compose(design, experiment, source, variant.order, languageAdapter);
    design.training.seed = variant.seed;
    design.data.splits = source.splits;
    design.data.splits.erase("test");
    return design;
}

Experiment transferDesign(const MadxExperiment& experiment, const MadxLanguage& source,
                          const MadxLanguage& target, const MadxVariant& variant, int dropped,
                          const std::filesystem::path& targetAdapter, const TrainedTask& task) {
    const std::string without =
        dropped > 0 ? ", lowest " + std::to_string(dropped) + " un-adapted" : std::string();
    Experiment design =
        designOf(experiment, experiment.task,
                 source.name + " to " + target.name + ": " + titleOf(experiment, variant) + without);
    compose(design, experiment, target, variant.order, targetAdapter);
    design.adapters.front().from = task.adapter.string();
    design.headFrom = task.head.string();
    design.data.splits = {{"train", source.splits.at("train")}, {"test", target.splits.at("test")}};
    design.training.seed = variant.seed;
    design.training.epochs = 0;
    design.skipLayers.resize(static_cast<std::size_t>(dropped));
    std::iota(design.skipLayers.begin(), design.skipLayers.end(), 0);
    return design;
}

} // namespace awb
