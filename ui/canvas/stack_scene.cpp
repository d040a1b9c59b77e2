#include "ui/canvas/stack_scene.h"

#include <algorithm>
#include <set>

#include "backend/experiment/method_edit.h"
#include "ui/canvas/block_item.h"
#include "ui/canvas/end_items.h"
#include "ui/canvas/join_item.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kLineZ = 1;
constexpr double kJoinZ = 2;
constexpr double kSiteZ = 3;
constexpr double kModuleZ = 4;

bool isMapOf(Site site, int sublayer) {
    return isLinearSite(site) && sublayerOfMap(site) == sublayer;
}

} // namespace

StackScene::StackScene(DesignDocument& document, QObject* parent)
    : QGraphicsScene(parent)
    , m_document(document)
    , m_layout(0) {
    setItemIndexMethod(NoIndex);
    connect(&document, &DesignDocument::changed, this, &StackScene::sync);
    connect(&document, &DesignDocument::selectionChanged, this, &StackScene::takeSelectionFromDocument);
    connect(this, &QGraphicsScene::selectionChanged, this, &StackScene::takeSelectionFromItems);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (QGraphicsItem* item : items()) {
            item->update(); // also what is cached
        }
    });
    m_picture = describeStack(document.experiment(), document.model());
    rebuild();
    sync();
}

StackScene::~StackScene() {
    // Items that go report a new selection, which nobody may read any more.
    m_syncing = true;
    clear();
}

ModuleItem* StackScene::moduleAt(QPointF point) const {
    for (const auto& [ref, item] : m_modules) {
        if (item->shape().contains(point)) {
            return item;
        }
    }
    return nullptr;
}

ModuleItem* StackScene::moduleItem(const design::ModuleRef& ref) const {
    const auto found = m_modules.find(ref);
    return found == m_modules.end() ? nullptr : found->second;
}

SiteItem* StackScene::siteItem(Slot slot) const {
    for (SiteItem* item : m_sites) {
        if (item->slot() == slot) {
            return item;
        }
    }
    return nullptr;
}

void StackScene::sync() {
    m_picture = describeStack(m_document.experiment(), m_document.model());
    if (static_cast<int>(m_picture.layers.size()) != m_layout.numLayers()) {
        rebuild();
    }
    layOut();
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        m_blocks[layer]->setPicture(m_picture.layers[layer], m_layout.row(static_cast<int>(layer)),
                                    m_document.model(), m_picture.baseTrained);
    }
    syncModules();
    syncJoins();
    syncSites();
    syncEnds();
    takeSelectionFromDocument();
    updateFocusRing();
}

void StackScene::rebuild() {
    m_syncing = true;
    clear();
    m_syncing = false;
    m_blocks.clear();
    m_sites.clear();
    m_joins.clear();
    m_modules.clear();
    m_focus.reset();
    m_layout = StackLayout(static_cast<int>(m_picture.layers.size()));
    for (int layer = 0; layer < m_layout.numLayers(); ++layer) {
        auto* block = new BlockItem(layer);
        addItem(block);
        m_blocks.push_back(block);
    }
    for (const Slot slot : m_layout.slots()) {
        auto* item = new SiteItem(slot, m_layout.emptySite(slot));
        item->setZValue(kSiteZ);
        addItem(item);
        connect(item, &SiteItem::clicked, this, &StackScene::siteClicked);
        m_sites.push_back(item);
    }
    m_embeddings = new EmbeddingItem;
    addItem(m_embeddings);
    m_head = new HeadItem;
    addItem(m_head);
    m_gradientLine = new GradientLineItem;
    m_gradientLine->setZValue(kLineZ);
    addItem(m_gradientLine);
    setSceneRect(m_layout.sceneRect());
    Q_EMIT depthChanged();
}

