#include "ui/design/composition_drop.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/design/composition_mime.h"
#include "ui/design/design_edits.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

} // namespace

CompositionDrop::CompositionDrop(DesignDocument* document)
    : m_document(document) {}

bool CompositionDrop::enter(const QMimeData* data) {
    m_piece = pieceOf(data);
    return isActive();
}

void CompositionDrop::leave() {
    m_piece.reset();
}

CompositionDrop::Preview CompositionDrop::preview(const DropSpot& spot, bool fuse) const {
    if (!m_piece || spot.on == DropSpot::On::Nothing) {
        return {};
    }
    const std::vector<NamedEdit> edits = choices(spot, fuse);
    const auto possible =
        std::ranges::find_if(edits, [](const NamedEdit& edit) { return edit.result.has_value(); });
    if (possible == edits.end()) {
        return {false, errorText(edits.front().result.error())};
    }
    if (edits.size() == 1) {
        return {true, spot.on == DropSpot::On::Gap ? QString() : edits.front().text};
    }
    const bool isKind = std::holds_alternative<design::KindPiece>(*m_piece);
    return {true, isKind ? Words::tr("Change the block or put one around it")
                         : Words::tr("Join the two: let go to choose how (Alt: Fuse)")};
}

std::vector<NamedEdit> CompositionDrop::choices(const DropSpot& spot, bool fuse) const {
    const Experiment& experiment = m_document->experiment();
    std::vector<NamedEdit> edits;
    if (!m_piece || spot.on == DropSpot::On::Nothing) {
        return edits;
    }
    if (const auto* block = std::get_if<design::KindPiece>(&*m_piece)) {
        return kindChoices(spot, block->kind);
    }
    if (spot.on == DropSpot::On::Gap) {
        edits.push_back(putEdit(experiment, *m_piece, spot.place));
        return edits;
    }
    if (spot.on == DropSpot::On::Block) {
        const Composition* block = design::nodeAt(experiment.composition, spot.node());
        edits.push_back(
            putEdit(experiment, *m_piece,
                    design::GapPlace{spot.node(), block != nullptr ? block->children.size() : 0}));
        return edits;
    }
    if (fuse) {
        edits.push_back(putEdit(experiment, *m_piece, design::JoinPlace{spot.node(), Kind::Fuse}));
        return edits;
    }
    return joinEdits(experiment, *m_piece, spot.node());
}

std::vector<NamedEdit> CompositionDrop::kindChoices(const DropSpot& spot, Kind kind) const {
    const Experiment& experiment = m_document->experiment();
    std::vector<NamedEdit> edits;
    if (spot.on == DropSpot::On::Gap) {
        // Between nodes it would be empty: only around one it has something to hold.
        edits.push_back(putEdit(experiment, *m_piece, design::GapPlace{spot.node(), 0}));
        return edits;
    }
    const Composition* node = design::nodeAt(experiment.composition, spot.node());
    if (node != nullptr && node->isBlock() && node->kind != kind) {
        edits.push_back(kindEdit(experiment, spot.node(), kind));
    }
    edits.push_back(putEdit(experiment, *m_piece, spot.place));
    return edits;
}

} // namespace awb::ui
