#pragma once

#include <array>

#include <QString>

#include "models/config/method.h"
#include "ui/design/design_edits.h"

namespace awb::ui {

/// The palette's groups, in its order.
enum class MethodGroup {
    Bottleneck,
    Invertible,
    Compacter,
    LowRank,
    Scaling,
    PrefixAndPrompt,
    Unions,
    Representation,
    Biases,
    Yardsticks, ///< no methods: the head alone and full fine-tuning, to compare with
};
inline constexpr std::array kMethodGroups{MethodGroup::Bottleneck, MethodGroup::Invertible,
                                          MethodGroup::Compacter,  MethodGroup::LowRank,
                                          MethodGroup::Scaling,    MethodGroup::PrefixAndPrompt,
                                          MethodGroup::Unions,     MethodGroup::Representation,
                                          MethodGroup::Biases,     MethodGroup::Yardsticks};

MethodGroup groupOf(const MethodPreset& preset);
QString groupTitle(MethodGroup group);

/// Texts of models/config, which has no translation of its own, in the window's language.
QString methodText(const std::string& text);

/// One line for the palette: "after feed-forward · relu · rf 16", "queries, values · rank 8".
QString presetLine(const MethodPreset& preset);
/// What it does, its equation, size at this base, paper and names, as rich text. A base without layers leaves
/// the size out.
QString presetToolTip(const MethodPreset& preset, const ModelConfig& model);

/// The same for what stands in the palette to compare with.
QString yardstickTitle(TrainTarget target);
QString yardstickLine(TrainTarget target);
QString yardstickToolTip(TrainTarget target, const ModelConfig& model);

/// "rank 8 · queries, values", the chosen options of one part.
QString partLine(const MethodConfig& part);

} // namespace awb::ui
