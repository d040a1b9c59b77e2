// HandPanel: what it does.
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QTableView>

#include "ui/fusion/answers_model.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/hand_rules.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

QString number(double value) {
    return std::isfinite(value) ? QString::number(value, 'f', 4) : QStringLiteral("—");
}

QString signedNumber(double value) {
    return std::isfinite(value) && value > 0 ? QStringLiteral("+") + number(value) : number(value);
}

QString scoreRow(const QString& name, double before, double after) {
    return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=right>%2&nbsp;&nbsp;</td>"
                          "<td align=right>%3&nbsp;&nbsp;</td><td align=right><b>%4</b></td></tr>")
        .arg(name.toHtmlEscaped(), number(before), number(after), signedNumber(after - before));
}

/// The fusion as a composition of its own: all that its rules are about.
Composition compositionOf(const FusionProbe& probe) {
    std::vector<Composition> children;
    for (const std::string& adapter : probe.adapters) {
        children.push_back(Composition::of(adapter));
    }
    return Composition::block(Composition::Kind::Fuse, std::move(children));
}

} // namespace

void HandPanel::connectAll() {
    connect(m_rules, &HandRules::changed, this, &HandPanel::rulesEdited);
    connect(m_rules, &HandRules::refused, this,
            [this](const Error& error) { tellProblem(QString::fromStdString(error.message())); });
    connect(&m_delay, &QTimer::timeout, this, &HandPanel::request);
    connect(m_text, &QLineEdit::returnPressed, this, &HandPanel::request);
    connect(m_text, &QLineEdit::textChanged, this, &HandPanel::later);
    connect(m_samples, &QComboBox::activated, this,
            [this](int index) { m_text->setText(m_samples->itemData(index).toString()); });
    connect(m_undo, &QAction::triggered, m_rules->undoStack(), &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, m_rules->undoStack(), &QUndoStack::redo);
    connect(m_remove, &QAction::triggered, this, [this] { m_rules->remove(m_table->currentIndex().row()); });
    connect(m_clear, &QAction::triggered, m_rules, &HandRules::clear);
    connect(m_rules->undoStack(), &QUndoStack::indexChanged, this, &HandPanel::updateActions);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &HandPanel::updateActions);
    if (m_inspector == nullptr) {
        return;
    }
    connect(m_inspector, &RunInspector::progress, this,
            [this](quint64 token, const QString& activity, double fraction) {
                if (token == m_token) {
                    tellBusy(activity, fraction);
                }
            });
    connect(m_inspector, &RunInspector::tried, this, [this](quint64 token, const RuleReport& report) {
        if (token == m_token) {
            showReport(report);
        }
    });
    connect(m_inspector, &RunInspector::failed, this, [this](quint64 token, const Error& error) {
        if (token == m_token) {
            tellBusy({}, -1);
            tellProblem(QString::fromStdString(error.message()));
        }
    });
}

void HandPanel::setRun(qint64 run, const FusionProbe& probe, const QString& obstacle) {
    const Composition fusion = compositionOf(probe);
    m_run = run;
    m_obstacle = m_inspector == nullptr ? tr("Nothing can be tried without the program's worker.") : obstacle;
    m_report.reset();
    m_token = 0;
    m_answers->setAnswers({}, {});
    m_verdict->clear();
    {
        const QSignalBlocker quiet(m_text);
        m_text->clear();
    }
    showSamples({});
    m_rules->setFusion(fusion, probe.places.empty() ? 0 : probe.places.back().layer + 1);
    tellBusy({}, -1);
    tellProblem(m_obstacle);
    for (QWidget* each : {static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_samples)}) {
        each->setEnabled(isUsable());
    }
    later();
}

bool HandPanel::isUsable() const {
    return m_run != 0 && m_obstacle.isEmpty();
}

void HandPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    later();
}

void HandPanel::rulesEdited() {
    tellProblem(m_obstacle);
    m_hint->setVisible(m_rules->rules().empty());
    m_table->setVisible(!m_rules->rules().empty());
    updateActions();
    later();
    Q_EMIT rulesChanged();
}

