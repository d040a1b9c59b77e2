#include "ui/canvas/stack_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/canvas/end_geometry.h"

namespace awb::ui {

namespace {

constexpr double kMargin = 16;
constexpr double kGap = 16;
constexpr double kLineHeight = 18;

/// Distance from a point to a rectangle; 0 inside.
double distanceTo(const QRectF& rect, QPointF point) {
    const double dx = std::max({rect.left() - point.x(), 0.0, point.x() - rect.right()});
    const double dy = std::max({rect.top() - point.y(), 0.0, point.y() - rect.bottom()});
    return std::hypot(dx, dy);
}

ModulePlaceRects translated(ModulePlaceRects rects, QPointF by) {
    rects.body.translate(by);
    rects.chip.translate(by);
    return rects;
}

/// The site's empty place, divided among several modules.
ModulePlaceRects shareOf(Site site, std::size_t index, std::size_t count) {
    ModulePlaceRects rects = ends::emptySite(site);
    const double width = rects.body.width() / static_cast<double>(count);
    rects.body.setLeft(rects.body.left() + width * static_cast<double>(index));
    rects.body.setWidth(width - (count > 1 ? 1 : 0));
    const double chip = rects.chip.width() / static_cast<double>(count);
    rects.chip.setLeft(rects.chip.left() + chip * static_cast<double>(index));
    rects.chip.setWidth(chip);
    return rects;
}

} // namespace

StackLayout::StackLayout(int numLayers)
    : m_rows(static_cast<std::size_t>(std::max(0, numLayers))) {
    placeCards(ends::height, ends::height);
}

StackLayout::StackLayout(const StackPicture& picture) {
    for (const LayerPicture& layer : picture.layers) {
        m_rows.push_back(layoutRow(layer, picture.composition));
    }
    const double embeddings = placeOutside(picture);
    const bool hasPooler = m_outside.contains(Site::Pooler);
    placeCards(ends::height + (hasPooler ? kLineHeight - 4 : 0), embeddings);
}

/// Places what stands outside the layers, in its card's coordinates. Returns the height of the embeddings'
/// card.
double StackLayout::placeOutside(const StackPicture& picture) {
    bool hasChips = false;
    int shared = 0;
    for (const auto& [site, modules] : picture.outside) {
        std::vector<ModulePlaceRects>& places = m_outside[site];
        const auto isShared = [](const ModulePicture& module) { return module.kind == ModuleKind::Shared; };
        const auto own =
            static_cast<std::size_t>(std::ranges::count_if(modules, [&](const ModulePicture& module) {
                return !isShared(module) && module.kind != ModuleKind::Bias;
            }));
        std::size_t index = 0;
        for (const ModulePicture& module : modules) {
            if (isShared(module)) {
                places.push_back({ends::sharedBody(shared++), {}, false});
            } else if (module.kind == ModuleKind::Bias && site == Site::EmbeddingOutput) {
                places.push_back(ends::biasMark());
                hasChips = true;
            } else {
                places.push_back(shareOf(site, index++, own));
                hasChips = hasChips || site != Site::Pooler;
            }
        }
    }
    if (shared > 0) {
        return ends::sharedBody(shared - 1).bottom() + 6;
    }
    return ends::height + (hasChips ? kLineHeight : 0);
}

void StackLayout::placeCards(double headHeight, double embeddingHeight) {
    m_head = {kMargin, kMargin, row::width, headHeight};
    m_cards.resize(m_rows.size());
    double y = m_head.bottom() + kGap;
    for (std::size_t i = m_rows.size(); i-- > 0;) {
        m_cards[i] = {kMargin, y, row::width, m_rows[i].height};
        y += m_rows[i].height + kGap;
    }
    m_embeddings = {kMargin, y, row::width, embeddingHeight};
}

QRectF StackLayout::sceneRect() const {
    return {0, 0, row::width + 2 * kMargin, m_embeddings.bottom() + kMargin};
}

QRectF StackLayout::headCard() const {
    return m_head;
}

QRectF StackLayout::rowCard(int layer) const {
    return m_cards[static_cast<std::size_t>(layer)];
}

QRectF StackLayout::embeddingCard() const {
    return m_embeddings;
}

const RowLayout& StackLayout::row(int layer) const {
    return m_rows[static_cast<std::size_t>(layer)];
}

std::vector<Slot> StackLayout::slots() const {
    std::vector<Slot> all;
    for (const Site site : kEmbeddingSites) {
        all.push_back({kNoLayer, site});
    }
    for (int layer = 0; layer < numLayers(); ++layer) {
        for (const Site site : kRowSites) {
            all.push_back({layer, site});
        }
    }
    all.push_back({kNoLayer, Site::Pooler});
    return all;
}

QPointF StackLayout::siteCentre(Slot slot) const {
    return moduleRect(slot).center();
}

ModulePlaceRects StackLayout::emptySite(Slot slot) const {
    if (slot.layer < 0 || slot.layer >= numLayers()) {
        const QRectF& card = slot.site == Site::Pooler ? m_head : m_embeddings;
        return translated(ends::emptySite(slot.site), card.topLeft());
    }
    return translated(row(slot.layer).emptySite(slot.site), rowCard(slot.layer).topLeft());
}

ModulePlaceRects StackLayout::place(Slot slot, int index) const {
    const bool isOutside = slot.layer < 0 || slot.layer >= numLayers();
    const auto& places = isOutside ? m_outside : row(slot.layer).modules;
    const auto found = places.find(slot.site);
    if (found == places.end() || index < 0 || index >= static_cast<int>(found->second.size())) {
        return emptySite(slot);
    }
    const QRectF& card = !isOutside ? m_cards[static_cast<std::size_t>(slot.layer)]
                                    : (slot.site == Site::Pooler ? m_head : m_embeddings);
    return translated(found->second[static_cast<std::size_t>(index)], card.topLeft());
}

double StackLayout::gradientLineY(int lowestLayer) const {
    const double bottom = lowestLayer >= numLayers() ? headCard().bottom() : rowCard(lowestLayer).bottom();
    return bottom + 4;
}

double StackLayout::connectorY(int below) const {
    const double top = below < 0 ? embeddingCard().top() : rowCard(below).top();
    return top - 5;
}

std::optional<Slot> StackLayout::nearestSlot(QPointF point, double reach,
                                             const std::function<bool(Slot)>& isCandidate) const {
    std::optional<Slot> nearest;
    double best = std::numeric_limits<double>::max();
    for (const Slot slot : slots()) {
        if (!isCandidate(slot)) {
            continue;
        }
        const double distance = distanceTo(moduleRect(slot), point);
        const double toCentre =
            std::hypot(point.x() - siteCentre(slot).x(), point.y() - siteCentre(slot).y());
        if (distance <= reach && toCentre < best) {
            best = toCentre;
            nearest = slot;
        }
    }
    return nearest;
}

std::optional<Slot> StackLayout::nearestSlot(QPointF point, double reach) const {
    return nearestSlot(point, reach, [](Slot slot) { return !isQuietSite(slot.site); });
}

} // namespace awb::ui
