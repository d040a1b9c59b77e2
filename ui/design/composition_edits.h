#pragma once

#include <functional>
#include <string>
#include <vector>

#include <QString>

#include "backend/experiment/composition_put.h"

class QMenu;
class QWidget;

namespace awb::ui {

class CompositionCursor;
class DesignDocument;

/// An edit that can be offered, or why it can't be done.
struct NamedEdit {
    QString text; ///< in the undo list
    Result<Experiment> result;
    QString label = {};                   ///< in a menu; empty: `text`
    std::vector<std::string> leaves = {}; ///< of what the person holds, to find it again after the edit
};

/// `piece` put to `place`.
NamedEdit putEdit(const Experiment& experiment, const design::Piece& piece, const design::Place& place);
/// A block turned into another kind.
NamedEdit kindEdit(const Experiment& experiment, const design::CompositionPath& path, Composition::Kind kind);
/// The node put together with another piece, once for each kind of block.
std::vector<NamedEdit> joinEdits(const Experiment& experiment, const design::Piece& piece,
                                 const design::CompositionPath& path);

/// A node taken out of the composition.
NamedEdit takeOutEdit(const Experiment& experiment, const design::CompositionPath& path);
/// An adapter, or a fusion as in `train`, trained or frozen: the opposite of what it is.
NamedEdit trainEdit(const Experiment& experiment, const std::string& name);
NamedEdit renameEdit(const Experiment& experiment, const std::string& from, const QString& to);
NamedEdit duplicateEdit(const Experiment& experiment, const std::string& adapter);
/// An adapter removed from the design.
NamedEdit discardEdit(const Experiment& experiment, const std::string& adapter);
/// Where an adapter goes that is added by key: into the chosen block at its end, behind the chosen adapter.
design::Place placeAtCursor(const CompositionCursor& cursor);

/// Does the edit and puts the cursor onto what was held. Empty, or why it can't be done.
QString applyEdit(DesignDocument& document, CompositionCursor& cursor, const NamedEdit& edit);

/// A menu of edits, the first possible one active; refused ones are disabled and say why in their tooltips.
/// `chosen` gets the one that is taken. The menu deletes itself when it closes.
QMenu* editMenu(QWidget* parent, const QString& title, const std::vector<NamedEdit>& edits,
                const std::function<void(const NamedEdit&)>& chosen);

/// Asks for another name of an adapter; `chosen` gets the text as it was typed.
void askForName(QWidget* parent, const std::string& adapter,
                const std::function<void(const QString&)>& chosen);

} // namespace awb::ui