/// Rows that hold compositions are higher than others: everything moves with them.
void StackScene::layOut() {
    m_layout = StackLayout(m_picture);
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        m_blocks[layer]->setPos(m_layout.rowCard(static_cast<int>(layer)).topLeft());
    }
    for (SiteItem* item : m_sites) {
        item->setRects(m_layout.emptySite(item->slot()));
    }
    m_embeddings->setPos(m_layout.embeddingCard().topLeft());
    m_head->setPos(m_layout.headCard().topLeft());
    if (sceneRect() != m_layout.sceneRect()) {
        setSceneRect(m_layout.sceneRect());
        Q_EMIT extentChanged();
    }
}

void StackScene::syncModules() {
    std::set<design::ModuleRef> present;
    const auto show = [&](int layer, const std::map<Site, std::vector<ModulePicture>>& places) {
        for (const auto& [site, modules] : places) {
            for (std::size_t i = 0; i < modules.size(); ++i) {
                const Slot slot{layer, site};
                const auto index = static_cast<int>(i);
                const bool hasChip = modules[i].hasChip && modules[i].kind != ModuleKind::Shared;
                ModulePlaceRects rects = m_layout.place(slot, index);
                if (!hasChip) {
                    rects.chip = {};
                }
                present.insert(modules[i].ref);
                if (ModuleItem* item = moduleItem(modules[i].ref)) {
                    item->setPicture(modules[i], rects, m_document.model().hiddenSize);
                } else {
                    m_modules[modules[i].ref] = addModule(modules[i], rects);
                }
            }
        }
    };
    show(kNoLayer, m_picture.outside);
    for (std::size_t layer = 0; layer < m_picture.layers.size(); ++layer) {
        show(static_cast<int>(layer), m_picture.layers[layer].modules);
    }
    m_syncing = true;
    std::erase_if(m_modules, [&](const auto& entry) {
        if (present.contains(entry.first)) {
            return false;
        }
        delete entry.second;
        return true;
    });
    m_syncing = false;
}

void StackScene::syncJoins() {
    qDeleteAll(m_joins);
    m_joins.clear();
    for (int layer = 0; layer < m_layout.numLayers(); ++layer) {
        const RowLayout& row = m_layout.row(layer);
        addJoins({layer, Site::AttentionOutput}, row.sequential[0]);
        addJoins({layer, Site::FfnOutput}, row.sequential[1]);
        addJoins({layer, Site::AttentionParallel}, row.parallel[0]);
        addJoins({layer, Site::FfnParallel}, row.parallel[1]);
        addJoins({layer, Site::AttentionValue}, row.marks[0]);
        addJoins({layer, Site::FfnDense}, row.marks[1]);
    }
    setFusionWeights(m_fusionWeights);
}

void StackScene::addJoins(Slot slot, const SiteArrangement& arrangement) {
    const QPointF origin = m_layout.rowCard(slot.layer).topLeft();
    for (std::size_t i = 0; i < arrangement.joins.size(); ++i) {
        SiteArrangement::Join join = arrangement.joins[i];
        join.centre += origin;
        std::vector<JoinItem::Spoke> spokes;
        for (const SiteArrangement::Link& link : arrangement.links) {
            if (link.role == SiteArrangement::LinkRole::Spoke && link.join == i) {
                spokes.push_back({link.points.front() + origin, link.child, link.adapter});
            }
        }
        const bool isTrained =
            m_picture.baseTrained || std::ranges::count(m_picture.trainedFusions, join.name) > 0;
        auto* item =
            new JoinItem(slot, std::move(join), std::move(spokes), isTrained, m_picture.fusionParameters);
        item->setZValue(kJoinZ);
        addItem(item);
        m_joins.push_back(item);
    }
}

void StackScene::setFusionWeights(const std::map<std::string, std::vector<float>>& weights) {
    m_fusionWeights = weights;
    for (JoinItem* item : m_joins) {
        const auto found = weights.find(item->key());
        item->setWeights(found == weights.end() || item->key().empty() ? std::vector<float>()
                                                                       : found->second);
    }
}

