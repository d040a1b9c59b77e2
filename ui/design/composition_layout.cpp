#include "ui/design/composition_layout.h"

#include <algorithm>

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

constexpr double kEdge = 12;         ///< at a block's left and right: beside it
constexpr double kSideShare = 0.26;  ///< of a leaf's width: beside it
constexpr double kAboveShare = 0.28; ///< of a leaf's height: above or beneath it
constexpr double kEmptyWidth = 344;
constexpr double kTopMargin = 14;

double titleWidth(Kind kind) {
    return kind == Kind::BatchSplit ? 130 : 112;
}

} // namespace

design::CompositionPath DropSpot::node() const {
    if (const auto* gap = std::get_if<design::GapPlace>(&place)) {
        return gap->block;
    }
    return std::get<design::JoinPlace>(place).node;
}

double CompositionLayout::leftGutter(const Composition& block) {
    switch (block.kind) {
    case Kind::Stack:
        return kRowGap; // the arrow into the first child
    case Kind::Split:
    case Kind::BatchSplit:
        return 112; // the part that each child gets
    default:
        return 34;
    }
}

double CompositionLayout::rightGutter(const Composition& block) {
    switch (block.kind) {
    case Kind::Stack:
        return kPadding + 4;
    case Kind::Fuse:
        return 52; // the attention node
    case Kind::Average:
        return 92; // the factors
    default:
        return 34;
    }
}

void CompositionLayout::build(const Composition& composition, const LeafWidth& leafWidth) {
    m_boxes.clear();
    place(composition, {}, leafWidth);
    shift(0, {kMargin, kTopMargin});
    const QRectF root = m_boxes.front().rect;
    m_size = {root.right() + kMargin, root.bottom() + kTopMargin};
}

std::size_t CompositionLayout::place(const Composition& node, const design::CompositionPath& path,
                                     const LeafWidth& leafWidth) {
    const std::size_t index = m_boxes.size();
    m_boxes.push_back({path, &node, {}, {}, {}, {}});
    if (!node.isBlock()) {
        const double width = node.kind == Kind::Name ? leafWidth(node.name) : kEmptyWidth;
        m_boxes[index].rect = {0, 0, width, kLeafHeight};
        return index;
    }
    std::vector<std::size_t> children;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        design::CompositionPath childPath = path;
        childPath.push_back(i);
        children.push_back(place(node.children[i], childPath, leafWidth));
    }
    const bool isRow = node.kind == Kind::Stack;
    QSizeF content(0, 0);
    for (const std::size_t child : children) {
        const QSizeF size = m_boxes[child].rect.size();
        const double gap = child == children.front() ? 0 : (isRow ? kRowGap : kBranchGap);
        content =
            isRow ? QSizeF(content.width() + gap + size.width(), std::max(content.height(), size.height()))
                  : QSizeF(std::max(content.width(), size.width()), content.height() + gap + size.height());
    }
    const double left = leftGutter(node);
    content.setWidth(std::max(content.width(), titleWidth(node.kind) - left - rightGutter(node)));
    double at = 0;
    for (const std::size_t child : children) {
        if (!isRow && !m_boxes[child].isBlock()) {
            m_boxes[child].rect.setWidth(content.width()); // branches end in line
        }
        const QSizeF size = m_boxes[child].rect.size();
        const QPointF corner = isRow ? QPointF(at, (content.height() - size.height()) / 2)
                                     : QPointF((content.width() - size.width()) / 2, at);
        shift(child, QPointF(left, kHeader) + corner);
        at += isRow ? size.width() + kRowGap : size.height() + kBranchGap;
    }
    CompositionBox& box = m_boxes[index];
    box.children = std::move(children);
    box.body = {left, kHeader, content.width(), content.height()};
    box.rect = {0, 0, left + content.width() + rightGutter(node), kHeader + content.height() + kPadding};
    box.header = {0, 0, box.rect.width(), kHeader};
    return index;
}

void CompositionLayout::shift(std::size_t box, QPointF by) {
    CompositionBox& moved = m_boxes[box];
    moved.rect.translate(by);
    moved.header.translate(by);
    moved.body.translate(by);
    const std::vector<std::size_t> children = moved.children;
    for (const std::size_t child : children) {
        shift(child, by);
    }
}

const CompositionBox* CompositionLayout::boxOf(const design::CompositionPath& path) const {
    const auto found = std::ranges::find(m_boxes, path, &CompositionBox::path);
    return found == m_boxes.end() ? nullptr : &*found;
}

