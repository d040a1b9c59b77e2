#include "ui/canvas/stack_scene.h"

#include <algorithm>
#include <set>

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
