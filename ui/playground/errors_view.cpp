// ErrorsView: how it is built, and how it asks.
#include "ui/playground/errors_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/playground/confusion_map.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kBoxWidth = 200;

QTableWidget* exampleTable(const QString& objectName, const QString& name, const QStringList& columns,
                           QWidget* parent) {
    auto* table = new QTableWidget(0, static_cast<int>(columns.size()), parent);
    table->setObjectName(objectName);
    table->setAccessibleName(name);
    table->setHorizontalHeaderLabels(columns);
    table->verticalHeader()->hide();
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->setToolTip(
        ErrorsView::tr("Enter or a double-click asks the models of the Text tab for the example"));
    return table;
}

} // namespace

ErrorsView::ErrorsView(PlaygroundJobs* jobs, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs) {
    build();
    connect(m_jobs, &PlaygroundJobs::judged, this, &ErrorsView::showResult);
    connect(m_jobs, &PlaygroundJobs::judgeProgress, m_stack, &StateStack::setFraction);
    connect(m_jobs, &PlaygroundJobs::judgeFailed, this, [this](const Error& error) {
        m_cancel->hide();
        m_evaluate->setEnabled(true);
        m_stack->showMessage(QStringLiteral("error"), tr("The run could not be evaluated"),
                             QString::fromStdString(error.message()));
    });
    connect(m_map, &ConfusionMap::currentChanged, this, &ErrorsView::showHardest);
    for (QTableWidget* table : {m_hardest, m_changes}) {
        connect(table, &QTableWidget::cellActivated, this,
                [this, table](int row, int) { chooseRow(table, row); });
    }
    showIdle();
}

void ErrorsView::build() {
    m_stack = new StateStack(buildContent(), this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::M), 0, 0);
    column->setSpacing(px(Space::M));
    column->addWidget(buildChoices());
    column->addWidget(m_stack, 1);
}

QWidget* ErrorsView::buildChoices() {
    auto* choices = new QWidget(this);
    auto* row = new QHBoxLayout(choices);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(Space::S));
    const auto box = [&](const QString& objectName, const QString& label, const QString& tip) {
        auto* made = new QComboBox(choices);
        made->setObjectName(objectName);
        made->setToolTip(tip);
        made->setMinimumWidth(kBoxWidth);
        made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        auto* text = new QLabel(label, choices);
        text->setBuddy(made);
        made->setAccessibleName(QString(label).remove(u'&').remove(u':'));
        row->addWidget(text);
        row->addWidget(made);
        return made;
    };
    m_run = box(QStringLiteral("errorsRun"), tr("Run:"), tr("Whose errors are looked at"));
    m_split = box(QStringLiteral("errorsSplit"), tr("Part:"), tr("The part of the run's data"));
    m_split->setMinimumWidth(kBoxWidth / 2);
    m_split->addItem(tr("validation"), QStringLiteral("validation"));
    m_split->addItem(tr("test"), QStringLiteral("test"));
    m_other = box(QStringLiteral("errorsOther"), tr("Compare with:"),
                  tr("A second run is asked for the same examples"));
    row->addStretch(1);
    m_cancel = new QPushButton(Theme::instance().icon(QStringLiteral("stop")), tr("Cancel"), choices);
    m_cancel->setObjectName(QStringLiteral("cancelErrors"));
    m_cancel->hide();
    m_evaluate = new QPushButton(Theme::instance().icon(QStringLiteral("play")), tr("Find errors"), choices);
    m_evaluate->setObjectName(QStringLiteral("findErrors"));
    m_evaluate->setToolTip(tr("Asks the run for every example of the part (Ctrl+Return)"));
    m_evaluate->setDefault(true);
    row->addWidget(m_cancel);
    row->addWidget(m_evaluate);
    connect(m_evaluate, &QPushButton::clicked, this, &ErrorsView::evaluate);
    connect(m_cancel, &QPushButton::clicked, this, &ErrorsView::cancel);
    return choices;
}

