#include "ui/design/design_page.h"

#include <utility>

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QToolTip>
#include <QUndoView>
#include <QVBoxLayout>

#include "backend/analysis/fusion_record.h"
#include "backend/jobs/background_reader.h"
#include "models/config/placement.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_view.h"
#include "ui/design/adapter_drop_bar.h"
#include "ui/design/base_panel.h"
#include "ui/design/composition_inspector.h"
#include "ui/design/composition_panel.h"
#include "ui/design/design_edits.h"
#include "ui/design/design_tree.h"
#include "ui/design/head_form.h"
#include "ui/design/live_glow.h"
#include "ui/design/module_inspector.h"
#include "ui/design/palette_panel.h"
#include "ui/design/preset_palette.h"
#include "ui/design/problem_note.h"
#include "ui/design/training_form.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

QFrame* line(QFrame::Shape shape, QWidget* parent) {
    auto* frame = new QFrame(parent);
    frame->setFrameShape(shape);
    frame->setFrameShadow(QFrame::Plain);
    frame->setForegroundRole(QPalette::Mid);
    return frame;
}

} // namespace

DesignPage::DesignPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context)
    , m_document(context.document)
    , m_canvas(new CanvasView(context.document, this)) {
    setObjectName(QStringLiteral("design"));
    m_canvas->setObjectName(QStringLiteral("canvas"));
    m_canvas->setFrameShape(QFrame::NoFrame);
    createActions();

    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(QStringLiteral("designSplitter"));
    m_splitter->setHandleWidth(1);
    m_left = createLeft();
    QWidget* centre = createCentre();
    m_right = createRight();
    m_splitter->addWidget(m_left);
    m_splitter->addWidget(centre);
    m_splitter->addWidget(m_right);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setCollapsible(1, false);
    m_splitter->setSizes({372, 690, 322});

    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(0);
    page->addLayout(createHeader());
    page->addWidget(line(QFrame::HLine, this));
    auto* problem = new ProblemNote(m_document, ProblemNote::Scope::Design, this);
    connect(problem, &ProblemNote::dataRequested, this, &DesignPage::openData);
    page->addWidget(problem);
    page->addWidget(m_splitter, 1);
    page->addWidget(line(QFrame::HLine, this));
    m_totals = new TotalsBar(m_document, this);
    page->addWidget(m_totals);

    shareCanvasActions();
    connectAll();
    updateActions();
    const QSettings settings;
    m_splitter->restoreState(settings.value(QStringLiteral("design/splitter")).toByteArray());
    setFocusProxy(m_canvas);
}

DesignPage::~DesignPage() {
    QSettings().setValue(QStringLiteral("design/splitter"), m_splitter->saveState());
}

QAction* DesignPage::addPageAction(const QString& objectName, const QString& icon, const QString& text,
                                   const QList<QKeySequence>& keys, const QString& help) {
    auto* action = new QAction(text, this);
    action->setObjectName(objectName);
    if (!icon.isEmpty()) {
        action->setIcon(Theme::instance().icon(icon));
    }
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WindowShortcut);
    const QString key = keys.isEmpty()
                            ? QString()
                            : QStringLiteral(" (%1)").arg(keys.first().toString(QKeySequence::NativeText));
    action->setToolTip(help + key);
    action->setStatusTip(help);
    addAction(action);
    return action;
}

