#include "ui/fusion/pruning_view.h"

#include <algorithm>
#include <utility>

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/fusion/point_chart.h"
#include "ui/fusion/pruning_model.h"
#include "ui/fusion/pruning_words.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"

namespace awb::ui {

namespace {

constexpr int kRowHeight = 24;
constexpr int kSwatch = 12;
constexpr int kMostRows = 8; ///< before the table scrolls

} // namespace

PruningView::PruningView(RunInspector* inspector, QWidget* parent)
    : QWidget(parent)
    , m_measure(new MeasureBar(
          inspector,
          {tr("Measure again"),
           tr("Drops the adapters one after the other down to the last, and scores each time"),
           tr("Stops the measuring of run %1")},
          [inspector](qint64 run) { return inspector->prune(run); }, this)) {
    m_measure->button()->setObjectName(QStringLiteral("pruningMeasure"));
    m_measure->progress()->setObjectName(QStringLiteral("pruningProgress"));
    m_measure->progress()->setAccessibleName(tr("Progress of the measuring"));
    if (inspector != nullptr) {
        connect(inspector, &RunInspector::pruned, m_measure, &MeasureBar::finish);
    }
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("pruningEmpty"));
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("pruningNote"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildContent());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::S), 0, 0);
    column->addWidget(buildControls());
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    connectAll();
    showState();
}

QWidget* PruningView::buildControls() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_quantity = new QComboBox(box);
    m_quantity->setObjectName(QStringLiteral("pruningQuantity"));
    m_quantity->setAccessibleName(tr("What the chart shows"));
    m_quantity->setToolTip(tr("What the chart shows: the metric, or the loss"));
    m_quantity->addItems({tr("metric"), tr("loss")});
    auto* label = new QLabel(tr("Chart of the:"), box);
    label->setBuddy(m_quantity);
    row->addWidget(label);
    row->addWidget(m_quantity);
    row->addStretch(1);
    row->addWidget(m_measure);
    return box;
}

QWidget* PruningView::buildContent() {
    auto* content = new QWidget(this);
    m_chart = new PointChart(PointChart::Look::Lines, tr("adapters left in the fusion"), QString(), content);
    m_chart->setObjectName(QStringLiteral("pruningChart"));
    m_chart->setAccessibleName(tr("Score over the number of adapters left in the fusion"));
    m_steps = new PruningModel(this);
    m_table = new QTableView(content);
    m_table->setObjectName(QStringLiteral("pruningSteps"));
    m_table->setAccessibleName(tr("Dropped adapters and what each step costs"));
    m_table->setModel(m_steps);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setIconSize({kSwatch, kSwatch});
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(PruningModel::Kept, QHeaderView::Stretch);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_chart, 1);
    column->addWidget(m_table);
    return content;
}

void PruningView::connectAll() {
    connect(m_empty, &EmptyState::activated, m_measure, &MeasureBar::toggle);
    connect(m_measure, &MeasureBar::changed, this, &PruningView::showState);
    connect(m_measure, &MeasureBar::measured, this, &PruningView::measured);
    connect(m_measure, &MeasureBar::failed, this, &PruningView::failed);
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &PruningView::showChart);
    connect(m_chart, &PointChart::chosen, this, [this](std::size_t step) { choose(static_cast<int>(step)); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid()) {
                    m_chart->setCurrent(static_cast<std::size_t>(current.row()));
                }
            });
}

void PruningView::setRun(qint64 run, std::optional<PruningReport> report, const QString& obstacle) {
    m_result = std::move(report);
    m_measure->setRun(run, m_result.has_value(), obstacle);
    showState();
    if (m_result) {
        showReport();
    }
}

void PruningView::showState() {
    m_quantity->setEnabled(m_result.has_value());
    m_stack->setCurrentIndex(m_result ? 1 : 0);
    m_note->setVisible(m_result.has_value());
    if (m_result) {
        return;
    }
    const QString& obstacle = m_measure->obstacle();
    const bool isBusy = m_measure->isBusy();
    m_empty->setState(QStringLiteral("fusion"), tr("How many adapters does the fusion need?"),
                      !obstacle.isEmpty() ? obstacle
                      : isBusy            ? tr("Measuring run %1 …").arg(m_measure->measuredRun())
                               : tr("Drop its adapters one after the other, the least mean weight first, "
                                    "down to the last, and see what each step costs in loss and metric."),
                      obstacle.isEmpty() && !isBusy ? tr("Measure") : QString());
}

void PruningView::showReport() {
    const ScoreSample& sample = m_result->sample;
    m_quantity->setItemText(0, QString::fromStdString(sample.metric));
    m_note->setText(tr("The adapter with the least mean weight over all layers goes first. On %L1 of %L2 "
                       "examples of %3 (seed %4). Dashed: all adapters.")
                        .arg(sample.examples)
                        .arg(sample.all)
                        .arg(QString::fromStdString(sample.split))
                        .arg(sample.seed));
    m_steps->setReport(*m_result);
    const int rows = std::min(m_steps->rowCount(), kMostRows);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + rows * m_table->rowHeight(0) +
                            2 * m_table->frameWidth());
    showChart();
    choose(0);
}

void PruningView::showChart() {
    if (!m_result) {
        return;
    }
    const bool isLoss = m_quantity->currentIndex() == static_cast<int>(PruningQuantity::Loss);
    const ModelScore& whole = m_result->steps.front().score;
    m_chart->fitTo(m_quantity->currentText(), isLoss ? whole.loss : whole.metric);
    m_chart->setSeries(pruningSeries(*m_result, isLoss ? PruningQuantity::Loss : PruningQuantity::Metric));
}

void PruningView::choose(int step) {
    m_table->setCurrentIndex(m_steps->index(step, PruningModel::Adapters));
}

} // namespace awb::ui
