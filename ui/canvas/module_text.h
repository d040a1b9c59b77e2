#pragma once

#include <QString>
#include <QStringList>

#include "ui/canvas/site_arrangement.h"
#include "ui/canvas/stack_picture.h"

/// The words and numbers about modules and the blocks that join them.
namespace awb::ui::canvastext {

/// "rf 16 · m 16 · 8.5 k", "q v · r 8 · 8.2 k", "prefix 30 · 2 × 30 × 256" and shorter forms, longest first.
QStringList chip(const ModulePicture& module, int hiddenSize);
/// The same with the module's shape in front, for close up: "256 → 16 → 256 · rf 16 · 8.5 k".
QStringList nearChip(const ModulePicture& module, int hiddenSize);
/// The module's shape, for close up: "256 → 16 → 256", "2 × 30 × 256"; empty where there is none to show.
QString shape(const ModulePicture& module, int hiddenSize);
/// The palette's name of what the module is: "LoRA", "Prefix tuning", "NICE".
QString kindTitle(const ModulePicture& module);
/// What the module computes.
QString equation(const ModulePicture& module);
/// Who described it: the preset's paper, and the method's own where that is another one.
QStringList papers(const ModulePicture& module);
/// All about one module, for its tooltip (rich text).
QString moduleToolTip(const ModulePicture& module, int hiddenSize);
/// For screen readers: adapter, kind and size.
QString accessibleModule(const ModulePicture& module, int hiddenSize);

/// "AdapterFusion", "Average", ...
QString joinTitle(Composition::Kind kind);
/// All about the node of a composition block; `weights`: a fusion's, when there are any.
QString joinToolTip(const SiteArrangement::Join& join, bool trained, std::int64_t parameters,
                    const std::vector<float>& weights);

} // namespace awb::ui::canvastext
