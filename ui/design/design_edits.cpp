#include "ui/design/design_edits.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QStringList>

#include "ui/design/composition_notes.h"
#include "ui/design/head_words.h"

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("DesignEdits", text);
}

QString sentence(const std::string& text) {
    QString line = QString::fromStdString(text).trimmed();
    if (line.isEmpty()) {
        return line;
    }
    // The name of a key stays as it is written.
    if (!line.section(QLatin1Char(' '), 0, 0).contains(QLatin1Char('_'))) {
        line[0] = line[0].toUpper();
    }
    if (!line.endsWith(QLatin1Char('.'))) {
        line += QLatin1Char('.');
    }
    return line;
}

const MethodPreset* knownPreset(DesignDocument& document, const QString& name) {
    const MethodPreset* preset = findMethodPreset(name.toStdString());
    if (!preset) {
        Q_EMIT document.refused({"There is no preset named `" + name.toStdString() + "`", {}, {}});
    }
    return preset;
}

/// Takes the layers out that a base of so many does not have.
void keepLayers(MethodConfig& part, int numLayers) {
    const auto beyond = [&](int layer) { return layer >= numLayers; };
    if (part.isBottleneck()) {
        BottleneckConfig& config = part.bottleneck;
        std::erase_if(config.leaveOut, beyond);
        std::erase_if(config.reductionFactor.perLayer,
                      [&](const auto& entry) { return beyond(entry.first); });
        std::erase_if(config.layerSites, [&](const auto& entry) { return beyond(entry.first); });
        return;
    }
    for (const OptionSpec& option : findMethod(part.method)->options) {
        if (option.kind == OptionKind::Layers) {
            std::vector<int> layers = part.options.layers(option.key);
            std::erase_if(layers, beyond);
            part.options.set(option.key, std::move(layers));
        }
    }
}

} // namespace

std::optional<TrainTarget> yardstickOf(const QString& presetName) {
    if (presetName == QLatin1String(kLinearProbe)) {
        return TrainTarget::HeadOnly;
    }
    return presetName == QLatin1String(kFullFineTuning) ? std::optional(TrainTarget::Everything)
                                                        : std::nullopt;
}

bool placePreset(DesignDocument& document, const QString& presetName, int layer, Site site) {
    if (yardstickOf(presetName)) {
        Q_EMIT document.refused({tr("What is chosen in the palette has no module to place").toStdString(),
                                 {},
                                 tr("Choose a method first").toStdString()});
        return false;
    }
    const MethodPreset* preset = knownPreset(document, presetName);
    if (!preset) {
        return false;
    }
    const QString title = QString::fromStdString(preset->title);
    const QString text =
        layer == kNoLayer ? tr("Place %1").arg(title) : tr("Place %1 in layer %2").arg(title).arg(layer);
    if (!document.apply(design::placeModule(document.experiment(), document.model(), *preset, layer, site),
                        text)) {
        return false;
    }
    for (const design::Module& module : design::modules(document.experiment(), document.model())) {
        if (module.ref.layer == layer && module.ref.site == site) {
            document.setSelection({module.ref});
            break;
        }
    }
    return true;
}

bool applyPresetToAll(DesignDocument& document, const QString& presetName) {
    if (const auto target = yardstickOf(presetName)) {
        document.edit(withTrainTarget(document.experiment(), *target),
                      *target == TrainTarget::HeadOnly ? tr("Train the head only") : tr("Train everything"));
        return true;
    }
    const MethodPreset* preset = knownPreset(document, presetName);
    return preset && document.apply(design::applyPreset(document.experiment(), document.model(), *preset),
                                    tr("Apply %1 to all layers").arg(QString::fromStdString(preset->title)));
}

double stepSize(double size, int steps, int largest) {
    int next = static_cast<int>(size);
    for (; steps != 0; steps -= steps > 0 ? 1 : -1) {
        next = design::nextSize(next, steps, largest);
    }
    return next;
}

double stepFactor(double factor, int steps, int hiddenSize) {
    for (; steps > 0; --steps) {
        factor = design::nextReductionFactor(factor, 1, hiddenSize);
    }
    for (; steps < 0; ++steps) {
        factor = design::nextReductionFactor(factor, -1, hiddenSize);
    }
    return factor;
}

