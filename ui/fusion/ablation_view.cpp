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
    , m_inspector(inspector) {
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
    connectAll();
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
    m_button = new QPushButton(box);
    m_button->setObjectName(QStringLiteral("ablationMeasure"));
    m_bar = new QProgressBar(box);
    m_bar->setObjectName(QStringLiteral("ablationProgress"));
    m_bar->setAccessibleName(tr("Progress of the measuring"));
    row->addWidget(label);
    row->addWidget(m_quantity);
    row->addStretch(1);
    row->addWidget(m_bar);
    row->addWidget(m_button);
    return box;
}

void AblationView::connectAll() {
    connect(m_button, &QPushButton::clicked, this, &AblationView::toggle);
    connect(m_empty, &EmptyState::activated, this, &AblationView::toggle);
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &AblationView::showMap);
    if (m_inspector == nullptr) {
        return;
    }
    connect(m_inspector, &RunInspector::progress, this,
            [this](quint64 token, const QString& activity, double fraction) {
                if (token == m_token) {
                    m_bar->setRange(0, fraction < 0 ? 0 : 100);
                    m_bar->setValue(static_cast<int>(fraction * 100));
                    m_bar->setToolTip(activity);
                }
            });
    connect(m_inspector, &RunInspector::ablated, this, [this](quint64 token, qint64 run) {
        if (token == m_token) {
            ended();
            Q_EMIT measured(run);
        }
    });
    connect(m_inspector, &RunInspector::failed, this, [this](quint64 token, const Error& error) {
        if (token == m_token) {
            ended();
            Q_EMIT failed(error);
        }
    });
    connect(m_inspector, &RunInspector::stopped, this, [this](quint64 token) {
        if (token == m_token) {
            ended();
        }
    });
}

void AblationView::setRun(qint64 run, std::optional<AblationMap> map, const QString& obstacle) {
    m_run = run;
    m_result = std::move(map);
    m_obstacle =
        m_inspector == nullptr ? tr("Nothing can be measured without the program's worker.") : obstacle;
    if (m_result) {
        m_quantity->setItemText(1, QString::fromStdString(m_result->sample.metric));
    }
    showMap();
}

void AblationView::toggle() {
    if (m_token != 0) {
        m_inspector->stop(m_token);
        m_button->setText(tr("Stopping …"));
        m_button->setEnabled(false);
        return;
    }
    m_measuredRun = m_run;
    m_token = m_inspector->ablate(m_run);
    m_bar->setRange(0, 0);
    showMap();
}

void AblationView::ended() {
    m_token = 0;
    showMap();
}

void AblationView::showMap() {
    const bool isBusy = m_token != 0;
    m_bar->setVisible(isBusy);
    m_button->setVisible(isBusy || m_result.has_value());
    m_button->setText(isBusy ? tr("Stop") : tr("Measure again"));
    m_button->setEnabled(isBusy || m_obstacle.isEmpty());
    m_button->setToolTip(
        isBusy ? tr("Stops the measuring of run %1").arg(m_measuredRun)
        : m_obstacle.isEmpty()
            ? tr("Leaves every adapter out, at each place and everywhere, and scores each time")
            : m_obstacle);
    m_quantity->setEnabled(m_result.has_value());
    m_stack->setCurrentIndex(m_result ? 1 : 0);
    if (!m_result) {
        m_note->clear();
        m_empty->setState(QStringLiteral("heatmap"), tr("What is each adapter worth?"),
                          !m_obstacle.isEmpty() ? m_obstacle
                          : isBusy              ? tr("Measuring run %1 …").arg(m_measuredRun)
                                   : tr("Leave each adapter out, at one layer at a time and everywhere, "
                                        "and see what it costs in loss and metric."),
                          m_obstacle.isEmpty() && !isBusy ? tr("Measure") : QString());
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
