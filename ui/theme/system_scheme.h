#pragma once

class QPalette;

namespace awb::ui {

/// Whether the desktop asks for a dark look. Qt 6.4 has no direct answer, so the hints are, in this order:
/// the GTK_THEME variable, KDE's and GTK's settings files, and the palette that the platform gave the
/// program.
bool systemPrefersDark(const QPalette& platformPalette);

} // namespace awb::ui