void DesignPage::createActions() {
    m_undo = addPageAction(QStringLiteral("undoAction"), QStringLiteral("undo"), tr("&Undo"),
                           QKeySequence::keyBindings(QKeySequence::Undo), tr("Undo the last edit"));
    m_redo =
        addPageAction(QStringLiteral("redoAction"), QStringLiteral("redo"), tr("&Redo"),
                      {QKeySequence(QStringLiteral("Ctrl+Shift+Z")), QKeySequence(QStringLiteral("Ctrl+Y"))},
                      tr("Do the undone edit again"));
    m_history = addPageAction(QStringLiteral("historyAction"), QStringLiteral("clock"), tr("Undo &history"),
                              {QKeySequence(QStringLiteral("Ctrl+Shift+H"))},
                              tr("All edits; click one to go back to it"));
    m_findMethod = addPageAction(QStringLiteral("findMethodAction"), QString(), tr("&Find a method"),
                                 {QKeySequence(QStringLiteral("Ctrl+F"))}, tr("Search the palette"));
    m_place = addPageAction(QStringLiteral("placeAction"), QStringLiteral("add"),
                            tr("P&lace at the focused site"), {QKeySequence(QStringLiteral("Ctrl+Return"))},
                            tr("Put a module of the chosen preset at the site that has the focus"));
    m_applyPreset = addPageAction(QStringLiteral("applyPresetAction"), QStringLiteral("layers"),
                                  tr("Appl&y the preset to all layers"),
                                  {QKeySequence(QStringLiteral("Ctrl+Shift+Return"))},
                                  tr("Replace the design's adapters by the chosen preset in all layers"));
    m_inspect =
        addPageAction(QStringLiteral("inspectAction"), QStringLiteral("settings"), tr("Edit &options"),
                      {QKeySequence(QStringLiteral("Ctrl+E"))}, tr("Go to the selected modules' options"));
    m_showLeft =
        addPageAction(QStringLiteral("showPaletteAction"), QStringLiteral("panel"), tr("Palette and &table"),
                      {QKeySequence(QStringLiteral("F9"))}, tr("Show or hide the left panel"));
    m_showRight = addPageAction(QStringLiteral("showInspectorAction"), QString(), tr("I&nspector"),
                                {QKeySequence(QStringLiteral("Shift+F9"))}, tr("Show or hide the inspector"));
    m_showLeft->setCheckable(true);
    m_showLeft->setChecked(true);
    m_showRight->setCheckable(true);
    m_showRight->setChecked(true);
    m_chooseBase = addPageAction(QStringLiteral("chooseBaseAction"), QStringLiteral("folder"),
                                 tr("Use a &model folder …"), {},
                                 tr("Use another base model, from a folder in Hugging Face's layout"));
    m_train = addPageAction(QStringLiteral("trainAction"), QStringLiteral("play"), tr("&Train"),
                            {QKeySequence(QStringLiteral("Ctrl+R"))}, tr("Train this design"));
}

QAction* DesignPage::canvasAction(const char* objectName) const {
    return m_canvas->findChild<QAction*>(QLatin1String(objectName), Qt::FindDirectChildrenOnly);
}

/// The table has the canvas's keys for what acts on the selection; zooming works from the whole window.
void DesignPage::shareCanvasActions() {
    for (const char* name : {"canvasRemove", "canvasCopy", "canvasPaste", "canvasSelectAll", "canvasNarrower",
                             "canvasWider", "canvasRamp"}) {
        m_tree->addAction(canvasAction(name));
    }
    for (const char* name : {"canvasFit", "canvasZoomIn", "canvasZoomOut"}) {
        canvasAction(name)->setShortcuts(canvasActionKeys(*canvasAction(name)));
        canvasAction(name)->setShortcutContext(Qt::WindowShortcut);
        addAction(canvasAction(name));
    }
}

QBoxLayout* DesignPage::createHeader() {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(px(Space::L), px(Space::S), px(Space::L), px(Space::S));
    row->setSpacing(px(Space::Xs));
    row->addWidget(new ToneLabel(title(), Tone::Text, TextSize::Heading, true, this));
    row->addSpacing(px(Space::M));
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("experimentName"));
    m_name->setAccessibleName(tr("Name of the experiment"));
    m_name->setToolTip(tr("The experiment's name; runs are listed under it"));
    m_name->setFixedWidth(200);
    row->addWidget(m_name);
    row->addSpacing(px(Space::M));
    const auto addButton = [&](QAction* action) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAutoRaise(true);
        button->setIconSize({20, 20});
        button->setAccessibleName(action->toolTip());
        row->addWidget(button);
    };
    const auto addGap = [&] {
        row->addSpacing(px(Space::Xs));
        QFrame* divider = line(QFrame::VLine, this);
        divider->setFixedHeight(20);
        row->addWidget(divider);
        row->addSpacing(px(Space::Xs));
    };
    for (QAction* action : {m_undo, m_redo, m_history}) {
        addButton(action);
    }
    addGap();
    for (const char* name : {"canvasCopy", "canvasPaste", "canvasRemove"}) {
        addButton(canvasAction(name));
    }
    addGap();
    for (const char* name : {"canvasFit", "canvasZoomOut", "canvasZoomIn"}) {
        addButton(canvasAction(name));
    }
    row->addStretch(1);
    row->addWidget(new ToneLabel(tr("Glow"), Tone::MutedText, TextSize::Body, false, this));
    m_glow = new LiveGlow(m_document, m_canvas, this);
    row->addWidget(m_glow);
    row->addSpacing(px(Space::L));
    m_trainButton = new QPushButton(m_train->icon(), tr("Train"), this);
    m_trainButton->setObjectName(QStringLiteral("trainButton"));
    m_trainButton->setProperty("primary", true);
    row->addWidget(m_trainButton);
    return row;
}

