#pragma once

#include <memory>
#include <optional>

#include <QString>

#include "backend/experiment/composition_put.h"

class QMimeData;

namespace awb::ui {

/// What drags of the composition carry: an adapter's name, a block's key, the way to a node ("0.1").
inline constexpr auto kAdapterMime = "application/x-adapter-workbench-adapter";
inline constexpr auto kBlockMime = "application/x-adapter-workbench-block";
inline constexpr auto kNodeMime = "application/x-adapter-workbench-node";

/// A drag of an adapter, a block or a node (fresh adapters are dragged as the palette's presets).
std::unique_ptr<QMimeData> mimeOf(const design::Piece& piece);
/// What a drag brings; also a preset of the palette, as a fresh adapter. Empty for anything else.
std::optional<design::Piece> pieceOf(const QMimeData* data);

/// A fresh adapter of a preset, named after it.
AdapterSpec freshAdapter(const MethodPreset& preset);

} // namespace awb::ui
