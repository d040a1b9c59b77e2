#pragma once

#include <cstdint>

#include <QString>
#include <QStringList>

#include "models/config/model_config.h"
#include "ui/canvas/stack_layout.h"
#include "ui/canvas/stack_picture.h"

/// The words and numbers on the canvas.
namespace awb::ui::canvastext {

/// "8.5 k", "2.38 M", "384".
QString shortCount(std::int64_t count);
/// A reduction factor without needless digits: "16", "2.5".
QString factor(double value);

/// "rf 16 · m 16 · 8.5 k" and its shorter forms, longest first.
QStringList chip(const ModulePicture& module);
/// "256 → 16 → 256".
QString shape(const ModulePicture& module, int hiddenSize);
/// Name of a site for people: "Feed-forward output".
QString siteTitle(Site site);
/// What a site is, in a sentence.
QString siteExplanation(Site site);
/// "Layer 3 · Feed-forward output".
QString slotTitle(Slot slot);
/// All about one module, for its tooltip (rich text).
QString moduleToolTip(const ModulePicture& module, int hiddenSize);

} // namespace awb::ui::canvastext
