#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <QPointF>
#include <QRectF>

#include "models/config/site.h"
#include "ui/canvas/row_layout.h"

namespace awb::ui {

/// A place where a module can be: a site of one layer, or with kNoLayer one outside them.
struct Slot {
    int layer = 0;
    Site site = Site::FfnOutput;

    bool operator==(const Slot&) const = default;
};

/// The sites of a row from left to right, as the keyboard walks through them.
inline constexpr std::array kRowSites{Site::KeyValuePrefix,  Site::AttentionQuery,  Site::AttentionKey,
                                      Site::AttentionValue,  Site::AttentionDense,  Site::AttentionParallel,
                                      Site::AttentionOutput, Site::FfnIntermediate, Site::FfnDense,
                                      Site::FfnParallel,     Site::FfnOutput,       Site::BlockOutput};
/// The sites outside the layers: two at the embeddings, one under the head.
inline constexpr std::array kEmbeddingSites{Site::InputPrompt, Site::EmbeddingOutput};

/// Linear maps are many: they show themselves only where one is used, aimed at, or reached by the keyboard.
constexpr bool isQuietSite(Site site) {
    return isLinearSite(site) || site == Site::Pooler;
}

/// Where everything is on the canvas, in scene units (pixels at zoom 1): embeddings at the bottom, layer 0
/// above them, the head on top. Pure geometry of what is to be drawn.
class StackLayout {
public:
    explicit StackLayout(int numLayers = 0);
    explicit StackLayout(const StackPicture& picture);

    int numLayers() const { return static_cast<int>(m_rows.size()); }
    QRectF sceneRect() const;
    QRectF headCard() const;
    QRectF rowCard(int layer) const;
    QRectF embeddingCard() const;
    /// Geometry inside the layer's card.
    const RowLayout& row(int layer) const;

    /// All slots, the lowest layer first, those at the embeddings before them and the pooler's last.
    std::vector<Slot> slots() const;
    QPointF siteCentre(Slot slot) const;
    /// Body of the slot's module number `index`, or of the empty site.
    QRectF moduleRect(Slot slot, int index = 0) const { return place(slot, index).body; }
    /// The same with the room for the module's chip, or for the name of the empty site.
    ModulePlaceRects place(Slot slot, int index = 0) const;
    /// Body of an empty site, also where modules are.
    ModulePlaceRects emptySite(Slot slot) const;

    /// Height of the line below which nothing is differentiated: under the row of `lowestLayer`; under the
    /// head for the model's depth.
    double gradientLineY(int lowestLayer) const;
    /// Height of the connecting line that enters the card above layer `below` (-1: the embeddings).
    double connectorY(int below) const;

    /// The slot nearest to a scene point, if one of those that `isCandidate` admits is within `reach`.
    std::optional<Slot> nearestSlot(QPointF point, double reach,
                                    const std::function<bool(Slot)>& isCandidate) const;
    /// The same among all sites but linear maps.
    std::optional<Slot> nearestSlot(QPointF point, double reach) const;

private:
    void placeCards(double headHeight, double embeddingHeight);
    double placeOutside(const StackPicture& picture);

    std::vector<RowLayout> m_rows;
    std::vector<QRectF> m_cards;
    QRectF m_head;
    QRectF m_embeddings;
    std::map<Site, std::vector<ModulePlaceRects>> m_outside; ///< in the embeddings' or the head's card
};

} // namespace awb::ui
