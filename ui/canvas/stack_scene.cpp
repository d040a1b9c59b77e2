#include "ui/canvas/stack_scene.h"

#include <algorithm>
#include <set>

#include "ui/canvas/block_item.h"
#include "ui/canvas/end_items.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kSiteZ = 2;
constexpr double kLineZ = 1;
constexpr double kModuleZ = 3;

} // namespace

StackScene::StackScene(DesignDocument& document, QObject* parent)
    : QGraphicsScene(parent)
    , m_document(document)
    , m_layout(-1) {
    setItemIndexMethod(NoIndex);
    connect(&document, &DesignDocument::changed, this, &StackScene::sync);
    connect(&document, &DesignDocument::selectionChanged, this, &StackScene::takeSelectionFromDocument);
    connect(this, &QGraphicsScene::selectionChanged, this, &StackScene::takeSelectionFromItems);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (QGraphicsItem* item : items()) {
            item->update(); // also what is cached
        }
    });
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
    if (m_document.model().numLayers != m_layout.numLayers()) {
        rebuild();
    }
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        m_blocks[layer]->setPicture(m_picture.layers[layer], m_document.model(), m_picture.baseTrained);
    }
    syncModules();
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
    m_modules.clear();
    m_focus.reset();
    m_layout = StackLayout(m_document.model().numLayers);
    setSceneRect(m_layout.sceneRect());
    for (int layer = 0; layer < m_layout.numLayers(); ++layer) {
        auto* block = new BlockItem(layer);
        block->setPos(m_layout.rowCard(layer).topLeft());
        addItem(block);
        m_blocks.push_back(block);
        for (const Site site : kSiteColumns) {
            const Slot slot{layer, site};
            auto* item = new SiteItem(slot, m_layout.moduleRect(slot), m_layout.chipRect(slot));
            item->setZValue(kSiteZ);
            addItem(item);
            connect(item, &SiteItem::clicked, this, &StackScene::siteClicked);
            m_sites.push_back(item);
        }
    }
    m_embeddings = new EmbeddingItem;
    m_embeddings->setPos(m_layout.embeddingCard().topLeft());
    addItem(m_embeddings);
    m_head = new HeadItem;
    m_head->setPos(m_layout.headCard().topLeft());
    addItem(m_head);
    m_gradientLine = new GradientLineItem;
    m_gradientLine->setZValue(kLineZ);
    addItem(m_gradientLine);
    Q_EMIT depthChanged();
}

void StackScene::syncModules() {
    std::set<design::ModuleRef> present;
    for (int layer = 0; layer < m_layout.numLayers(); ++layer) {
        for (const Site site : kSiteColumns) {
            const Slot slot{layer, site};
            const std::vector<ModulePicture>& here = m_picture.at(layer, site);
            const int count = static_cast<int>(here.size());
            for (int index = 0; index < count; ++index) {
                const ModulePicture& picture = here[static_cast<std::size_t>(index)];
                const ModulePlaceRects rects{m_layout.moduleRect(slot, index, count),
                                             m_layout.chipRect(slot, index, count)};
                present.insert(picture.ref);
                if (ModuleItem* item = moduleItem(picture.ref)) {
                    item->setPicture(picture, rects, m_document.model().hiddenSize);
                } else {
                    m_modules[picture.ref] = addModule(picture, rects);
                }
            }
        }
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
        item->setOccupied(!m_picture.at(layer, site).empty());
        const SublayerPicture& sublayer =
            m_picture.layers[static_cast<std::size_t>(layer)].sublayers[isAttentionSite(site) ? 0 : 1];
        item->setLeftOut(isParallelSite(site) ? sublayer.leftOutParallel : sublayer.leftOutSequential);
    }
}

void StackScene::syncEnds() {
    const ModelConfig& model = m_document.model();
    m_embeddings->setPicture(model, m_picture.baseTrained, m_picture.baseTrained);
    m_head->setPicture(m_document.experiment().head, model);
    m_gradientLine->setVisible(!m_picture.baseTrained);
    m_gradientLine->setPos(m_layout.headCard().left(), m_layout.gradientLineY(m_picture.lowestTrainedLayer));
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
    const auto& here = m_picture.at(m_focus->slot.layer, m_focus->slot.site);
    if (here.empty()) {
        return nullptr;
    }
    return &here[std::min(static_cast<std::size_t>(std::max(0, m_focus->index)), here.size() - 1)];
}

void StackScene::setFocusVisible(bool visible) {
    m_focusVisible = visible;
    updateFocusRing();
}

void StackScene::updateFocusRing() {
    const ModulePicture* focused = m_focusVisible ? focusedModule() : nullptr;
    for (const auto& [ref, item] : m_modules) {
        item->setFocused(focused != nullptr && focused->ref == ref);
    }
    for (SiteItem* item : m_sites) {
        item->setFocused(m_focusVisible && focused == nullptr && m_focus && m_focus->slot == item->slot());
    }
}

void StackScene::setDragTarget(bool dragging, std::optional<Slot> target, bool refused) {
    for (SiteItem* item : m_sites) {
        SiteItem::State state = dragging ? SiteItem::State::Armed : SiteItem::State::Idle;
        if (target && item->slot() == *target) {
            state = refused ? SiteItem::State::Refused : SiteItem::State::Target;
        }
        item->setState(state);
    }
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
