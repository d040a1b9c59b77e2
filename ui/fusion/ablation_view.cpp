#include "ui/fusion/ablation_view.h"

#include <utility>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/fusion/ablation_words.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"

namespace awb::ui {

namespace {

QString number(double value) {
    return QString::number(value, 'f', 4);
}

} // namespace

AblationView::AblationView(RunInspector* inspector, QWidget* parent)
    : QWidget(parent)
    , m_measure(new MeasureBar(
          inspector,
          {tr("Measure again"),
           tr("Leaves every adapter out, at each place and everywhere, and scores each time"),
           tr("Stops the measuring of run %1")},
          [inspector](qint64 run) { return inspector->ablate(run); }, this)) {
    m_measure->button()->setObjectName(QStringLiteral("ablationMeasure"));
    m_measure->progress()->setObjectName(QStringLiteral("ablationProgress"));
    m_measure->progress()->setAccessibleName(tr("Progress of the measuring"));
    m_map = new ShareMap(this);
    m_map->setObjectName(QStringLiteral("fusionAblation"));
    m_map->setAccessibleName(tr("What it costs to leave an adapter out, by layer and adapter"));
    m_map->setDescription([this](ShareMap::Cell cell) { return describe(cell); });
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("ablationEmpty"));
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("ablationNote"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_map);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::S), 0, 0);
    column->addWidget(buildControls());
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    connect(m_empty, &EmptyState::activated, m_measure, &MeasureBar::toggle);
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &AblationView::showMap);
    connect(m_measure, &MeasureBar::changed, this, &AblationView::showMap);
    connect(m_measure, &MeasureBar::measured, this, &AblationView::measured);
    connect(m_measure, &MeasureBar::failed, this, &AblationView::failed);
    if (inspector != nullptr) {
        connect(inspector, &RunInspector::ablated, m_measure, &MeasureBar::finish);
    }
    showMap();
}

QWidget* AblationView::buildControls() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_quantity = new QComboBox(box);
    m_quantity->setObjectName(QStringLiteral("ablationQuantity"));
    m_quantity->setAccessibleName(tr("What is shown"));
    m_quantity->setToolTip(tr("Whose change is shown: of the loss, or of the metric"));
    m_quantity->addItems({tr("loss"), tr("metric")});
    auto* label = new QLabel(tr("Change of the:"), box);
    label->setBuddy(m_quantity);
    row->addWidget(label);
    row->addWidget(m_quantity);
    row->addStretch(1);
    row->addWidget(m_measure);
    return box;
}

void AblationView::setRun(qint64 run, std::optional<AblationMap> map, const QString& obstacle) {
    m_result = std::move(map);
    m_measure->setRun(run, m_result.has_value(), obstacle);
    if (m_result) {
        m_quantity->setItemText(1, QString::fromStdString(m_result->sample.metric));
    }
    showMap();
}

void AblationView::showMap() {
    m_quantity->setEnabled(m_result.has_value());
    m_stack->setCurrentIndex(m_result ? 1 : 0);
    if (!m_result) {
        m_note->clear();
        const QString& obstacle = m_measure->obstacle();
        const bool isBusy = m_measure->isBusy();
        m_empty->setState(QStringLiteral("heatmap"), tr("What is each adapter worth?"),
                          !obstacle.isEmpty() ? obstacle
                          : isBusy            ? tr("Measuring run %1 …").arg(m_measure->measuredRun())
                                   : tr("Leave each adapter out, at one layer at a time and everywhere, "
                                        "and see what it costs in loss and metric."),
                          obstacle.isEmpty() && !isBusy ? tr("Measure") : QString());
        return;
    }
    const ScoreSample& sample = m_result->sample;
    m_note->setText(tr("As trained: loss %1, %2 %3, on %L4 of %L5 examples of %6 (seed %7)")
                        .arg(number(m_result->reference.loss), QString::fromStdString(sample.metric),
                             number(m_result->reference.metric))
                        .arg(sample.examples)
                        .arg(sample.all)
                        .arg(QString::fromStdString(sample.split))
                        .arg(sample.seed));
    m_map->setMatrix(ablationMatrix(*m_result, m_quantity->currentIndex() == 0 ? AblationQuantity::Loss
                                                                               : AblationQuantity::Metric));
}

QString AblationView::describe(ShareMap::Cell cell) const {
    const auto row = static_cast<std::size_t>(cell.row);
    const auto column = static_cast<std::size_t>(cell.column);
    const ModelScore& score =
        row < m_result->places.size() ? m_result->at(row, column) : m_result->everywhere[column];
    return tr("without it: loss %1, %2 %3")
        .arg(number(score.loss), QString::fromStdString(m_result->sample.metric), number(score.metric));
}

} // namespace awb::ui
