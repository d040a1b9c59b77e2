#pragma once

namespace awb::ui {

class DesignDocument;

/// Modules on the system's clipboard, as JSON text.
namespace canvasclipboard {

/// Copies the document's selection; does nothing when it is empty.
void copySelection(const DesignDocument& document);
/// Adds the clipboard's modules as one edit and selects them. With `targetLayer` 0 or above, its lowest layer
/// goes there; below 0, modules go to the layers that they came from. A clipboard without modules is refused
/// by the document.
void paste(DesignDocument& document, int targetLayer);

} // namespace canvasclipboard

} // namespace awb::ui
