#pragma once

#include <optional>
#include <vector>

#include <QTimer>

#include "backend/analysis/fusion_record.h"
#include "backend/analysis/seed_spread.h"
#include "backend/storage/run_store.h"
#include "ui/app_context.h"
#include "ui/fusion/share_map.h"
#include "ui/page.h"

class QComboBox;
class QLabel;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace awb {
class RunInspector;
}

namespace awb::ui {

class AblationView;
class EmptyState;
class FusionStarter;
class FusionTimeline;
class HandPanel;
class MessageBar;
class PruningView;
class RuleGestures;
class ShareCurves;
class StudyView;
class TokenMap;
class WidthCheck;

/// The weights of a run's fusion, all from the database: by layer, by class, by token, over time, and of
/// several runs beside each other. A click goes deeper: from a layer to its classes, from a class to a text.
/// Beside them what the finished model does when its weights are changed by hand, and how many adapters it
/// needs. What it costs to leave adapters out and what they do is there for finished runs without a fusion
/// too.
class FusionPage : public Page {
    Q_OBJECT

public:
    enum View { Layers, Classes, Text, OverTime, Runs, Ablation, Pruning, Adapters };

    explicit FusionPage(const AppContext& context, QWidget* parent = nullptr);
    ~FusionPage() override;

    QString title() const override;
    QString iconName() const override { return QStringLiteral("fusion"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;

    std::optional<qint64> run() const;
    FusionTimeline* timeline() const { return m_timeline; }
    ShareMap* map(View view) const;
    TokenMap* tokens() const { return m_tokens; }
    ShareCurves* curves() const { return m_curves; }
    HandPanel* hand() const { return m_hand; }
    AblationView* ablation() const { return m_ablation; }
    PruningView* pruning() const { return m_pruning; }
    StudyView* study() const { return m_study; }
    View view() const;
    void show(View view);

    /// The shown view as a picture; the ending says of which kind. False, and a message, when it failed.
    bool savePicture(const QString& file);
    bool saveText(const QString& file, const QString& content);
    std::optional<ShareMatrix> shownMatrix() const;
    /// The SQL that gives the weights by layer of the shown step, or the shown measurement.
    QString shownSql() const;

public Q_SLOTS:
    /// Reads which runs have adapters to look into; keeps the chosen one.
    void reload();
    void selectRun(qint64 run);

Q_SIGNALS:
    /// A new fusion was put together: opens it on the Design page.
    void openDesign(const awb::Experiment& design);
    /// The weights of the chosen step: the canvas draws them as the width of the fusion's spokes.
    void weightsShown(const awb::FusionProbe& probe, const awb::FusionRecord& record);

private:
    /// What the compare box holds instead of a run for the mean over seeds.
    static constexpr qlonglong kAllSeeds = -1;

    // Building.
    QWidget* buildHeader();
    QWidget* buildViews();
    QWidget* buildDetails();
    /// The view, or for runs without a fusion why it is empty.
    QWidget* fusionView(QWidget* view);
    QWidget* buildSide();
    void buildActions();
    void connectAll();

    // The finished model, changed by hand.
    void buildTrials();
    void connectTrials();
    /// Gives the chosen run and fusion to the panel and the views that measure.
    void chooseTrials();
    void showAblation();
    void showPruning();
    void showStudy();
    /// Why the chosen run can't be changed by hand; empty where it can.
    QString trialObstacle() const;
    /// What the measurements show, in words.
    QString measuredHtml() const;
    /// "with the changes 0.500" for a cell of the layers; empty without changes.
    QString changedWeight(ShareMap::Cell cell) const;

    // Data.
    void fillRuns();
    void chooseRun();
    void chooseFusion();
    void fillFusion(const FusionProbe& shown);
    void readSteps();
    void showStep();
    void showLayers();
    /// What the compared run's weights are minus this one's; nothing, and a message, where it has none.
    std::optional<ShareMatrix> comparedMatrix(qint64 other);
    void chooseCompared();
    /// The run's seeds, where they are chosen; a message, and another choice, where there is no other seed.
    /// Reads many designs: not at every step.
    void readSeeds();
    QString seedText() const;
    QString cellText(ShareMap::Cell cell) const;
    void showClasses();
    void showText();
    void showOverTime();
    void showRuns();
    void showDetails();
    void updateEmptyState();
    void report(const Error& error);
    const FusionProbe* probe() const;
    /// The record of the timeline's step, or of the last step before it that keeps tokens.
    std::optional<FusionRecord> read(FusionDetail detail);
    QString detailsHtml() const;
    /// What the fusion was measured on, and its weights.
    QString fusionHtml(const FusionProbe& shown) const;

    // Pictures and tables of the shown view.
    enum class Picture { Png, Svg, Pdf };
    void exportPicture(Picture kind);
    void exportText(const QString& suffix, const QString& content);
    void paintView(QPainter& painter, const QSize& size) const;
    QSize viewSize() const;
    void tellSaved(bool done, const QString& file);
    QString chooseFile(const QString& suffix);

    AppContext m_context;
    std::vector<AdapterRun> m_runs; ///< as in the box
    std::vector<FusionProbe> m_probes;
    FusionRecord m_record;             ///< summary of the shown step
    std::optional<SeedSpread> m_seeds; ///< of the run's seeds, where they are shown
    QTimer m_refresh;                  ///< of a live run

    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    MessageBar* m_messages = nullptr;
    FusionStarter* m_starter = nullptr;
    QComboBox* m_runBox = nullptr;
    QComboBox* m_fusionBox = nullptr;
    QComboBox* m_compareBox = nullptr;
    QComboBox* m_placeBox = nullptr;
    QComboBox* m_textBox = nullptr;
    QComboBox* m_curvePlaceBox = nullptr;
    QTabWidget* m_views = nullptr;
    ShareMap* m_layers = nullptr;
    ShareMap* m_classes = nullptr;
    ShareMap* m_runMap = nullptr;
    QScrollArea* m_textArea = nullptr;
    TokenMap* m_tokens = nullptr;
    QLabel* m_textNote = nullptr;
    ShareCurves* m_curves = nullptr;
    QLabel* m_details = nullptr;
    QTabWidget* m_side = nullptr;
    RunInspector* m_inspector = nullptr; ///< null without a worker
    HandPanel* m_hand = nullptr;
    RuleGestures* m_gestures = nullptr;
    AblationView* m_ablation = nullptr;
    PruningView* m_pruning = nullptr;
    StudyView* m_study = nullptr;
    WidthCheck* m_width = nullptr;
    QList<QStackedWidget*> m_fusionViews; ///< a view and why it is empty
    QSplitter* m_splitter = nullptr;
    FusionTimeline* m_timeline = nullptr;
    QAction* m_newAction = nullptr;
    QList<QAction*> m_actions; ///< exports
};

} // namespace awb::ui
