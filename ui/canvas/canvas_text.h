#pragma once

#include <cstdint>

#include <QString>

#include "ui/canvas/stack_layout.h"

/// Numbers, and the names of places on the canvas.
namespace awb::ui::canvastext {

/// "8.5 k", "2.38 M", "384".
QString shortCount(std::int64_t count);
/// A reduction factor without needless digits: "16", "2.5".
QString factor(double value);

/// Name of a site for people: "FFN output".
QString siteTitle(Site site);
/// The letter of a linear map: "q", "k", "v", "o", "1", "2".
QString mapLetter(Site site);
/// What a site is, in a sentence.
QString siteExplanation(Site site);
/// "Layer 3 · FFN output"; outside the layers the site alone.
QString slotTitle(Slot slot);

} // namespace awb::ui::canvastext