void HandPanel::updateActions() {
    m_undo->setEnabled(m_rules->undoStack()->canUndo());
    m_redo->setEnabled(m_rules->undoStack()->canRedo());
    m_remove->setEnabled(m_table->currentIndex().isValid());
    m_clear->setEnabled(!m_rules->rules().empty());
}

void HandPanel::later() {
    showScores();
    // A hidden panel loads nothing, unless somebody has changed something.
    if (isUsable() && (isVisible() || !m_rules->rules().empty())) {
        m_delay.start();
    }
}

void HandPanel::request() {
    m_delay.stop();
    if (!isUsable()) {
        return;
    }
    std::vector<std::string> texts;
    if (const QString text = m_text->text().trimmed(); !text.isEmpty()) {
        texts.push_back(text.toStdString());
    }
    if (m_report && m_report->rules == m_rules->rules() && m_report->texts == texts) {
        return;
    }
    m_token = m_inspector->tryRules(m_run, m_rules->rules(), texts);
    tellBusy(tr("Waiting for the worker …"), -1);
}

void HandPanel::showReport(const RuleReport& report) {
    const bool isFirst = !m_report;
    m_report = report;
    tellBusy({}, -1);
    tellProblem(QString::fromStdString(report.remark));
    if (isFirst) {
        showSamples(report.samples);
    }
    showScores();
    m_answers->setAnswers(report.answersBefore, report.answersAfter);
    const QString before = m_answers->verdict(AnswersModel::Before);
    const QString after = m_answers->verdict(AnswersModel::After);
    m_verdict->setText(before.isEmpty()  ? QString()
                       : before == after ? tr("The model says: %1").arg(before)
                                         : tr("The model says: %1; with the changes: %2").arg(before, after));
}

void HandPanel::showScores() {
    if (!m_report) {
        m_scores->clear();
        return;
    }
    const bool isCurrent = m_report->rules == m_rules->rules();
    const double nan = ModelScore().loss;
    const ModelScore after = isCurrent ? m_report->after : ModelScore{nan, nan};
    const ScoreSample& sample = m_report->sample;
    QString html = QStringLiteral("<table><tr><td></td><td>%1&nbsp;&nbsp;</td><td>%2&nbsp;&nbsp;</td>"
                                  "<td>%3</td></tr>")
                       .arg(tr("before"), tr("changed"), tr("difference"));
    html += scoreRow(tr("loss"), m_report->before.loss, after.loss);
    html += scoreRow(QString::fromStdString(sample.metric), m_report->before.metric, after.metric);
    html += QStringLiteral("</table>") + tr("on %L1 of %L2 examples of %3")
                                             .arg(sample.examples)
                                             .arg(sample.all)
                                             .arg(QString::fromStdString(sample.split).toHtmlEscaped());
    m_scores->setText(html);
}

void HandPanel::showSamples(const std::vector<SampleText>& samples) {
    const QSignalBlocker quiet(m_samples);
    m_samples->clear();
    m_samples->addItem(samples.empty() ? tr("no examples yet") : tr("An example of the data …"));
    for (const SampleText& sample : samples) {
        const QString text = QString::fromStdString(sample.text);
        m_samples->addItem(
            sample.label.empty() ? text : tr("[%1] %2").arg(QString::fromStdString(sample.label), text),
            text);
    }
}

void HandPanel::tellProblem(const QString& text) {
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void HandPanel::tellBusy(const QString& activity, double fraction) {
    m_activity->setText(activity);
    m_activity->setVisible(!activity.isEmpty());
    m_bar->setVisible(!activity.isEmpty());
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    m_bar->setValue(static_cast<int>(fraction * 1000));
}

void HandPanel::editValue(int row) {
    const QModelIndex index = m_rules->index(row, HandRules::Value);
    if (index.isValid()) {
        m_table->setCurrentIndex(index);
        m_table->setFocus();
        m_table->edit(index);
    }
}

} // namespace awb::ui