const CompositionBox* CompositionLayout::boxAt(QPointF point) const {
    const CompositionBox* innermost = nullptr; // children stand behind their parents
    for (const CompositionBox& box : m_boxes) {
        if (box.rect.contains(point)) {
            innermost = &box;
        }
    }
    return innermost;
}

const CompositionBox* CompositionLayout::parentOf(const CompositionBox& box) const {
    return box.path.empty() ? nullptr : boxOf({box.path.begin(), box.path.end() - 1});
}

DropSpot CompositionLayout::spotAt(QPointF point) const {
    if (m_boxes.empty()) {
        return {};
    }
    const CompositionBox& root = m_boxes.front();
    if (root.node->kind == Kind::None) {
        return {DropSpot::On::Gap, design::GapPlace{{}, 0}, {}, root.rect};
    }
    const CompositionBox* box = boxAt(point);
    if (box == nullptr) {
        const double middle = root.rect.center().x();
        return beside(root, point.x() < middle ? design::Side::Before : design::Side::After);
    }
    return box->isBlock() ? spotInBlock(*box, point) : spotAtLeaf(*box, point);
}

DropSpot CompositionLayout::spotAtLeaf(const CompositionBox& leaf, QPointF point) const {
    const double x = (point.x() - leaf.rect.left()) / leaf.rect.width();
    const double y = (point.y() - leaf.rect.top()) / leaf.rect.height();
    if (x < kSideShare || x > 1 - kSideShare) {
        return beside(leaf, x < 0.5 ? design::Side::Before : design::Side::After);
    }
    const CompositionBox* parent = parentOf(leaf);
    if (parent != nullptr && !parent->isRow() && (y < kAboveShare || y > 1 - kAboveShare)) {
        return gap(*parent, leaf.path.back() + (y < 0.5 ? 0 : 1));
    }
    return {DropSpot::On::Leaf, design::JoinPlace{leaf.path}, {}, leaf.rect};
}

DropSpot CompositionLayout::spotInBlock(const CompositionBox& block, QPointF point) const {
    const bool isLeft = point.x() < block.rect.left() + kEdge;
    if (isLeft || point.x() > block.rect.right() - kEdge) {
        return beside(block, isLeft ? design::Side::Before : design::Side::After);
    }
    if (block.header.contains(point)) {
        return {DropSpot::On::Block, design::JoinPlace{block.path}, {}, block.rect};
    }
    const auto isPast = [&](std::size_t child) {
        const QPointF middle = m_boxes[child].rect.center();
        return block.isRow() ? point.x() > middle.x() : point.y() > middle.y();
    };
    return gap(block, static_cast<std::size_t>(std::ranges::count_if(block.children, isPast)));
}

DropSpot CompositionLayout::beside(const CompositionBox& box, design::Side side) const {
    const bool isBefore = side == design::Side::Before;
    if (box.isRow()) {
        return gap(box, isBefore ? 0 : box.children.size());
    }
    if (const CompositionBox* parent = parentOf(box); parent != nullptr && parent->isRow()) {
        return gap(*parent, box.path.back() + (isBefore ? 0 : 1));
    }
    const double x = isBefore ? box.rect.left() - kBranchGap / 2 : box.rect.right() + kBranchGap / 2;
    return {DropSpot::On::Gap,
            design::JoinPlace{box.path, Kind::Stack, side},
            QLineF(x, box.rect.top(), x, box.rect.bottom()),
            {}};
}

DropSpot CompositionLayout::gap(const CompositionBox& block, std::size_t index) const {
    DropSpot spot{DropSpot::On::Gap, design::GapPlace{block.path, index}, {}, {}};
    if (block.children.empty()) {
        return spot;
    }
    const bool isFirst = index == 0;
    const QRectF next = m_boxes[block.children[isFirst ? 0 : index - 1]].rect;
    if (block.isRow()) {
        const double x = isFirst                          ? next.left() - kPadding / 2
                         : index == block.children.size() ? next.right() + kPadding / 2
                                                          : next.right() + kRowGap / 2;
        spot.line = QLineF(x, block.body.top(), x, block.body.bottom());
    } else {
        const double y = isFirst ? next.top() - kBranchGap / 2 : next.bottom() + kBranchGap / 2;
        spot.line = QLineF(block.body.left(), y, block.body.right(), y);
    }
    return spot;
}

} // namespace awb::ui
