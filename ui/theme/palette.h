#pragma once

#include <QColor>
#include <QPalette>

#include "ui/theme/theme.h"

namespace awb::ui {

/// Number of tones; `Tone::Success` is the last.
inline constexpr int kToneCount = static_cast<int>(Tone::Success) + 1;

/// The colour of a tone in the light or the dark palette. Text tones reach a WCAG contrast of 4.5:1 on every
/// background tone, meaning tones as well, so that each of them may be used for words.
QColor toneColor(Tone tone, bool dark);

/// The same tones in the roles that Qt's own widgets ask for.
QPalette widgetPalette(bool dark);
/// For item views and menus: a quiet selection on which normal text and icons stay legible.
QPalette quietSelectionPalette(bool dark);

/// One of the eight Okabe-Ito colours (Okabe and Ito 2008), ordered by contrast on white. The dark palette
/// shows black as near-white and lifts the blue, which would vanish there.
QColor okabeIto(int index, bool dark);

} // namespace awb::ui
