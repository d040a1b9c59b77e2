#include "ui/train/train_page.h"

#include <set>

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "backend/jobs/background_reader.h"
#include "backend/storage/run_store.h"
#include "ui/document/design_document.h"
#include "ui/plots/chart_deck.h"
#include "ui/runs/run_state_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/labelled_number.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

TrainPage::TrainPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context) {
    setObjectName(QStringLiteral("train"));
    buildActions();
    m_messages = new MessageBar(this);
    m_messages->setObjectName(QStringLiteral("trainMessages"));
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("trainEmpty"));
    connect(m_empty, &EmptyState::activated, this, &TrainPage::startDesign);

    auto* live = new QWidget(this);
    m_header = buildHeader();
    m_numbers = buildNumbers();
    m_deck = new ChartDeck(live);
    connect(m_deck, &ChartDeck::statusMessage, this, &Page::statusMessage);
    connect(m_deck, &ChartDeck::failed, this, &TrainPage::showError);
    connect(m_deck, &ChartDeck::maximisedChanged, this,
            [this](bool maximised) { m_numbers->setVisible(!maximised); });
    auto* column = new QVBoxLayout(live);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::M));
    column->addWidget(m_header);
    column->addWidget(m_numbers);
    column->addWidget(m_deck, 1);

    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(live);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(px(Space::L), px(Space::M), px(Space::L), px(Space::M));
    outer->setSpacing(px(Space::S));
    outer->addWidget(m_messages);
    outer->addWidget(m_stack, 1);
    connectBackend();
    showEmptyState();
    showState();
}

TrainPage::~TrainPage() = default;

QString TrainPage::title() const {
    return tr("Train");
}

void TrainPage::connectBackend() {
    if (m_context.runs) {
        connect(m_context.runs, &RunController::runStarted, this, &TrainPage::beginRun);
        connect(m_context.runs, &RunController::updated, this, &TrainPage::apply);
        connect(m_context.runs, &RunController::runEnded, this, &TrainPage::endRun);
        connect(m_context.runs, &RunController::seriesChanged, this, [this] {
            showQueue();
            showEmptyState();
        });
        connect(m_context.runs, &RunController::failed, this, [this](const Error& error) {
            if (!m_queue.isEmpty()) {
                m_queue.removeFirst();
            }
            showQueue();
            showError(error);
        });
    }
    if (m_context.reader) {
        connect(m_context.reader, &BackgroundReader::seriesReady, this,
                [this](quint64 token, qint64 run, const std::shared_ptr<const RunSeries>& series) {
                    if (token != m_seriesToken || m_run != run) {
                        return;
                    }
                    m_seriesToken = 0;
                    m_deck->setSeries(series);
                    // What came meanwhile replaces the same steps of the series or follows it.
                    m_deck->append(m_meanwhileSteps, m_meanwhileEvals);
                    m_meanwhileSteps.clear();
                    m_meanwhileEvals.clear();
                });
    }
    if (m_context.document) {
        connect(m_context.document, &DesignDocument::changed, this, &TrainPage::showEmptyState);
    }
}

void TrainPage::buildActions() {
    const auto action = [this](const QString& name, const QString& icon, const QString& text) {
        auto* made = new QAction(Theme::instance().icon(icon), text, this);
        made->setObjectName(name);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(made);
        connect(&Theme::instance(), &Theme::changed, made,
                [made, icon] { made->setIcon(Theme::instance().icon(icon)); });
        return made;
    };
    m_primaryAction = action(QStringLiteral("primaryAction"), QStringLiteral("play"), tr("Start"));
    m_primaryAction->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P)});
    connect(m_primaryAction, &QAction::triggered, this, &TrainPage::primaryAction);
    m_stopAction = action(QStringLiteral("stopAction"), QStringLiteral("stop"), tr("Stop"));
    m_stopAction->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Period));
    connect(m_stopAction, &QAction::triggered, this, &TrainPage::stop);
    m_newRunAction =
        action(QStringLiteral("newRunAction"), QStringLiteral("queue"), tr("Start the current design"));
    m_newRunAction->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
    connect(m_newRunAction, &QAction::triggered, this, &TrainPage::startDesign);
    m_openRunAction = action(QStringLiteral("openRunAction"), QStringLiteral("runs"), tr("Open in Runs"));
    m_openRunAction->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R));
    connect(m_openRunAction, &QAction::triggered, this, [this] {
        if (!m_run) {
            return;
        }
        Q_EMIT openRun(*m_run);
        Q_EMIT pageRequested(QStringLiteral("runs"));
    });
    m_canvasAction =
        action(QStringLiteral("showOnCanvasAction"), QStringLiteral("design"), tr("Show on canvas"));
    m_canvasAction->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D));
    connect(m_canvasAction, &QAction::triggered, this, [this] {
        if (!m_run) {
            return;
        }
        Q_EMIT showOnCanvas(*m_run);
        Q_EMIT pageRequested(QStringLiteral("design"));
    });
}

