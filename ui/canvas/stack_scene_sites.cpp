#include <algorithm>
#include <cmath>

#include "backend/experiment/design_place.h"
#include "ui/canvas/block_item.h"
#include "ui/canvas/end_items.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"

/// What the scene shows of sites: where the keyboard is, and where a dragged module could go.
namespace awb::ui {

namespace {

bool isMapOf(Site site, int sublayer) {
    return isLinearSite(site) && sublayerOfMap(site) == sublayer;
}

} // namespace

bool StackScene::isOpen(int layer, int sublayer) const {
    return m_blocks[static_cast<std::size_t>(layer)]->open()[static_cast<std::size_t>(sublayer)];
}

bool StackScene::wantsMaps(int layer, int sublayer) const {
    const auto isWanted = [&](Site site) { return isMapOf(site, sublayer); };
    const bool isUsed = std::ranges::any_of(m_picture.layers[static_cast<std::size_t>(layer)].modules,
                                            [&](const auto& place) { return isWanted(place.first); });
    if (isUsed || std::ranges::any_of(m_dragSites, isWanted)) {
        return true;
    }
    const bool isNear = m_focusVisible && m_focus && m_focus->slot.layer == layer;
    return isNear && (isWanted(m_focus->slot.site) || std::ranges::any_of(m_presetSites, isWanted));
}

void StackScene::revealMaps() {
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        const auto number = static_cast<int>(layer);
        m_blocks[layer]->setOpen({wantsMaps(number, 0), wantsMaps(number, 1)});
    }
    bool showsPooler = !m_picture.at(kNoLayer, Site::Pooler).empty();
    for (SiteItem* item : m_sites) {
        const auto [layer, site] = item->slot();
        if (!isQuietSite(site)) {
            continue;
        }
        const bool isFocused = m_focusVisible && m_focus && m_focus->slot.layer == layer;
        const bool isWanted = m_dragSites.contains(site) ||
                              (isFocused && (m_focus->slot.site == site || m_presetSites.contains(site)));
        const bool isThere = site == Site::Pooler ? m_picture.hasPooler && isWanted : isWanted;
        item->setRevealed(isThere);
        showsPooler = showsPooler || (site == Site::Pooler && isThere);
    }
    m_head->setPoolerShown(showsPooler);
}

void StackScene::setFocusPlace(std::optional<Focus> focus) {
    m_focus = focus;
    updateFocusRing();
}

const ModulePicture* StackScene::focusedModule() const {
    if (!m_focus) {
        return nullptr;
    }
    const auto [layer, site] = m_focus->slot;
    const auto& here = m_picture.at(layer, site);
    const bool isBeside =
        m_focus->index >= static_cast<int>(here.size()) && m_picture.hasEmptySite(layer, site);
    if (here.empty() || isBeside) {
        return nullptr;
    }
    return &here[std::min(static_cast<std::size_t>(std::max(0, m_focus->index)), here.size() - 1)];
}

void StackScene::setFocusVisible(bool visible) {
    m_focusVisible = visible;
    updateFocusRing();
}

void StackScene::updateFocusRing() {
    revealMaps();
    const ModulePicture* focused = m_focusVisible ? focusedModule() : nullptr;
    for (const auto& [ref, item] : m_modules) {
        item->setFocused(focused != nullptr && focused->ref == ref);
    }
    for (SiteItem* item : m_sites) {
        item->setFocused(m_focusVisible && focused == nullptr && m_focus && m_focus->slot == item->slot());
    }
}

void StackScene::beginDrag(const MethodPreset& preset) {
    m_dragSites = design::sitesFor(preset, m_document.model());
    setDragTarget(true);
}

void StackScene::setDragTarget(bool dragging, std::optional<Slot> target, bool refused) {
    if (!dragging) {
        m_dragSites.clear();
    }
    revealMaps();
    for (SiteItem* item : m_sites) {
        const bool canAct = m_dragSites.empty() || m_dragSites.contains(item->slot().site);
        SiteItem::State state = dragging && canAct ? SiteItem::State::Armed : SiteItem::State::Idle;
        if (target && item->slot() == *target) {
            state = refused ? SiteItem::State::Refused : SiteItem::State::Target;
        }
        item->setState(state);
    }
}

std::optional<Slot> StackScene::slotNear(QPointF point, double reach) const {
    const auto canAct = [&](Slot slot) {
        return m_dragSites.contains(slot.site) && (slot.site != Site::Pooler || m_picture.hasPooler);
    };
    const auto isForeign = [&](Slot slot) { return !canAct(slot) && !isQuietSite(slot.site); };
    const auto distance = [&](Slot slot) {
        const QPointF way = m_layout.siteCentre(slot) - point;
        return std::hypot(way.x(), way.y());
    };
    // A site that would refuse the module must be meant: it catches from close by only.
    const double foreignReach = m_dragSites.empty() ? reach : reach / 2;
    const auto own = m_layout.nearestSlot(point, reach, canAct);
    const auto foreign = m_layout.nearestSlot(point, foreignReach, isForeign);
    if (!own || !foreign) {
        return own ? own : foreign;
    }
    return distance(*own) <= distance(*foreign) ? own : foreign;
}

void StackScene::setCurrentPreset(const MethodPreset* preset) {
    m_presetSites = preset == nullptr ? std::set<Site>() : design::sitesFor(*preset, m_document.model());
    updateFocusRing();
}

} // namespace awb::ui
