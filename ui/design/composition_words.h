#pragma once

#include <QString>

#include "backend/experiment/experiment.h"

namespace awb::ui {

/// "Stack", "Fuse", ...: the field's names, the same in every language.
QString kindTitle(Composition::Kind kind);
/// What the block does, one sentence.
QString kindHelp(Composition::Kind kind);
/// What flows through it: its inputs, what each child gets, its output.
QString kindFlow(Composition::Kind kind);
/// Where it comes from.
QString kindPaper(Composition::Kind kind);
/// All of these as rich text.
QString kindToolTip(Composition::Kind kind);

/// "pfeiffer · rf 16", "lora · r 8", "saved adapter": an adapter in a few words.
QString adapterLine(const AdapterSpec& adapter);
/// Name, method, folder, and whether it is trained, as rich text.
QString adapterToolTip(const Experiment& experiment, const AdapterSpec& adapter);

/// What a screen reader says of a node: "Fuse of 2, trained", "adapter en, saved adapter, frozen".
QString nodeDescription(const Experiment& experiment, const Composition& node);
/// The part that a child of Split gets, as "tokens 0 – 31" or "tokens from 32"; of BatchSplit "4 texts"; of
/// Average its factor "× 0.25". Empty for others.
QString branchText(const Composition& block, std::size_t child);

/// True where the node itself is trained: the adapter, or Fuse's attention.
bool isTrainedNode(const Experiment& experiment, const Composition& node);
/// The node's name in `train`: the adapter's, or "fuse:a,b"; empty for other blocks.
std::string trainName(const Composition& node);

} // namespace awb::ui
