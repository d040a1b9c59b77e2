#pragma once

#include <string_view>

#include <QString>

namespace awb::ui {

/// The beginning of a UTF-8 text on one line, at most `most` characters, with a mark and the whole length
/// where something was left out. Costs the same for two megabytes as for two lines.
QString elidedText(std::string_view utf8, int most);

} // namespace awb::ui
