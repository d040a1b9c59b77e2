#include "ui/runs/runs_page.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "backend/jobs/background_reader.h"
#include "ui/itemmodels/runs_model.h"
#include "ui/plots/chart_deck.h"
#include "ui/runs/run_export.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

constexpr int kRefreshMs = 500; ///< rows of live runs are read again at most so often

QString layoutKey(const char* part) {
    return QStringLiteral("runs/%1").arg(QLatin1String(part));
}

} // namespace

RunsPage::RunsPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context) {
    setObjectName(QStringLiteral("runs"));
    m_model = new RunsModel(this);
    m_filter = new RunsFilter(this);
    m_filter->setSourceModel(m_model);
    buildActions();
    buildTable();

    m_messages = new MessageBar(this);
    m_export = new RunExport(m_context.runs, m_messages, this);
    m_messages->setObjectName(QStringLiteral("runsMessages"));
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("runsEmpty"));
    connect(m_empty, &EmptyState::activated, this, [this] {
        if (m_model->rowCount() > 0) {
            m_search->clear();
            m_states->setCurrentIndex(0);
        } else {
            Q_EMIT pageRequested(QStringLiteral("train"));
        }
    });
    m_details = new QTextBrowser(this);
    m_details->setObjectName(QStringLiteral("runDetails"));
    m_details->setAccessibleName(tr("Details of the selected run"));
    m_details->setMinimumWidth(220);
    m_deck = new ChartDeck(this);
    connect(m_deck, &ChartDeck::statusMessage, this, &Page::statusMessage);
    connect(m_deck, &ChartDeck::failed, this, [this](const Error& error) { report(fail(error)); });
    connect(m_deck, &ChartDeck::maximisedChanged, this, [this](bool maximised) {
        m_stack->setVisible(!maximised);
        m_details->setVisible(!maximised);
    });
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_table);
    m_lower = new QSplitter(Qt::Horizontal, this);
    m_lower->addWidget(m_deck);
    m_lower->addWidget(m_details);
    m_lower->setStretchFactor(0, 1);
    m_lower->setSizes({900, 300});
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_lower);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({260, 520});

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::L), px(Space::M), px(Space::L), px(Space::M));
    column->setSpacing(px(Space::S));
    column->addWidget(m_messages);
    column->addWidget(buildFilterRow());
    column->addWidget(m_splitter, 1);

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &RunsPage::refreshDirty);
    connectBackend();
    restoreLayout();
    reload();
}

RunsPage::~RunsPage() {
    saveLayout();
}

QString RunsPage::title() const {
    return tr("Runs");
}

void RunsPage::buildTable() {
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("runsTable"));
    m_table->setAccessibleName(tr("Runs"));
    m_table->setModel(m_filter);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunsModel::Created, Qt::DescendingOrder);
    m_table->setWordWrap(false);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(28);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    header->setHighlightSections(false);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    constexpr int kWidths[] = {110, 170, 76, 150, 144, 130, 130, 72, 86, 92, 150, 120};
    for (int column = 0; column < RunsModel::ColumnCount; ++column) {
        m_table->setColumnWidth(column, kWidths[column]);
    }
    connect(header, &QHeaderView::customContextMenuRequested, this, [this, header](const QPoint& at) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        for (int column = RunsModel::Name + 1; column < RunsModel::ColumnCount; ++column) {
            QAction* shown =
                menu->addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
            shown->setCheckable(true);
            shown->setChecked(!m_table->isColumnHidden(column));
            connect(shown, &QAction::toggled, this,
                    [this, column](bool on) { m_table->setColumnHidden(column, !on); });
        }
        menu->popup(header->mapToGlobal(at));
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addActions({m_openAction, m_copyAction, m_resumeAction, m_exportAction, m_renameAction,
                          m_noteAction, m_deleteAction});
        menu->popup(m_table->viewport()->mapToGlobal(at));
    });
    connect(m_table, &QTableView::doubleClicked, m_openAction, &QAction::trigger);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RunsPage::updateActions);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RunsPage::currentChanged);
}

