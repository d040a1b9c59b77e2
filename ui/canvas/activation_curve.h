#pragma once

#include <string_view>

#include <QPolygonF>

namespace awb::ui {

/// The value of a non-linearity by its AdapterHub name; the identity for a name that is not known.
double activationValue(std::string_view name, double x);

/// The curve of a non-linearity over x in [-3, 3], scaled into a square of side 2 around the origin (y
/// upwards is negative, as on the screen).
QPolygonF activationCurve(std::string_view name);

} // namespace awb::ui
