#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QGraphicsScene>

#include "ui/canvas/glow_scale.h"
#include "ui/canvas/module_item.h"
#include "ui/canvas/site_item.h"
#include "ui/canvas/stack_layout.h"
#include "ui/canvas/stack_picture.h"

namespace awb::ui {

class BlockItem;
class DesignDocument;
class EmbeddingItem;
class GradientLineItem;
class HeadItem;
class JoinItem;

/// The items of the canvas, kept in step with the document. Items are thrown away and made anew at will: the
/// truth is the document's.
class StackScene : public QGraphicsScene {
    Q_OBJECT

public:
    StackScene(DesignDocument& document, QObject* parent);
    ~StackScene() override;

    const StackLayout& layout() const { return m_layout; }
    const StackPicture& picture() const { return m_picture; }
    /// The module item under a scene point; null when there is none.
    ModuleItem* moduleAt(QPointF point) const;
    ModuleItem* moduleItem(const design::ModuleRef& ref) const;
    SiteItem* siteItem(Slot slot) const;
    const std::vector<JoinItem*>& joinItems() const { return m_joins; }
    /// True where the row shows the linear maps of that sublayer.
    bool isOpen(int layer, int sublayer) const;

    /// The place that the keyboard has reached; `index` among the modules there, their number for the empty
    /// site beside them.
    struct Focus {
        Slot slot;
        int index = 0;
        bool operator==(const Focus&) const = default;
    };
    void setFocusPlace(std::optional<Focus> focus);
    const std::optional<Focus>& focusPlace() const { return m_focus; }
    /// The module at the focused place, if any.
    const ModulePicture* focusedModule() const;
    /// The ring is drawn only while the view has the keyboard.
    void setFocusVisible(bool visible);

    /// A module of this preset is being dragged: linear maps show themselves where it can act at one.
    void beginDrag(const MethodPreset& preset);
    /// While dragging: sites show themselves, `target` grows (red when `refused`).
    void setDragTarget(bool dragging, std::optional<Slot> target = {}, bool refused = false);
    /// The slot nearest to a point within `reach`, among the sites that are shown while dragging; those where
    /// the preset can't act catch from half as far.
    std::optional<Slot> slotNear(QPointF point, double reach) const;
    /// The preset that the keyboard places: its linear maps are on the way of the focus.
    void setCurrentPreset(const MethodPreset* preset);
    const std::set<Site>& presetSites() const { return m_presetSites; }

    /// Values by module key on a scale; an empty map ends the glow.
    void setGlow(const std::map<std::string, float>& values, const GlowScale& scale);
    /// Weights of fusions by the key of their node (`moduleKey` of "fuse:a,b"), one for each child.
    void setFusionWeights(const std::map<std::string, std::vector<float>>& weights);

Q_SIGNALS:
    void depthChanged();  ///< the stack has another number of layers
    void extentChanged(); ///< rows have other heights
    void siteClicked(awb::ui::Slot slot, bool place);
    void modulePressed(const awb::design::ModuleRef& ref);
    void moduleActivated(const awb::design::ModuleRef& ref);
    void waistPressed(const awb::design::ModuleRef& ref);
    void waistPulled(const awb::design::ModuleRef& ref, double distance, Qt::KeyboardModifiers modifiers);
    void waistReleased();

private:
    void sync();
    void rebuild();
    void addRow(int layer);
    void layOut();
    void syncModules();
    void syncSites();
    ModuleItem* addModule(const ModulePicture& picture, const ModulePlaceRects& rects);
    void syncJoins();
    void addJoins(Slot slot, const SiteArrangement& arrangement);
    void syncEnds();
    /// Opens the boxes whose linear maps are used, aimed at, or near the keyboard's focus.
    void revealMaps();
    bool wantsMaps(int layer, int sublayer) const;
    void takeSelectionFromItems();
    void takeSelectionFromDocument();
    void updateFocusRing();

    DesignDocument& m_document;
    StackLayout m_layout;
    StackPicture m_picture;
    std::vector<BlockItem*> m_blocks;
    std::vector<SiteItem*> m_sites;
    std::vector<JoinItem*> m_joins;
    std::map<design::ModuleRef, ModuleItem*> m_modules;
    EmbeddingItem* m_embeddings = nullptr;
    HeadItem* m_head = nullptr;
    GradientLineItem* m_gradientLine = nullptr;
    std::optional<Focus> m_focus;
    std::set<Site> m_dragSites; ///< while dragging: where the preset can act
    std::set<Site> m_presetSites;
    std::map<std::string, std::vector<float>> m_fusionWeights;
    bool m_focusVisible = false;
    bool m_syncing = false;
};

} // namespace awb::ui
