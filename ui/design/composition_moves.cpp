#include "ui/design/composition_moves.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;
using design::CompositionPath;

/// -1 or 1 along the children of `block`, 0 across them.
int stepAlong(const Composition& block, int key) {
    const bool isRow = block.kind == Kind::Stack;
    if (key == (isRow ? Qt::Key_Left : Qt::Key_Up)) {
        return -1;
    }
    return key == (isRow ? Qt::Key_Right : Qt::Key_Down) ? 1 : 0;
}

bool isBackwards(int key) {
    return key == Qt::Key_Left || key == Qt::Key_Up;
}

CompositionPath above(const CompositionPath& path) {
    return {path.begin(), path.end() - 1};
}

bool hasNeighbour(const Composition& parent, std::size_t index, int step) {
    return step < 0 ? index > 0 : step > 0 && index + 1 < parent.children.size();
}

} // namespace

std::optional<CompositionPath> walkComposition(const Composition& composition, const CompositionPath& from,
                                               int key) {
    if (key == Qt::Key_Home) {
        return CompositionPath{};
    }
    if (key != Qt::Key_Left && key != Qt::Key_Right && key != Qt::Key_Up && key != Qt::Key_Down) {
        return {};
    }
    CompositionPath path = from;
    if (!path.empty()) {
        const Composition* parent = design::nodeAt(composition, above(path));
        const int step = parent != nullptr ? stepAlong(*parent, key) : 0;
        if (parent != nullptr && hasNeighbour(*parent, path.back(), step)) {
            path.back() += static_cast<std::size_t>(step);
            return path;
        }
        if (isBackwards(key)) {
            return above(path);
        }
        if (step != 0) {
            return {};
        }
    }
    const Composition* node = design::nodeAt(composition, path);
    if (isBackwards(key) || node == nullptr || node->children.empty()) {
        return {};
    }
    path.push_back(0);
    return path;
}

std::optional<design::Place> movePlace(const Composition& composition, const CompositionPath& from, int key) {
    if (from.empty()) {
        return {};
    }
    const CompositionPath block = above(from);
    const Composition* parent = design::nodeAt(composition, block);
    if (parent == nullptr) {
        return {};
    }
    const int step = stepAlong(*parent, key);
    if (hasNeighbour(*parent, from.back(), step)) {
        return design::GapPlace{block, step < 0 ? from.back() - 1 : from.back() + 2};
    }
    const design::Side side = isBackwards(key) ? design::Side::Before : design::Side::After;
    if (block.empty()) {
        return parent->kind == Kind::Stack
                   ? std::nullopt
                   : std::optional<design::Place>(design::JoinPlace{block, Kind::Stack, side});
    }
    return design::GapPlace{above(block), block.back() + (side == design::Side::After ? 1 : 0)};
}

std::optional<design::Place> intoPlace(const Composition& composition, const CompositionPath& from, int key) {
    if (from.empty()) {
        return {};
    }
    CompositionPath next = from;
    const Composition* parent = design::nodeAt(composition, above(from));
    const int step = parent != nullptr ? stepAlong(*parent, key) : 0;
    if (parent == nullptr || !hasNeighbour(*parent, from.back(), step)) {
        return {};
    }
    next.back() += static_cast<std::size_t>(step);
    const Composition* block = design::nodeAt(composition, next);
    if (block == nullptr || !block->isBlock()) {
        return {};
    }
    return design::GapPlace{next, step > 0 ? 0 : block->children.size()};
}

} // namespace awb::ui
