#pragma once

#include <array>
#include <optional>

#include <QPointF>
#include <QRectF>

#include "models/config/site.h"

namespace awb::ui {

/// A place where a module can be: a site of one layer.
struct Slot {
    int layer = 0;
    Site site = Site::FfnOutput;

    bool operator==(const Slot&) const = default;
};

/// The sites of a row from left to right, as the keyboard walks through them.
inline constexpr std::array kSiteColumns{Site::AttentionParallel, Site::AttentionOutput, Site::FfnParallel,
                                         Site::FfnOutput};

/// Geometry inside a row, in scene units from the card's top left corner. A row is read from left to right:
/// attention with its add-and-norm, then the feed-forward part with its own.
namespace row {
inline constexpr double width = 762;
inline constexpr double height = 98;
inline constexpr double gutter = 62;   ///< layer number and tags
inline constexpr double entryX = 70;   ///< the stream comes from below here
inline constexpr double exitX = 750;   ///< and leaves upwards here
inline constexpr double flowY = 38;    ///< the main line
inline constexpr double residualY = 8; ///< the block's residual path, above the sublayer
inline constexpr double innerY = 15;   ///< the adapter's own residual path
inline constexpr double laneY = 81;    ///< the line of parallel modules, below the sublayer
inline constexpr std::array<double, 2> sublayerX{80, 414}; ///< attention, feed-forward

// From the sublayer's left end:
inline constexpr double boxLeft = 14;
inline constexpr double boxWidth = 84;
inline constexpr double boxHeight = 34;
inline constexpr double outputX = 106;   ///< the sublayer's raw output h
inline constexpr double earlySumX = 120; ///< add of the norm in front of the adapter
inline constexpr double earlyNormX = 143;
inline constexpr double moduleLeft = 164; ///< sequential modules
inline constexpr double moduleWidth = 92;
inline constexpr double moduleHeight = 34;
inline constexpr double innerSumX = 269; ///< add of the adapter's residual, or of a parallel module
inline constexpr double sumX = 288;
inline constexpr double normX = 311;
inline constexpr double endX = 326;
inline constexpr double laneModuleLeft = 16; ///< parallel modules
inline constexpr double laneModuleWidth = 80;
inline constexpr double laneModuleHeight = 26;
} // namespace row

/// Where everything is on the canvas, in scene units (pixels at zoom 1): embeddings at the bottom, layer 0
/// above them, the head on top. Pure geometry of the model's depth.
class StackLayout {
public:
    explicit StackLayout(int numLayers = 0);

    int numLayers() const { return m_numLayers; }
    QRectF sceneRect() const;
    QRectF headCard() const;
    QRectF rowCard(int layer) const;
    QRectF embeddingCard() const;

    QPointF siteCentre(Slot slot) const;
    /// Body of module `index` of `count` that share a slot; they stand side by side.
    QRectF moduleRect(Slot slot, int index = 0, int count = 1) const;
    /// Room for the chip of that module.
    QRectF chipRect(Slot slot, int index = 0, int count = 1) const;

    /// Height of the line below which nothing is differentiated: under the row of `lowestLayer`; under the
    /// head for the model's depth.
    double gradientLineY(int lowestLayer) const;
    /// Height of the connecting line that enters the card above layer `below` (-1: the embeddings).
    double connectorY(int below) const;

    /// The slot nearest to a scene point, if one is within `reach`.
    std::optional<Slot> nearestSlot(QPointF point, double reach) const;

private:
    int m_numLayers;
};

} // namespace awb::ui
