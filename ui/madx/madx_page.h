#pragma once

#include <functional>

#include <QTimer>

#include "backend/jobs/madx_study.h"
#include "ui/app_context.h"
#include "ui/page.h"

class QAction;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace awb::ui {

class EmptyState;
class MadxDocument;
class MadxLanguageStep;
class MadxResults;
class MessageBar;
class ToneLabel;

/// MAD-X, guided: on the left the four steps of an experiment, on the right its scores by source and target
/// language in each order of the adapters. Past scores come from the workspace as soon as an experiment is
/// open.
class MadxPage : public Page {
    Q_OBJECT

public:
    explicit MadxPage(const AppContext& context, QWidget* parent = nullptr);
    ~MadxPage() override;

    QString title() const override;
    QString iconName() const override { return QStringLiteral("madx"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;
    bool hasUnsavedWork() const override;
    void whenNothingIsLost(std::function<void()> next) override;

    MadxDocument* document() const { return m_document; }
    MadxResults* results() const { return m_results; }
    const MadxReport& report() const { return m_report; }

    /// False, and a message, when it failed.
    bool openFile(const QString& file);
    bool saveFile(const QString& file);
    bool savePicture(const QString& file);
    bool saveTable(const QString& file);

public Q_SLOTS:
    void openTemplate();
    /// Trains what is not there yet, or stops what is under way.
    void primaryAction();

Q_SIGNALS:
    void openRun(qint64 run);

private:
    // Building.
    void buildActions();
    QWidget* buildHeader();
    QWidget* buildSteps();
    void buildEmptyState();
    void connectAll();

    // Files.
    void chooseFileToOpen();
    void chooseFileToSave();
    void chooseExport(const QString& suffix, bool (MadxPage::*save)(const QString&));
    void tellSaved(bool done, const QString& file);

    // The study.
    void takeDocument();
    void lookUp();
    void setReport(const MadxReport& report);
    void takeRun(MadxReport report);
    void showProgress(const MadxProgress& progress);
    void showEnd(const MadxReport& report);
    void fail(const Error& error);
    void refresh();
    void showFileActions();
    QString obstacle() const;
    bool isTraining() const { return m_study != nullptr && m_study->isActive(); }

    AppContext m_context;
    MadxDocument* m_document;
    MadxStudy* m_study = nullptr; ///< null without a worker
    MadxReport m_report;
    MadxReport m_past;        ///< what was there before the training that is under way
    bool m_isLooking = false; ///< past scores are being read
    bool m_isFirstShow = true;
    QTimer m_lookUpLater;

    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    MessageBar* m_messages = nullptr;
    ToneLabel* m_name = nullptr;
    QPushButton* m_primary = nullptr;
    QPushButton* m_saveButton = nullptr;
    QPushButton* m_openButton = nullptr;
    QToolButton* m_exportButton = nullptr;
    QProgressBar* m_bar = nullptr;
    ToneLabel* m_progress = nullptr;
    QSplitter* m_splitter = nullptr;
    QScrollArea* m_stepsArea = nullptr;
    QWidget* m_steps = nullptr;
    MadxLanguageStep* m_languages = nullptr;
    MadxResults* m_results = nullptr;
    QAction* m_primaryAction = nullptr;
    QAction* m_openAction = nullptr;
    QAction* m_templateAction = nullptr;
    QAction* m_saveAction = nullptr;
    QList<QAction*> m_exports;
};

} // namespace awb::ui
