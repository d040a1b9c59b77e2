#pragma once

#include <vector>

#include <QGraphicsObject>

#include "ui/canvas/stack_layout.h"

namespace awb::ui {

/// The node of a composition block at one site, with what enters it: a fusion's fan of spokes, or the mark of
/// Parallel, Split, BatchSplit and Average.
class JoinItem : public QGraphicsObject {
    Q_OBJECT

public:
    /// A spoke: from which point, and which child of the fusion it comes from.
    struct Spoke {
        QPointF from;
        std::size_t child = 0;
        std::string adapter;
        bool operator==(const Spoke&) const = default;
    };

    JoinItem(Slot slot, SiteArrangement::Join join, std::vector<Spoke> spokes, bool trained,
             std::int64_t parameters);

    Slot slot() const { return m_slot; }
    const SiteArrangement::Join& join() const { return m_join; }
    /// The fusion's key in records, as `moduleKey` of "fuse:a,b"; empty for other blocks.
    const std::string& key() const { return m_key; }
    /// Weights of the children, 0..1; empty: there are none yet, the spokes are alike.
    void setWeights(std::vector<float> weights);
    double spokeWidth(std::size_t child) const;

    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void updateToolTip();

    Slot m_slot;
    SiteArrangement::Join m_join;
    std::vector<Spoke> m_spokes;
    bool m_trained;
    std::int64_t m_parameters;
    std::string m_key;
    std::vector<float> m_weights;
};

/// The sign of a composition block in a circle; for the node and the legend.
void drawJoinMark(QPainter& painter, Composition::Kind kind, QPointF centre, double radius,
                  const QColor& line);

} // namespace awb::ui
