#pragma once

#include <QRectF>

#include "models/config/site.h"
#include "ui/canvas/row_layout.h"

/// Geometry of the lowest and the highest card, in the card's coordinates.
namespace awb::ui::ends {

inline constexpr double height = 48; ///< without modules
inline constexpr double flowY = 24;
inline constexpr double partHeight = 30;
inline constexpr double tokensLeft = 118;
inline constexpr double embeddingsLeft = row::sublayerX[1] - 40;
inline constexpr double embeddingsWidth = 190;
inline constexpr double headInputLeft = row::sublayerX[0] + row::boxLeft;
inline constexpr double headInputWidth = 112;

inline QRectF part(double left, double width) {
    return {left, flowY - partHeight / 2, width, partHeight};
}

/// Bodies of the sites at the embeddings and at the pooler, and the room of their chips.
inline ModulePlaceRects emptySite(Site site) {
    switch (site) {
    case Site::InputPrompt:
        return {{tokensLeft - 42, flowY - 10, 38, 20}, {tokensLeft - 110, flowY + 14, 168, 18}, false};
    case Site::Pooler:
        return {{headInputLeft + headInputWidth + 4, flowY - 12, 24, 24},
                {headInputLeft + 20, flowY + 14, 220, 18},
                false};
    default: {
        const QRectF body(embeddingsLeft + embeddingsWidth + 30, flowY - 14, 76, 28);
        return {body, {body.left() - 60, body.bottom() + 1, body.width() + 120, 18}, false};
    }
    }
}

/// A bias of the embeddings' norm: a mark under their box.
inline ModulePlaceRects biasMark() {
    const QRectF body(embeddingsLeft + embeddingsWidth - 28, flowY + partHeight / 2 + 2, 22, 6);
    return {body, {body.right() + 4, body.top() + 1, 110, 18}, false};
}

/// Parameters that serve all layers stand in rows under the line.
inline QRectF sharedBody(int index) {
    constexpr double pitch = 200;
    constexpr int perLine = 2;
    return {190 + pitch * (index % perLine), height - 1.0 + 24.0 * (index / perLine), pitch - 8, 20};
}

} // namespace awb::ui::ends