ModuleItem* StackScene::addModule(const ModulePicture& picture, const ModulePlaceRects& rects) {
    auto* item = new ModuleItem(picture, rects, m_document.model().hiddenSize);
    item->setZValue(kModuleZ);
    addItem(item);
    connect(item, &ModuleItem::pressed, this, &StackScene::modulePressed);
    connect(item, &ModuleItem::activated, this, &StackScene::moduleActivated);
    connect(item, &ModuleItem::waistPressed, this, &StackScene::waistPressed);
    connect(item, &ModuleItem::waistPulled, this, &StackScene::waistPulled);
    connect(item, &ModuleItem::waistReleased, this, &StackScene::waistReleased);
    return item;
}

void StackScene::syncSites() {
    for (SiteItem* item : m_sites) {
        const auto [layer, site] = item->slot();
        item->setOccupied(!m_picture.hasEmptySite(layer, site));
        if (isBottleneckSite(site)) {
            const SublayerPicture& sublayer =
                m_picture.layers[static_cast<std::size_t>(layer)].sublayers[isAttentionSite(site) ? 0 : 1];
            item->setLeftOut(isParallelSite(site) ? sublayer.leftOutParallel : sublayer.leftOutSequential);
        }
    }
}

void StackScene::syncEnds() {
    const ModelConfig& model = m_document.model();
    const bool trainsBelow = m_picture.baseTrained || m_picture.trainsEmbeddings();
    m_embeddings->setPicture(model, m_layout.embeddingCard().height(), m_picture.baseTrained, trainsBelow);
    m_head->setPicture(m_document.experiment().head, model, m_layout.headCard().height());
    m_gradientLine->setVisible(!trainsBelow);
    m_gradientLine->setPos(m_layout.headCard().left(), m_layout.gradientLineY(m_picture.lowestTrainedLayer));
}

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

void StackScene::takeSelectionFromItems() {
    if (m_syncing) {
        return;
    }
    std::set<design::ModuleRef> selection;
    for (const auto& [ref, item] : m_modules) {
        if (item->isSelected()) {
            selection.insert(ref);
        }
    }
    m_document.setSelection(std::move(selection));
}

void StackScene::takeSelectionFromDocument() {
    m_syncing = true;
    for (const auto& [ref, item] : m_modules) {
        item->setSelected(m_document.selection().contains(ref));
    }
    m_syncing = false;
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
    m_dragSites = sitesOfPreset(preset, m_document.model());
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
    return m_layout.nearestSlot(point, reach, [&](Slot slot) {
        const bool exists = slot.site != Site::Pooler || m_picture.hasPooler;
        return exists && (!isQuietSite(slot.site) || m_dragSites.contains(slot.site));
    });
}

void StackScene::setCurrentPreset(const MethodPreset* preset) {
    m_presetSites = preset == nullptr ? std::set<Site>() : sitesOfPreset(*preset, m_document.model());
    updateFocusRing();
}

std::set<Site> sitesOfPreset(const MethodPreset& preset, const ModelConfig& model) {
    std::set<Site> sites;
    if (model.numLayers < 1) {
        return sites; // there is no base yet
    }
    const bool isSingle = preset.parts.size() == 1;
    for (const MethodConfig& part : preset.parts) {
        for (const auto& [layer, site] : design::placesOf(part, model)) {
            sites.insert(site);
        }
        if (isSingle && part.isBottleneck()) {
            const bool isParallel = part.bottleneck.isParallel;
            sites.insert(isParallel ? Site::AttentionParallel : Site::AttentionOutput);
            sites.insert(isParallel ? Site::FfnParallel : Site::FfnOutput);
        }
        for (const Site site : kLinearSites) {
            MethodConfig moved = part;
            if (isSingle && design::actOnlyAt(moved, site)) {
                sites.insert(site);
            }
        }
        MethodConfig moved = part;
        if (isSingle && design::actOnlyAt(moved, Site::Pooler)) {
            sites.insert(Site::Pooler);
        }
    }
    return sites;
}

void StackScene::setGlow(const std::map<std::string, float>& values, const GlowScale& scale) {
    for (const auto& [ref, item] : m_modules) {
        const auto found = values.find(item->key());
        if (found == values.end()) {
            item->setGlow(std::nullopt, 0);
        } else {
            item->setGlow(scale.level(found->second), found->second);
        }
    }
}

} // namespace awb::ui
