// The MAD-X experiment: checks and paths.
#include <algorithm>
#include <set>
#include <system_error>

#include "backend/experiment/experiment_keys.h"
#include "backend/experiment/madx_experiment.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr const char* kTaskAdapter = "task";

std::optional<Error> problemOfStages(const MadxExperiment& experiment) {
    if (experiment.language.head.type != HeadType::MaskedLm) {
        return Error{"language adapters are trained with a head of type masked_lm", "/language", {}};
    }
    if (isLanguageModel(experiment.task.head.type)) {
        return Error{"the task needs a head that labels something, not a language model", "/task", {}};
    }
    if (!(experiment.language.training.epochs > 0) || !(experiment.task.training.epochs > 0)) {
        return Error{"adapters need more than 0 epochs", "/task", {}};
    }
    return std::nullopt;
}

std::optional<Error> problemOfLanguages(const std::vector<MadxLanguage>& languages) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const std::string& name = languages[i].name;
        const std::string pointer = "/languages/" + std::to_string(i);
        if (!isName(name) || name == kTaskAdapter || name == "full") {
            return Error{"`" + name + "` can't be a language's name", pointer + "/name",
                         "use a code such as `sw`, and not `task` or `full`"};
        }
        if (!names.insert(name).second) {
            return Error{"two languages are named `" + name + "`", pointer + "/name",
                         "give each a name of its own"};
        }
        if (languages[i].text.empty()) {
            return Error{"no text to learn " + name + " from", pointer + "/text",
                         "choose a file of plain text"};
        }
    }
    if (std::ranges::none_of(languages, &MadxLanguage::isSource)) {
        return Error{"no language has labelled data to train on", "/languages",
                     "give at least one language a `train` file"};
    }
    if (std::ranges::none_of(languages, &MadxLanguage::isTarget)) {
        return Error{"no language has labelled data to test on", "/languages",
                     "give at least one language a `test` file"};
    }
    return std::nullopt;
}

} // namespace

std::optional<Error> problemOf(const MadxExperiment& experiment) {
    if (auto problem = problemOfStages(experiment)) {
        return problem;
    }
    if (auto problem = problemOfLanguages(experiment.languages)) {
        return problem;
    }
    if (experiment.orders.empty()) {
        return Error{"no order of the adapters is chosen", "/orders", "choose at least one"};
    }
    const int most = *std::ranges::max_element(experiment.dropLayers);
    const int layers = experiment.pretraining ? experiment.pretraining->shape.numLayers : most;
    if (most > layers) {
        return Error{"AdapterDrop names " + std::to_string(most) + " layers, the base has " +
                         std::to_string(layers),
                     "/drop_layers", "use 0 to " + std::to_string(layers)};
    }
    return std::nullopt;
}

MadxExperiment resolvePaths(const MadxExperiment& experiment, const fs::path& folder,
                            const std::string& dataFolder) {
    MadxExperiment resolved = experiment;
    const auto absolute = [](const std::string& path, const fs::path& against) {
        return path.empty() || fs::path(path).is_absolute() ? path
                                                            : (against / path).lexically_normal().string();
    };
    if (resolved.baseModel.find('/') != std::string::npos) {
        resolved.baseModel = absolute(resolved.baseModel, folder);
    }
    if (resolved.pretraining) {
        resolved.pretraining->texts.clear();
    }
    resolved.dataFolder = dataFolder.empty() ? (folder / resolved.dataFolder).lexically_normal().string()
                                             : fs::absolute(dataFolder).lexically_normal().string();
    for (MadxLanguage& language : resolved.languages) {
        language.text = absolute(language.text, resolved.dataFolder);
        for (auto& [split, path] : language.splits) {
            path = absolute(path, resolved.dataFolder);
        }
        if (resolved.pretraining) {
            resolved.pretraining->texts.push_back(language.text);
        }
    }
    if (resolved.pretraining) {
        resolved.pretraining->name = resolved.name + "-base";
    }
    return resolved;
}

std::vector<std::string> missingFiles(const MadxExperiment& experiment) {
    std::set<std::string> missing;
    const auto check = [&](const std::string& file) {
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            missing.insert(file);
        }
    };
    for (const MadxLanguage& language : experiment.languages) {
        check(language.text);
        for (const auto& [split, file] : language.splits) {
            check(file);
        }
    }
    return {missing.begin(), missing.end()};
}

} // namespace awb
