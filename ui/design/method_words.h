#pragma once

#include <QString>

#include "models/config/method.h"

namespace awb::ui {

/// The palette's groups, in its order.
enum class MethodGroup { Bottleneck, LowRank, Scaling, PrefixAndPrompt, Mixtures, Representation, Biases };

MethodGroup groupOf(const MethodPreset& preset);
QString groupTitle(MethodGroup group);

/// Texts of models/config, which has no translation of its own, in the window's language.
QString methodText(const std::string& text);

/// One line for the palette: "after feed-forward · relu · rf 16", "queries, values · rank 8".
QString presetLine(const MethodPreset& preset);
/// What it does, its equation, size at this base, paper and names, as rich text. A base without layers leaves
/// the size out.
QString presetToolTip(const MethodPreset& preset, const ModelConfig& model);

/// "rank 8 · queries, values", the chosen options of one part.
QString partLine(const MethodConfig& part);

} // namespace awb::ui
