#pragma once

#include <QString>

#include "ui/plots/plot_view.h"

class QCPAxis;
class QCPItemStraightLine;
class QCPItemText;
class QCPRange;
class QToolButton;

namespace awb::ui {

/// Colours, fonts and pens of everything but the curves, from the theme.
void stylePlot(QCustomPlot* plot);
void styleEvent(QCPItemStraightLine* line, QCPItemText* text);
/// Label with unit and tick marks for what the horizontal axis counts.
void styleXAxis(QCPAxis* axis, XAxis kind);
/// Linear or logarithmic, with the ticks that go with it.
void setScale(QCPAxis* axis, bool logarithmic);
/// A range that is never empty, infinite or, when logarithmic, not positive. `margin` is a share of its
/// length.
QCPRange paddedRange(AxisSpan span, bool logarithmic, double margin);
/// "Step", "Epoch", ...
QString xAxisName(XAxis axis);
/// A position on the horizontal axis in words: "step 340", "epoch 1.25", "1 min 20 s".
QString xAxisValue(XAxis axis, double value);
/// The theme's icon, or `fallback` as text where there is none.
void setButtonIcon(QToolButton* button, const QString& icon, const QString& fallback);

} // namespace awb::ui
