#include "ui/playground/playground_page.h"

#include <QAction>
#include <QMenu>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include "backend/jobs/playground_jobs.h"
#include "backend/jobs/run_controller.h"
#include "ui/playground/batch_view.h"
#include "ui/playground/errors_view.h"
#include "ui/playground/text_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

PlaygroundPage::PlaygroundPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context)
    , m_jobs(std::make_unique<PlaygroundJobs>(context.workspace)) {
    setObjectName(QStringLiteral("playground"));
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("playgroundEmpty"));
    m_empty->setState(
        QStringLiteral("playground"), tr("No run is finished yet"),
        tr("Train a design to its end: its model can then be asked here, with its adapters on, off "
           "and exchanged."),
        tr("Go to Design"));
    m_views = new QTabWidget(this);
    m_views->setObjectName(QStringLiteral("playgroundViews"));
    m_views->setDocumentMode(true);
    m_texts = new TextView(m_jobs.get(), m_views);
    m_batch = new BatchView(m_jobs.get(), m_views);
    m_errors = new ErrorsView(m_jobs.get(), m_views);
    m_views->addTab(m_texts, tr("Text"));
    m_views->addTab(m_batch, tr("Batch"));
    m_views->addTab(m_errors, tr("Errors"));

    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(px(Space::L), 0, px(Space::L), px(Space::L));
    inside->addWidget(m_views);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* heading = new ToneLabel(title(), Tone::Text, TextSize::Heading, true, this);
    heading->setContentsMargins(px(Space::L), px(Space::M), px(Space::L), px(Space::S));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(heading);
    column->addWidget(m_stack, 1);

    buildActions();
    connect(m_empty, &EmptyState::activated, this,
            [this] { Q_EMIT pageRequested(QStringLiteral("design")); });
    connect(m_errors, &ErrorsView::textChosen, this, [this](const PlaygroundText& text) {
        m_texts->setText(text);
        show(Text);
    });
    if (m_context.runs) {
        connect(m_context.runs, &RunController::runEnded, this, [this] {
            if (isVisible()) {
                reload();
            }
        });
    }
}

PlaygroundPage::~PlaygroundPage() = default;

QString PlaygroundPage::title() const {
    return tr("Playground");
}

void PlaygroundPage::buildActions() {
    const auto action = [this](const QString& name, const QString& text, const QKeySequence& keys,
                               auto&& run) {
        auto* made = new QAction(text, this);
        made->setObjectName(name);
        made->setShortcut(keys);
        connect(made, &QAction::triggered, this, run);
        m_actions << made;
    };
    action(QStringLiteral("playgroundRun"), tr("Measure, Run Batch or Find Errors"),
           QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { this->run(); });
    action(QStringLiteral("playgroundAddColumn"), tr("Add a Column"), QKeySequence(), [this] {
        show(Text);
        m_texts->addColumn();
    });
    action(QStringLiteral("playgroundText"), tr("Show Text"), QKeySequence(Qt::ALT | Qt::Key_1),
           [this] { show(Text); });
    action(QStringLiteral("playgroundBatch"), tr("Show Batch"), QKeySequence(Qt::ALT | Qt::Key_2),
           [this] { show(Batch); });
    action(QStringLiteral("playgroundErrors"), tr("Show Errors"), QKeySequence(Qt::ALT | Qt::Key_3),
           [this] { show(Errors); });
}

void PlaygroundPage::fillMenu(QMenu* menu) {
    menu->addActions(m_actions);
}

void PlaygroundPage::setActive(bool active) {
    if (active) {
        reload();
    }
}

void PlaygroundPage::reload() {
    const std::vector<RunChoice> runs = finishedRuns(m_context.store);
    m_stack->setCurrentIndex(runs.empty() ? 0 : 1);
    m_texts->setRuns(runs);
    m_batch->setRuns(runs);
    m_errors->setRuns(runs);
}

PlaygroundPage::View PlaygroundPage::view() const {
    return static_cast<View>(m_views->currentIndex());
}

void PlaygroundPage::show(View view) {
    m_views->setCurrentIndex(view);
}

void PlaygroundPage::run() {
    switch (view()) {
    case Text:
        m_texts->measure();
        break;
    case Batch:
        m_batch->run();
        break;
    case Errors:
        m_errors->evaluate();
        break;
    }
}

} // namespace awb::ui
