#include "ui/canvas/focus_walk.h"

#include <algorithm>

#include <Qt>

namespace awb::ui {

namespace {

using Focus = StackScene::Focus;

class Walk {
public:
    Walk(const StackPicture& picture, const std::set<Site>& wanted)
        : m_picture(picture)
        , m_wanted(wanted) {}

    Focus sideways(const Focus& from, int direction) const {
        const int index = from.index + direction;
        if (index >= 0 && index <= lastIndex(from.slot)) {
            return {from.slot, index};
        }
        const std::vector<Slot> row = walkRow(rowOf(from.slot), m_picture, m_wanted);
        const auto here = std::find(row.begin(), row.end(), from.slot);
        const bool isEnd = here == row.end() || (direction < 0 ? here == row.begin() : here + 1 == row.end());
        if (isEnd) {
            return from;
        }
        const Slot next = *(here + direction);
        return {next, direction < 0 ? lastIndex(next) : 0};
    }

    /// The same site of another row, or the one of it that is nearest.
    Focus toRow(const Focus& from, int row) const {
        const std::vector<Slot> slots = walkRow(row, m_picture, m_wanted);
        if (slots.empty()) {
            return from;
        }
        const auto distance = [&](Slot slot) {
            return std::abs(columnOf(slot.site) - columnOf(from.slot.site));
        };
        const auto nearest = std::min_element(slots.begin(), slots.end(),
                                              [&](Slot a, Slot b) { return distance(a) < distance(b); });
        return {*nearest, 0};
    }

    Focus toEnd(const Focus& from, bool first) const {
        const std::vector<Slot> row = walkRow(rowOf(from.slot), m_picture, m_wanted);
        return row.empty() ? from : Focus{first ? row.front() : row.back(), 0};
    }

    int rowOf(Slot slot) const {
        if (slot.site == Site::Pooler) {
            return depth();
        }
        return slot.layer == kNoLayer ? -1 : slot.layer;
    }
    int depth() const { return static_cast<int>(m_picture.layers.size()); }

private:
    int lastIndex(Slot slot) const {
        const int count = static_cast<int>(m_picture.at(slot.layer, slot.site).size());
        return std::max(0, m_picture.hasEmptySite(slot.layer, slot.site) ? count : count - 1);
    }

    /// Place of a site from left to right; those outside the layers stand under (or over) others.
    static int columnOf(Site site) {
        switch (site) {
        case Site::InputPrompt:
            return columnOf(Site::AttentionOutput);
        case Site::EmbeddingOutput:
            return columnOf(Site::FfnOutput);
        case Site::Pooler:
            return columnOf(Site::AttentionDense);
        default:
            return static_cast<int>(std::find(kRowSites.begin(), kRowSites.end(), site) - kRowSites.begin());
        }
    }

    const StackPicture& m_picture;
    const std::set<Site>& m_wanted;
};

} // namespace

std::vector<Slot> walkRow(int row, const StackPicture& picture, const std::set<Site>& wanted) {
    std::vector<Slot> slots;
    const int depth = static_cast<int>(picture.layers.size());
    const auto add = [&](int layer, Site site) {
        if (!isQuietSite(site) || wanted.contains(site) || !picture.at(layer, site).empty()) {
            slots.push_back({layer, site});
        }
    };
    if (row >= 0 && row < depth) {
        for (const Site site : kRowSites) {
            add(row, site);
        }
    } else if (row == depth && picture.hasPooler) {
        add(kNoLayer, Site::Pooler);
    } else if (row == -1) {
        for (const Site site : kEmbeddingSites) {
            add(kNoLayer, site);
        }
        for (const auto& [site, modules] : picture.outside) {
            const bool isListed =
                std::find(kEmbeddingSites.begin(), kEmbeddingSites.end(), site) != kEmbeddingSites.end();
            if (!isListed && site != Site::Pooler) {
                slots.push_back({kNoLayer, site});
            }
        }
    }
    return slots;
}

std::optional<Focus> walkFocus(const std::optional<Focus>& from, int key, const StackPicture& picture,
                               const std::set<Site>& wanted) {
    const Walk walk(picture, wanted);
    if (walk.depth() == 0) {
        return std::nullopt;
    }
    const Focus here = from.value_or(Focus{{0, Site::AttentionOutput}, 0});
    Focus next;
    switch (key) {
    case Qt::Key_Left:
        next = walk.sideways(here, -1);
        break;
    case Qt::Key_Right:
        next = walk.sideways(here, 1);
        break;
    case Qt::Key_Up:
        next = walk.toRow(here, walk.rowOf(here.slot) + 1);
        break;
    case Qt::Key_Down:
        next = walk.toRow(here, walk.rowOf(here.slot) - 1);
        break;
    case Qt::Key_PageUp:
        next = walk.toRow(here, walk.depth() - 1);
        break;
    case Qt::Key_PageDown:
        next = walk.toRow(here, 0);
        break;
    case Qt::Key_Home:
        next = walk.toEnd(here, true);
        break;
    case Qt::Key_End:
        next = walk.toEnd(here, false);
        break;
    default:
        return std::nullopt;
    }
    return from ? next : here;
}

} // namespace awb::ui
