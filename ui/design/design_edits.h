#pragma once

#include <optional>
#include <set>

#include <QString>

#include "backend/experiment/design.h"
#include "ui/document/design_document.h"

namespace awb::ui {

/// A bottleneck may be at most so many times as wide as the hidden size.
inline constexpr int kLargestWidening = 16;

/// What is trained.
enum class TrainTarget { Adapters, HeadOnly, Everything };

/// What the palette offers beside the methods, to compare with: the head alone, or the whole base.
inline constexpr auto kLinearProbe = "linear_probe";
inline constexpr auto kFullFineTuning = "full_fine_tuning";
/// None for other names.
std::optional<TrainTarget> yardstickOf(const QString& presetName);

// Edits that several widgets of the design page make. Each is one command of the document.

/// Puts a module of a preset at a site and selects it. A refusal goes out through the document's `refused`.
bool placePreset(DesignDocument& document, const QString& presetName, int layer, Site site);
/// Replaces the adapters by this preset in all layers; a yardstick switches what is trained instead.
bool applyPresetToAll(DesignDocument& document, const QString& presetName);
/// `steps` presses on the reduction factor's arrows: powers of two, see design::nextReductionFactor.
double stepFactor(double factor, int steps, int hiddenSize);
/// The same for ranks and lengths: powers of two, see design::nextSize.
double stepSize(double size, int steps, int largest);

TrainTarget trainTarget(const Experiment& experiment);
Experiment withTrainTarget(Experiment experiment, TrainTarget target);
/// Another base; what names layers that it does not have is taken out.
Experiment withBase(Experiment experiment, const QString& nameOrFolder, const ModelConfig& model);

/// The layers of a text such as "0, 2-4": ascending. Error: what can't be read, or a layer that does not
/// exist.
Result<std::set<int>> layersFromText(const QString& text, int numLayers);
QString layersToText(const std::set<int>& layers);

/// An error as a line for people: "What. Advice."
QString errorText(const Error& error);

/// Why the design can't be trained now; empty when it can.
QString whyNotTrainable(const DesignDocument& document);
/// What `whyNotTrainable` says of data from files that has none.
QString noTrainingFile();

} // namespace awb::ui
