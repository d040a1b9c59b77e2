#pragma once

#include <functional>
#include <vector>

#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>

#include "backend/experiment/composition_put.h"

namespace awb::ui {

/// One node of the composition as it lies in the tree's picture.
struct CompositionBox {
    design::CompositionPath path;
    const Composition* node = nullptr;
    QRectF rect;
    QRectF header;                     ///< of blocks: glyph and title
    QRectF body;                       ///< of blocks: where the children lie
    std::vector<std::size_t> children; ///< numbers of their boxes

    bool isBlock() const { return node->isBlock(); }
    /// Children of a Stack lie side by side, those of the other blocks above each other.
    bool isRow() const { return node->kind == Composition::Kind::Stack; }
};

/// Where something that is held over the picture would go.
struct DropSpot {
    enum class On { Nothing, Gap, Leaf, Block };
    On on = On::Nothing;
    design::Place place; ///< of Gap; of Leaf and Block the node, joined by a Stack
    QLineF line;         ///< of Gap: the mark
    QRectF outline;      ///< of Leaf and Block

    design::CompositionPath node() const;
};

/// Geometry of the composition tree: nested boxes, flowing from left to right. Scene units are pixels.
class CompositionLayout {
public:
    /// Width of a leaf that shows this adapter.
    using LeafWidth = std::function<double(const std::string& adapter)>;

    static constexpr double kLeafHeight = 40;
    static constexpr double kHeader = 26;
    static constexpr double kPadding = 10;
    static constexpr double kRowGap = 26;    ///< between the children of a Stack
    static constexpr double kBranchGap = 10; ///< between the children of other blocks
    static constexpr double kMargin = 52;    ///< around the root, for what comes in and goes out

    /// Lays the composition out; it must outlive the layout.
    void build(const Composition& composition, const LeafWidth& leafWidth);

    const std::vector<CompositionBox>& boxes() const { return m_boxes; }
    const CompositionBox* boxOf(const design::CompositionPath& path) const;
    /// The innermost box at a point; null outside.
    const CompositionBox* boxAt(QPointF point) const;
    QSizeF size() const { return m_size; }
    /// Free space left and right of the children of a block: for the fan, sizes and weights.
    static double leftGutter(const Composition& block);
    static double rightGutter(const Composition& block);

    DropSpot spotAt(QPointF point) const;

private:
    std::size_t place(const Composition& node, const design::CompositionPath& path,
                      const LeafWidth& leafWidth);
    void shift(std::size_t box, QPointF by);
    DropSpot spotAtLeaf(const CompositionBox& leaf, QPointF point) const;
    DropSpot spotInBlock(const CompositionBox& block, QPointF point) const;
    DropSpot beside(const CompositionBox& box, design::Side side) const;
    DropSpot gap(const CompositionBox& block, std::size_t index) const;
    const CompositionBox* parentOf(const CompositionBox& box) const;

    std::vector<CompositionBox> m_boxes; ///< the root first
    QSizeF m_size;
};

} // namespace awb::ui