TrainTarget trainTarget(const Experiment& experiment) {
    if (experiment.trainsBase()) {
        return TrainTarget::Everything;
    }
    return experiment.train.empty() ? TrainTarget::HeadOnly : TrainTarget::Adapters;
}

Experiment withTrainTarget(Experiment experiment, TrainTarget target) {
    experiment.train.clear();
    if (target == TrainTarget::HeadOnly) {
        // A probe of the frozen base: the adapters stay in the design, out of the active setup.
        experiment.composition = {};
        return experiment;
    }
    if (experiment.composition.leaves().empty()) {
        if (experiment.adapters.size() == 1) {
            experiment.composition = Composition::of(experiment.adapters.front().name);
        } else if (!experiment.adapters.empty()) {
            experiment.composition.kind = Composition::Kind::Stack;
            for (const AdapterSpec& adapter : experiment.adapters) {
                experiment.composition.children.push_back(Composition::of(adapter.name));
            }
        }
    }
    if (target == TrainTarget::Everything) {
        experiment.train.emplace_back("full");
    } else {
        experiment.train = defaultTrain(experiment);
    }
    return experiment;
}

Experiment withBase(Experiment experiment, const QString& nameOrFolder, const ModelConfig& model) {
    experiment.baseModel = nameOrFolder.toStdString();
    const auto beyond = [&](int layer) { return layer >= model.numLayers; };
    for (AdapterSpec& adapter : experiment.adapters) {
        for (MethodConfig& part : adapter.config.parts) {
            keepLayers(part, model.numLayers);
        }
    }
    std::erase_if(experiment.skipLayers, beyond);
    TrainingSpec& training = experiment.training;
    training.adapterDropLayers = std::min(training.adapterDropLayers, model.numLayers);
    training.maxSeqLength = std::min(training.maxSeqLength, model.longestText());
    return experiment;
}

Result<std::set<int>> layersFromText(const QString& text, int numLayers) {
    std::set<int> layers;
    for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const QStringList ends = part.trimmed().split(QLatin1Char('-'));
        bool firstOk = false;
        bool lastOk = false;
        const int first = ends.first().trimmed().toInt(&firstOk);
        const int last = ends.last().trimmed().toInt(&lastOk);
        if (ends.size() > 2 || !firstOk || !lastOk || first > last) {
            return fail(QStringLiteral("`%1` is no layer number").arg(part.trimmed()).toStdString(), {},
                        "Write numbers and ranges, such as 0, 2-4");
        }
        if (first < 0 || last >= numLayers) {
            return fail("There is no layer " + std::to_string(first < 0 ? first : last), {},
                        "The base has the layers 0 to " + std::to_string(numLayers - 1));
        }
        for (int layer = first; layer <= last; ++layer) {
            layers.insert(layer);
        }
    }
    return layers;
}

QString layersToText(const std::set<int>& layers) {
    QStringList parts;
    for (auto it = layers.begin(); it != layers.end();) {
        const int first = *it;
        int last = first;
        for (++it; it != layers.end() && *it == last + 1; ++it) {
            last = *it;
        }
        parts << (first == last ? QString::number(first) : QStringLiteral("%1-%2").arg(first).arg(last));
    }
    return parts.join(QStringLiteral(", "));
}

QString errorText(const Error& error) {
    return (sentence(error.what) + QLatin1Char(' ') + sentence(error.advice)).trimmed();
}

QString noTrainingFile() {
    return tr("No training file is chosen. Choose one on the Data page.");
}

QString whyNotTrainable(const DesignDocument& document) {
    const Experiment& experiment = document.experiment();
    const ModelConfig& model = document.model();
    if (model.numLayers < 1) {
        return tr("No base model is open. Choose one at the top left.");
    }
    const auto problems = checkAgainstModel(experiment, model);
    if (!problems.empty()) {
        return errorText(problems.front());
    }
    if (const QString why = whyCompositionCantTrain(experiment); !why.isEmpty()) {
        return why;
    }
    if (experiment.data.source == "files" && !experiment.data.splits.contains("train")) {
        return noTrainingFile();
    }
    if (const auto problem = headDataProblem(experiment)) {
        return problem->what + QLatin1Char(' ') + problem->advice;
    }
    if (trainTarget(experiment) == TrainTarget::Adapters &&
        design::lowestTrainedLayer(experiment, model) >= model.numLayers) {
        return tr("AdapterDrop leaves no adapter in use. Drop fewer layers.");
    }
    return {};
}

} // namespace awb::ui