QWidget* RunsPage::buildFilterRow() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(Space::S));
    m_search = new QLineEdit(bar);
    m_search->setObjectName(QStringLiteral("runsSearch"));
    m_search->setPlaceholderText(tr("Filter by name, design, data or note"));
    m_search->setAccessibleName(tr("Filter runs by text"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(360);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setText(text);
        updateEmptyState();
    });
    m_states = new QComboBox(bar);
    m_states->setObjectName(QStringLiteral("runsStates"));
    m_states->setAccessibleName(tr("Filter runs by status"));
    m_states->addItems(
        {tr("All"), tr("Active"), tr("Finished"), tr("Resumable"), tr("Failed or interrupted")});
    connect(m_states, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setStates(static_cast<RunsFilter::States>(index));
        updateEmptyState();
    });
    row->addWidget(m_search, 1);
    row->addWidget(m_states);
    row->addStretch(1);
    const auto button = [&](QAction* action, bool primary) {
        auto* made = new QPushButton(action->text(), bar);
        made->setObjectName(action->objectName() + QStringLiteral("Button"));
        made->setProperty("primary", primary);
        connect(made, &QPushButton::clicked, action, &QAction::trigger);
        const auto sync = [made, action] {
            made->setEnabled(action->isEnabled());
            made->setToolTip(action->toolTip());
        };
        connect(action, &QAction::changed, made, sync);
        sync();
        row->addWidget(made);
    };
    button(m_deleteAction, false);
    button(m_resumeAction, false);
    button(m_openAction, true);
    return bar;
}

void RunsPage::connectBackend() {
    if (m_context.runs) {
        connect(m_context.runs, &RunController::runStarted, this, &RunsPage::refreshRun);
        connect(m_context.runs, &RunController::runEnded, this, [this](qint64 run) {
            refreshRun(run);
            if (m_shown == run) {
                m_shown.reset();
                currentChanged();
            }
        });
        connect(m_context.runs, &RunController::updated, this,
                [this](const LiveUpdate& update) { refreshRun(update.run); });
    }
    if (m_context.reader) {
        connect(m_context.reader, &BackgroundReader::seriesReady, this,
                [this](quint64 token, qint64 run, const std::shared_ptr<const RunSeries>& series) {
                    if (token != m_seriesToken || m_shown != run) {
                        return;
                    }
                    m_deck->setSeries(series);
                    const int row = m_model->rowOf(run);
                    if (row >= 0) {
                        showDetails(m_model->at(row));
                    }
                });
        connect(m_context.reader, &BackgroundReader::failed, this, [this](quint64 token, const Error& error) {
            if (token == m_seriesToken) {
                report(fail(error));
            }
        });
    }
}

void RunsPage::fillMenu(QMenu* menu) {
    menu->addActions({m_openAction, m_copyAction, m_resumeAction, m_exportAction});
    menu->addSeparator();
    menu->addActions({m_renameAction, m_noteAction, m_deleteAction, m_undoAction, m_redoAction});
    menu->addSeparator();
    menu->addAction(m_filterAction);
    menu->addSeparator();
    m_deck->fillMenu(menu);
}

void RunsPage::setActive(bool active) {
    if (active) {
        refreshDirty();
    } else {
        saveLayout();
    }
}

void RunsPage::saveLayout() const {
    QSettings settings;
    settings.setValue(layoutKey("header"), m_table->horizontalHeader()->saveState());
    settings.setValue(layoutKey("splitter"), m_splitter->saveState());
    settings.setValue(layoutKey("lower"), m_lower->saveState());
}

void RunsPage::restoreLayout() {
    const QSettings settings;
    m_table->horizontalHeader()->restoreState(settings.value(layoutKey("header")).toByteArray());
    m_splitter->restoreState(settings.value(layoutKey("splitter")).toByteArray());
    m_lower->restoreState(settings.value(layoutKey("lower")).toByteArray());
}

} // namespace awb::ui
