// The single runs of a MAD-X experiment.
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

Experiment taskDesign(const MadxExperiment& experiment, const MadxLanguage& source, MadxOrder order,
                      const std::filesystem::path& languageAdapter) {
    Experiment design =
        designOf(experiment, experiment.task, source.name + ": " + std::string(madxOrderName(order)));
    compose(design, experiment, source, order, languageAdapter);
    design.data.splits = source.splits;
    design.data.splits.erase("test");
    return design;
}

Experiment transferDesign(const MadxExperiment& experiment, const MadxLanguage& source,
                          const MadxLanguage& target, MadxOrder order,
                          const std::filesystem::path& targetAdapter, const TrainedTask& task) {
    Experiment design =
        designOf(experiment, experiment.task,
                 source.name + " to " + target.name + ": " + std::string(madxOrderName(order)));
    compose(design, experiment, target, order, targetAdapter);
    design.adapters.front().from = task.adapter.string();
    design.headFrom = task.head.string();
    design.data.splits = {{"train", source.splits.at("train")}, {"test", target.splits.at("test")}};
    design.training.epochs = 0;
    return design;
}

} // namespace awb
