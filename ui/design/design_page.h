#pragma once

#include <optional>

#include "backend/jobs/run_controller.h"
#include "ui/app_context.h"
#include "ui/design/totals_bar.h"
#include "ui/page.h"

class QAction;
class QBoxLayout;
class QLineEdit;
class QPushButton;
class QSplitter;
class QTabWidget;

namespace awb {
struct DatasetSummary;
}

namespace awb {
struct FusionProbe;
struct FusionRecord;
} // namespace awb

namespace awb::ui {

class BasePanel;
class CanvasView;
class CompositionInspector;
class CompositionPanel;
class DesignTree;
class LiveGlow;
class ModuleInspector;
class PalettePanel;
class PresetPalette;

/// Design: base and palette with the table twin on the left, the canvas in the middle, the inspector on the
/// right, the totals beneath.
class DesignPage : public Page {
    Q_OBJECT

public:
    DesignPage(const AppContext& context, QWidget* parent = nullptr);
    ~DesignPage() override;

    QString title() const override { return tr("Design"); }
    QString iconName() const override { return QStringLiteral("design"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;

    /// News of a live run, at most 20 a second.
    void setLive(const LiveUpdate& update);
    /// Weights of a fusion at one step, for the spokes on the canvas.
    void setFusionWeights(const FusionProbe& probe, const FusionRecord& record);

private:
    void createActions();
    QAction* addPageAction(const QString& objectName, const QString& icon, const QString& text,
                           const QList<QKeySequence>& keys, const QString& help);
    void shareCanvasActions();
    QBoxLayout* createHeader();
    QWidget* createLeft();
    QWidget* createCentre();
    QWidget* createRight();
    void connectAll();
    void showHistory();
    void openData();
    void startTraining();
    void placeAtFocus();
    void updateActions();
    void setDataFacts(const DatasetSummary& summary);
    void showTreeMenu(const QPoint& globalPosition);
    QAction* canvasAction(const char* objectName) const;

    AppContext m_context;
    DesignDocument* m_document;
    CanvasView* m_canvas;
    PalettePanel* m_palettePanel = nullptr;
    PresetPalette* m_palette = nullptr;
    DesignTree* m_tree = nullptr;
    CompositionPanel* m_composition = nullptr;
    CompositionInspector* m_blocks = nullptr;
    BasePanel* m_base = nullptr;
    QTabWidget* m_tabs = nullptr;
    ModuleInspector* m_inspector = nullptr;
    TotalsBar* m_totals = nullptr;
    LiveGlow* m_glow = nullptr;
    QLineEdit* m_name = nullptr;
    QPushButton* m_trainButton = nullptr;
    QSplitter* m_splitter = nullptr;
    QWidget* m_left = nullptr;
    QWidget* m_right = nullptr;

    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_history = nullptr;
    QAction* m_findMethod = nullptr;
    QAction* m_place = nullptr;
    QAction* m_applyPreset = nullptr;
    QAction* m_inspect = nullptr;
    QAction* m_showLeft = nullptr;
    QAction* m_showRight = nullptr;
    QAction* m_chooseBase = nullptr;
    QAction* m_train = nullptr;

    std::optional<DataSpec> m_factsOf; ///< the data that the totals' facts belong to
};

} // namespace awb::ui
