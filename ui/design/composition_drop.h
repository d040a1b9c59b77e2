#pragma once

#include <optional>
#include <vector>

#include "ui/design/composition_edits.h"
#include "ui/design/composition_layout.h"

class QMimeData;

namespace awb::ui {

class DesignDocument;

/// What a held drag would do, and what it does when it is let go.
class CompositionDrop {
public:
    explicit CompositionDrop(DesignDocument* document);

    /// What is held; false where the composition can't take such a thing at all.
    bool enter(const QMimeData* data);
    void leave();
    bool isActive() const { return m_piece.has_value(); }

    /// What letting go at a spot would do.
    struct Preview {
        bool isPossible = false;
        QString note; ///< the reason of a refusal, or a hint; may be empty
    };
    /// `fuse`: Alt is held, two adapters meet in a Fuse at once.
    Preview preview(const DropSpot& spot, bool fuse) const;

    /// The edits among which a drop at this spot lets choose; one where there is no choice.
    std::vector<NamedEdit> choices(const DropSpot& spot, bool fuse) const;

private:
    std::vector<NamedEdit> kindChoices(const DropSpot& spot, Composition::Kind kind) const;

    DesignDocument* m_document;
    std::optional<design::Piece> m_piece;
};

} // namespace awb::ui