QWidget* DesignPage::createLeft() {
    auto* panel = new QWidget(this);
    panel->setMinimumWidth(260);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_base = new BasePanel(m_document, panel);
    column->addWidget(m_base);
    column->addWidget(line(QFrame::HLine, panel));

    auto* lists = new QSplitter(Qt::Vertical, panel);
    lists->setObjectName(QStringLiteral("paletteSplitter"));
    lists->setHandleWidth(1);
    lists->setChildrenCollapsible(false);
    m_palettePanel = new PalettePanel(lists);
    m_palette = m_palettePanel->presets();
    m_palette->setBase(m_document->model());
    m_tree = new DesignTree(m_document, lists);
    lists->addWidget(m_palettePanel);
    lists->addWidget(m_tree);
    lists->setStretchFactor(0, 3);
    lists->setStretchFactor(1, 2);
    column->addWidget(lists, 1);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setCurrentPreset(m_palette->currentPreset());
    m_canvas->setCurrentPreset(m_palette->currentPreset());
    return panel;
}

QWidget* DesignPage::createCentre() {
    auto* panel = new QWidget(this);
    panel->setMinimumWidth(320);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* split = new QSplitter(Qt::Vertical, panel);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_canvas);
    m_composition = new CompositionPanel(m_document, split);
    split->addWidget(m_composition);
    split->setStretchFactor(0, 1);
    column->addWidget(split, 1);
    column->addWidget(line(QFrame::HLine, panel));
    column->addWidget(new AdapterDropBar(m_document, panel));
    return panel;
}

QWidget* DesignPage::createRight() {
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->setMinimumWidth(280);
    m_inspector = new ModuleInspector(m_document, m_tabs);
    m_tabs->addTab(m_inspector, tr("Modules"));
    m_blocks = new CompositionInspector(m_document, m_composition->cursor(), m_tabs);
    m_tabs->addTab(m_blocks, tr("Composition"));
    auto* head = new HeadForm(m_document, m_tabs);
    connect(head, &HeadForm::dataRequested, this, &DesignPage::openData);
    m_tabs->addTab(head, tr("Head"));
    m_tabs->addTab(new TrainingForm(m_document, m_tabs), tr("Training"));
    return m_tabs;
}

