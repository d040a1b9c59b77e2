#pragma once

#include <optional>

#include <QTimer>
#include <QWidget>

#include "backend/analysis/fusion_record.h"
#include "backend/jobs/run_inspector.h"

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QTableView;

namespace awb::ui {

class AnswersModel;
class HandRules;
class ToneLabel;

/// Changes by hand of a finished run's fusion: the rules, what they make of loss and metric, and of the
/// answer to a text. Every edit is tried at once on the worker.
class HandPanel : public QWidget {
    Q_OBJECT

public:
    /// `inspector` may be null: then nothing can be tried. It outlives this.
    explicit HandPanel(RunInspector* inspector, QWidget* parent = nullptr);

    /// `obstacle`: why this run can't be tried; empty where it can.
    void setRun(qint64 run, const FusionProbe& probe, const QString& obstacle);
    bool isUsable() const;
    HandRules* rules() const { return m_rules; }
    const std::optional<RuleReport>& report() const { return m_report; }
    QAction* undoAction() const { return m_undo; }
    QAction* redoAction() const { return m_redo; }
    /// Chooses a rule and opens the editor of its value.
    void editValue(int row);

Q_SIGNALS:
    void rulesChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildRules();
    QWidget* buildTrial();
    void buildActions();
    void connectAll();
    void rulesEdited();
    void later();
    void request();
    void showReport(const RuleReport& report);
    void showScores();
    void showSamples(const std::vector<SampleText>& samples);
    void tellProblem(const QString& text);
    void tellBusy(const QString& activity, double fraction);
    void updateActions();

    RunInspector* m_inspector;
    HandRules* m_rules;
    AnswersModel* m_answers;
    qint64 m_run = 0;
    QString m_obstacle;
    quint64 m_token = 0;
    std::optional<RuleReport> m_report;
    QTimer m_delay; ///< between the last edit and its trial
    ToneLabel* m_problem = nullptr;
    QLabel* m_hint = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_scores = nullptr;
    QComboBox* m_samples = nullptr;
    QLineEdit* m_text = nullptr;
    QLabel* m_verdict = nullptr;
    QTableView* m_answerTable = nullptr;
    QLabel* m_activity = nullptr;
    QProgressBar* m_bar = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_remove = nullptr;
    QAction* m_clear = nullptr;
};

} // namespace awb::ui
