#include "ui/canvas/focus_walk.h"

#include <algorithm>

#include <Qt>

namespace awb::ui {

namespace {

using Focus = StackScene::Focus;

int columnOf(Site site) {
    return static_cast<int>(std::find(kSiteColumns.begin(), kSiteColumns.end(), site) - kSiteColumns.begin());
}

Focus atColumn(int layer, int column) {
    return {{layer, kSiteColumns[static_cast<std::size_t>(column)]}, 0};
}

int lastIndex(const StackPicture& picture, Slot slot) {
    return std::max(0, static_cast<int>(picture.at(slot.layer, slot.site).size()) - 1);
}

Focus sideways(const Focus& from, int direction, const StackPicture& picture) {
    const int index = from.index + direction;
    if (index >= 0 && index <= lastIndex(picture, from.slot)) {
        return {from.slot, index};
    }
    const int column = columnOf(from.slot.site) + direction;
    if (column < 0 || column >= static_cast<int>(kSiteColumns.size())) {
        return from;
    }
    Focus next = atColumn(from.slot.layer, column);
    next.index = direction < 0 ? lastIndex(picture, next.slot) : 0;
    return next;
}

} // namespace

std::optional<Focus> walkFocus(const std::optional<Focus>& from, int key, const StackPicture& picture) {
    const int top = static_cast<int>(picture.layers.size()) - 1;
    if (top < 0) {
        return std::nullopt;
    }
    const Focus here = from.value_or(Focus{{0, Site::AttentionOutput}, 0});
    const auto toLayer = [&](int layer) { return Focus{{std::clamp(layer, 0, top), here.slot.site}, 0}; };
    Focus next;
    switch (key) {
    case Qt::Key_Left:
        next = sideways(here, -1, picture);
        break;
    case Qt::Key_Right:
        next = sideways(here, 1, picture);
        break;
    case Qt::Key_Up:
        next = toLayer(here.slot.layer + 1);
        break;
    case Qt::Key_Down:
        next = toLayer(here.slot.layer - 1);
        break;
    case Qt::Key_PageUp:
        next = toLayer(top);
        break;
    case Qt::Key_PageDown:
        next = toLayer(0);
        break;
    case Qt::Key_Home:
        next = atColumn(here.slot.layer, 0);
        break;
    case Qt::Key_End:
        next = atColumn(here.slot.layer, static_cast<int>(kSiteColumns.size()) - 1);
        break;
    default:
        return std::nullopt;
    }
    return from ? next : here;
}

} // namespace awb::ui