void DesignPage::connectAll() {
    QUndoStack* stack = m_document->undoStack();
    connect(m_undo, &QAction::triggered, stack, &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, stack, &QUndoStack::redo);
    connect(m_history, &QAction::triggered, this, &DesignPage::showHistory);
    connect(m_place, &QAction::triggered, this, &DesignPage::placeAtFocus);
    connect(m_applyPreset, &QAction::triggered, this,
            [this] { applyPresetToAll(*m_document, m_palette->currentPreset()); });
    const auto inspect = [this] {
        m_showRight->setChecked(true);
        m_tabs->setCurrentWidget(m_inspector);
        m_inspector->focusFirst();
    };
    connect(m_inspect, &QAction::triggered, this, inspect);
    connect(m_findMethod, &QAction::triggered, this, [this] {
        m_showLeft->setChecked(true);
        m_palettePanel->search();
    });
    connect(m_canvas, &CanvasView::moduleActivated, this, inspect);
    connect(m_composition, &CompositionPanel::nodeChosen, this,
            [this] { m_tabs->setCurrentWidget(m_blocks); });
    connect(m_composition, &CompositionPanel::optionsRequested, this, [this] {
        m_showRight->setChecked(true);
        m_tabs->setCurrentWidget(m_blocks);
        m_blocks->focusFirst();
    });
    addAction(m_composition->openAction());
    connect(m_showLeft, &QAction::toggled, m_left, &QWidget::setVisible);
    connect(m_showRight, &QAction::toggled, m_right, &QWidget::setVisible);
    connect(m_chooseBase, &QAction::triggered, m_base, &BasePanel::chooseFolder);
    connect(m_train, &QAction::triggered, this, &DesignPage::startTraining);
    connect(m_trainButton, &QPushButton::clicked, m_train, &QAction::trigger);

    connect(m_palette, &PresetPalette::applyRequested, this,
            [this](const QString& preset) { applyPresetToAll(*m_document, preset); });
    connect(m_palette, &PresetPalette::currentPresetChanged, m_canvas, &CanvasView::setCurrentPreset);
    connect(m_palette, &PresetPalette::currentPresetChanged, m_tree, &DesignTree::setCurrentPreset);

    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        Experiment experiment = m_document->experiment();
        const std::string name = m_name->text().trimmed().toStdString();
        if (name.empty() || name == experiment.name) {
            m_name->setText(QString::fromStdString(experiment.name));
            return;
        }
        experiment.name = name;
        m_document->edit(std::move(experiment), tr("Rename experiment"));
    });
    connect(m_document, &DesignDocument::changed, this, &DesignPage::updateActions);
    connect(m_document, &DesignDocument::changed, m_palette,
            [this] { m_palette->setBase(m_document->model()); });
    connect(stack, &QUndoStack::indexChanged, this, &DesignPage::updateActions);

    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& position) { showTreeMenu(m_tree->viewport()->mapToGlobal(position)); });

    if (m_context.runs) {
        connect(m_context.runs, &RunController::machineMeasured, this, [this](const MachineSpeed& speed) {
            m_totals->setMachineSpeed(speed.gflops, speed.threads);
        });
    }
    if (m_context.reader) {
        connect(m_context.reader, &BackgroundReader::dataReady, this,
                [this](quint64, const DatasetSummary& summary) { setDataFacts(summary); });
    }
}

void DesignPage::setDataFacts(const DatasetSummary& summary) {
    DataFacts facts;
    for (const DatasetSummary::SplitSummary& split : summary.splits) {
        if (split.name == QLatin1String("train")) {
            facts.trainExamples = split.examples;
            facts.meanTokens = split.meanTokens;
        }
    }
    if (summary.dataset) {
        facts.numLabels = static_cast<int>(summary.dataset->labels.size());
    }
    m_factsOf = m_document->experiment().data;
    m_totals->setDataFacts(facts);
}

void DesignPage::fillMenu(QMenu* menu) {
    menu->addActions({m_train});
    menu->addSeparator();
    menu->addActions({m_undo, m_redo, m_history});
    menu->addSeparator();
    menu->addActions({m_findMethod, m_place, m_applyPreset, m_inspect, m_chooseBase});
    menu->addSeparator();
    menu->addActions(m_canvas->actions());
    menu->addSeparator();
    menu->addActions({m_showLeft, m_showRight, m_composition->openAction()});
}

void DesignPage::showTreeMenu(const QPoint& globalPosition) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({m_inspect, m_place});
    menu->addSeparator();
    menu->addActions(m_tree->actions());
    menu->popup(globalPosition);
}

void DesignPage::setActive(bool active) {
    if (active && !isAncestorOf(QApplication::focusWidget())) {
        m_canvas->setFocus(Qt::OtherFocusReason);
    }
}

void DesignPage::openData() {
    Q_EMIT pageRequested(QStringLiteral("data"));
}

