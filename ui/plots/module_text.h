#pragma once

#include <QColor>
#include <QString>

#include "ui/plots/run_data.h"

namespace awb::ui {

/// "Gradient norm", "Update ratio", ...
QString quantityName(ModuleQuantity quantity);
/// What is measured, with its unit, short enough for an axis.
QString quantityAxis(ModuleQuantity quantity);
/// True where the values span powers of ten, so that a logarithmic scale is the better start.
bool prefersLogarithm(ModuleQuantity quantity);
/// "reviews · layer 3 · FFN"; without the adapter when `withAdapter` is false.
QString moduleName(const ModuleInfo& module, bool withAdapter);
/// "3 FFN", for the rows of a heatmap.
QString moduleShortName(const ModuleInfo& module);
/// The adapter's colour, from light (lowest layer) to dark; readable on the theme's surface.
QColor moduleColor(const ModuleInfo& module, const std::vector<ModuleInfo>& all);

} // namespace awb::ui