QWidget* TrainPage::buildHeader() {
    auto* header = new QWidget(this);
    m_nameLabel = new ToneLabel({}, Tone::Text, TextSize::Heading, true, header);
    m_nameLabel->setObjectName(QStringLiteral("runName"));
    m_stateIcon = new ToneIcon(QStringLiteral("clock"), Tone::MutedText, 20, header);
    m_stateLabel = new ToneLabel({}, Tone::Text, TextSize::Body, false, header);
    m_stateLabel->setObjectName(QStringLiteral("runState"));
    m_queueLabel = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, header);
    m_queueLabel->setObjectName(QStringLiteral("runQueue"));

    const auto button = [header](const QString& name, QAction* action) {
        auto* made = new QPushButton(header);
        made->setObjectName(name);
        connect(made, &QPushButton::clicked, action, &QAction::trigger);
        return made;
    };
    m_canvasButton = button(QStringLiteral("showOnCanvasButton"), m_canvasAction);
    m_openRunButton = button(QStringLiteral("openRunButton"), m_openRunAction);
    m_stopButton = button(QStringLiteral("stopButton"), m_stopAction);
    m_primary = button(QStringLiteral("primaryButton"), m_primaryAction);
    m_primary->setProperty("primary", true);
    m_canvasButton->setText(m_canvasAction->text());
    m_openRunButton->setText(m_openRunAction->text());
    m_stopButton->setText(m_stopAction->text());
    m_progress = new QProgressBar(header);
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setAccessibleName(tr("Progress of the run"));

    auto* row = new QHBoxLayout;
    row->setSpacing(px(Space::S));
    row->addWidget(m_nameLabel);
    row->addSpacing(px(Space::S));
    row->addWidget(m_stateIcon);
    row->addWidget(m_stateLabel);
    row->addSpacing(px(Space::M));
    row->addWidget(m_queueLabel);
    row->addStretch(1);
    row->addWidget(m_canvasButton);
    row->addWidget(m_openRunButton);
    row->addWidget(m_stopButton);
    row->addWidget(m_primary);
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::S));
    column->addLayout(row);
    column->addWidget(m_progress);
    return header;
}

QWidget* TrainPage::buildNumbers() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(Space::Xl));
    const auto number = [box, row](const QString& id, const QString& name) {
        auto* made = new LabelledNumber(name, box);
        made->setObjectName(id);
        made->setValue(QStringLiteral("—"));
        row->addWidget(made);
        return made;
    };
    m_speed = number(QStringLiteral("speedNumber"), tr("Speed"));
    m_left = number(QStringLiteral("timeLeftNumber"), tr("Time left"));
    m_elapsed = number(QStringLiteral("elapsedNumber"), tr("Training time"));
    m_epoch = number(QStringLiteral("epochNumber"), tr("Epoch"));
    m_loss = number(QStringLiteral("lossNumber"), tr("Training loss"));
    m_metric = number(QStringLiteral("metricNumber"), tr("Validation"));
    row->addStretch(1);
    row->addWidget(buildMetrics());
    return box;
}

QWidget* TrainPage::buildMetrics() {
    m_metrics = new QTableWidget(this);
    m_metrics->setFrameShape(QFrame::NoFrame);
    m_metrics->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_metrics->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_metrics->verticalHeader()->setDefaultSectionSize(24);
    m_metrics->setObjectName(QStringLiteral("finalMetrics"));
    m_metrics->setAccessibleName(tr("Final metrics by split"));
    m_metrics->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_metrics->setSelectionMode(QAbstractItemView::NoSelection);
    m_metrics->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_metrics->setVisible(false);
    return m_metrics;
}

void TrainPage::fillMenu(QMenu* menu) {
    for (QAction* action : {m_primaryAction, m_stopAction, m_newRunAction, m_openRunAction, m_canvasAction}) {
        menu->addAction(action);
    }
    menu->addSeparator();
    m_deck->fillMenu(menu);
}

void TrainPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    showEmptyState();
}

} // namespace awb::ui