void DesignPage::setFusionWeights(const FusionProbe& probe, const FusionRecord& record) {
    std::map<std::string, std::vector<float>> weights;
    const std::size_t adapters = probe.adapters.size();
    for (std::size_t i = 0; i < probe.places.size(); ++i) {
        const auto first = record.mean.begin() + static_cast<std::ptrdiff_t>(i * adapters);
        weights[moduleKey(std::string(kFusePrefix) + probe.fusion, probe.places[i].layer,
                          probe.places[i].site)] = {first, first + static_cast<std::ptrdiff_t>(adapters)};
    }
    m_canvas->setFusionWeights(weights);
}

void DesignPage::setLive(const LiveUpdate& update) {
    m_glow->setLive(update);
}

void DesignPage::showHistory() {
    auto* popup = new QFrame(this, Qt::Popup);
    popup->setObjectName(QStringLiteral("historyPopup"));
    popup->setAttribute(Qt::WA_DeleteOnClose);
    popup->setFrameShape(QFrame::StyledPanel);
    auto* column = new QVBoxLayout(popup);
    column->setContentsMargins(px(Space::S), px(Space::S), px(Space::S), px(Space::S));
    column->addWidget(new ToneLabel(tr("Undo history"), Tone::Text, TextSize::Body, true, popup));
    auto* list = new QUndoView(m_document->undoStack(), popup);
    list->setObjectName(QStringLiteral("historyList"));
    list->setAccessibleName(tr("Undo history"));
    list->setEmptyLabel(tr("Design as opened"));
    list->setFrameShape(QFrame::NoFrame);
    list->setCleanIcon(Theme::instance().icon(QStringLiteral("save")));
    column->addWidget(list);
    popup->resize(300, 320);
    if (const auto* button = findChild<QToolButton*>(QStringLiteral("historyActionButton"))) {
        popup->move(button->mapToGlobal(QPoint(0, button->height() + px(Space::Xs))));
    }
    popup->show();
    list->setFocus();
}

void DesignPage::placeAtFocus() {
    if (m_tree->hasFocus() && m_tree->placeAtCurrent()) {
        return;
    }
    m_canvas->setFocus(Qt::ShortcutFocusReason);
    QKeyEvent enter(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
    QApplication::sendEvent(m_canvas, &enter);
}

void DesignPage::startTraining() {
    if (!m_context.runs || !whyNotTrainable(*m_document).isEmpty()) {
        return;
    }
    const auto file = m_document->file();
    const auto folder = file ? file->parent_path() : m_context.workspace;
    m_context.runs->start(resolvePaths(m_document->experiment(), folder));
    Q_EMIT statusMessage(tr("Started %1").arg(QString::fromStdString(m_document->experiment().name)));
    Q_EMIT pageRequested(QStringLiteral("train"));
}

void DesignPage::updateActions() {
    QUndoStack* stack = m_document->undoStack();
    m_undo->setEnabled(stack->canUndo());
    m_redo->setEnabled(stack->canRedo());
    m_undo->setText(stack->canUndo() ? tr("&Undo %1").arg(stack->undoText()) : tr("&Undo"));
    m_redo->setText(stack->canRedo() ? tr("&Redo %1").arg(stack->redoText()) : tr("&Redo"));
    const QString why =
        m_context.runs ? whyNotTrainable(*m_document) : tr("This window has no worker to train with.");
    m_train->setEnabled(why.isEmpty());
    m_trainButton->setEnabled(why.isEmpty());
    const bool isBusy = m_context.runs && (m_context.runs->isActive() || !m_context.runs->series().isEmpty());
    const QString queued = isBusy ? tr("Something is training; this run waits in the queue.") : QString();
    m_trainButton->setToolTip(why.isEmpty() ? (queued.isEmpty() ? tr("Train this design (Ctrl+R)") : queued)
                                            : why);
    m_trainButton->setAccessibleDescription(why);

    if (!m_name->hasFocus() || !m_name->isModified()) {
        m_name->setText(QString::fromStdString(m_document->experiment().name));
        m_name->setCursorPosition(0);
    }
    if (m_factsOf && *m_factsOf != m_document->experiment().data) {
        m_factsOf.reset();
        m_totals->setDataFacts(std::nullopt);
    }
}

} // namespace awb::ui