QWidget* ErrorsView::buildContent() {
    auto* content = new QWidget(this);
    m_summary = new ToneLabel({}, Tone::Text, TextSize::Body, true, content);
    m_summary->setObjectName(QStringLiteral("errorsSummary"));
    m_summary->setWordWrap(true);
    m_map = new ConfusionMap(content);
    m_map->setObjectName(QStringLiteral("confusionMap"));
    m_map->setAccessibleName(tr("Confusion matrix"));
    m_map->setToolTip(tr("A click on a cell shows its examples; Escape shows all again"));
    m_noMap =
        new ToneLabel(tr("A confusion matrix is for tasks in which one class is right: this one has none. "
                         "The hardest examples stand beside."),
                      Tone::MutedText, TextSize::Body, false, content);
    m_noMap->setWordWrap(true);
    m_noMap->setAlignment(Qt::AlignCenter);
    m_shown = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, content);
    m_shown->setObjectName(QStringLiteral("errorsShown"));
    m_tables = new QTabWidget(content);
    m_tables->setObjectName(QStringLiteral("errorTables"));
    m_tables->setDocumentMode(true);
    m_hardest =
        exampleTable(QStringLiteral("hardestTable"), tr("Hardest examples"),
                     {tr("Text"), tr("Right"), tr("Predicted"), tr("P(right)"), tr("Loss")}, m_tables);
    m_changes = exampleTable(
        QStringLiteral("changesTable"), tr("Differences"),
        {tr("Text"), tr("Right"), tr("First run"), tr("P(right)"), tr("Second run"), tr("P(right)")},
        m_tables);
    auto* hardest = new QWidget(m_tables);
    auto* hardestColumn = new QVBoxLayout(hardest);
    hardestColumn->setContentsMargins(0, px(Space::S), 0, 0);
    hardestColumn->addWidget(m_shown);
    hardestColumn->addWidget(m_hardest, 1);
    m_tables->addTab(hardest, tr("Hardest examples"));
    m_tables->addTab(m_changes, tr("Differences"));

    auto* left = new QWidget(content);
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addWidget(m_map, 1);
    leftColumn->addWidget(m_noMap, 1);
    auto* splitter = new QSplitter(Qt::Horizontal, content);
    splitter->addWidget(left);
    splitter->addWidget(m_tables);
    splitter->setSizes({620, 680});
    splitter->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_summary);
    column->addWidget(splitter, 1);
    return content;
}

void ErrorsView::setRuns(const std::vector<RunChoice>& runs) {
    fillRuns(m_run, runs);
    fillRuns(m_other, runs, tr("no other run"));
    m_evaluate->setEnabled(!runs.empty() && m_cancel->isHidden());
}

void ErrorsView::showIdle() {
    m_cancel->hide();
    m_evaluate->setEnabled(m_run->count() > 0);
    m_stack->showMessage(
        QStringLiteral("heatmap"), tr("Which errors does the run make?"),
        tr("Choose a run and a part of its data, and find its errors: a confusion matrix, the "
           "hardest examples, and where a second run says something different."));
}

void ErrorsView::evaluate() {
    if (!m_evaluate->isEnabled() || chosenRun(m_run) == 0) {
        return;
    }
    m_evaluate->setEnabled(false);
    m_cancel->show();
    m_stack->showLoading(tr("Asking the run for every example"));
    m_stack->setFraction(0);
    const qint64 other = chosenRun(m_other) == chosenRun(m_run) ? 0 : chosenRun(m_other);
    m_jobs->judge(chosenRun(m_run), m_split->currentData().toString(), other);
}

void ErrorsView::cancel() {
    m_jobs->cancelJudge();
    if (m_result.report) {
        m_cancel->hide();
        m_evaluate->setEnabled(true);
        m_stack->showContent();
    } else {
        showIdle();
    }
}

} // namespace awb::ui
