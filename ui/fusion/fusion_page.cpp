// FusionPage: how it is built.
#include "ui/fusion/fusion_page.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "backend/jobs/run_controller.h"
#include "backend/jobs/run_inspector.h"
#include "ui/fusion/ablation_view.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_starter.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/pruning_view.h"
#include "ui/fusion/rule_gestures.h"
#include "ui/fusion/share_curves.h"
#include "ui/fusion/study_view.h"
#include "ui/fusion/token_map.h"
#include "ui/fusion/width_check.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kRefreshMilliseconds = 1000;
constexpr int kBoxWidth = 220;
// The header's boxes show whole names in a wide window and give way in a narrow one.
constexpr int kLeastBoxWidth = 110;
constexpr int kMostBoxWidth = 330;
constexpr int kBoxStretch = 3;

QComboBox* box(const QString& objectName, const QString& name, const QString& tip, QWidget* parent) {
    auto* made = new QComboBox(parent);
    made->setObjectName(objectName);
    made->setAccessibleName(name);
    made->setToolTip(tip);
    made->setMinimumWidth(kBoxWidth);
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    return made;
}

/// A view with a choice above it.
QWidget* withChoice(QComboBox* choice, const QString& label, QWidget* view, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, px(Space::S), 0, 0);
    auto* row = new QHBoxLayout;
    auto* text = new QLabel(label, page);
    text->setBuddy(choice);
    row->addWidget(text);
    row->addWidget(choice);
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(view, 1);
    return page;
}

} // namespace

FusionPage::FusionPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context) {
    setObjectName(QStringLiteral("fusion"));
    m_messages = new MessageBar(this);
    m_starter = new FusionStarter(m_context, m_messages, this);
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("fusionEmpty"));
    m_timeline = new FusionTimeline(this);
    m_timeline->setObjectName(QStringLiteral("fusionTimeline"));
    buildActions();

    m_splitter = new QSplitter(Qt::Horizontal, this);
    buildTrials();
    m_splitter->addWidget(buildViews());
    m_splitter->addWidget(buildSide());
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({940, 360});
    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(px(Space::L), 0, px(Space::L), px(Space::S));
    inside->addWidget(m_splitter, 1);
    inside->addWidget(m_timeline);

    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHeader());
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    connectAll();
    m_splitter->restoreState(QSettings().value(QStringLiteral("fusion/splitter")).toByteArray());
    updateEmptyState();
}

FusionPage::~FusionPage() {
    QSettings().setValue(QStringLiteral("fusion/splitter"), m_splitter->saveState());
}

QString FusionPage::title() const {
    return tr("Fusion");
}

QWidget* FusionPage::buildHeader() {
    auto* header = new QWidget(this);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(px(Space::L), px(Space::S), px(Space::L), px(Space::S));
    row->setSpacing(px(Space::S));
    row->addWidget(new ToneLabel(title(), Tone::Text, TextSize::Heading, true, header));
    row->addSpacing(px(Space::M));
    m_runBox = box(QStringLiteral("fusionRun"), tr("Run"),
                   tr("Runs with a fusion, and finished runs with adapters"), header);
    m_fusionBox = box(QStringLiteral("fusionName"), tr("Fusion"), tr("The fused adapters"), header);
    m_fusionBox->setPlaceholderText(tr("no fusion"));
    m_compareBox = box(QStringLiteral("fusionCompare"), tr("Compare with"),
                       tr("Shows by how much the weights of another run differ at its last step, or the mean "
                          "over all seeds"),
                       header);
    for (QComboBox* each : {m_runBox, m_fusionBox, m_compareBox}) {
        each->setMinimumWidth(kLeastBoxWidth);
        each->setMaximumWidth(kMostBoxWidth);
        row->addWidget(each, kBoxStretch);
    }
    row->addStretch(1);
    auto* newButton = new QToolButton(header);
    newButton->setObjectName(QStringLiteral("fusionNew"));
    newButton->setDefaultAction(m_newAction);
    newButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    row->addWidget(newButton);
    auto* exportButton = new QToolButton(header);
    exportButton->setObjectName(QStringLiteral("fusionExport"));
    exportButton->setText(tr("Export"));
    exportButton->setIcon(Theme::instance().icon(QStringLiteral("export")));
    exportButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    exportButton->setPopupMode(QToolButton::InstantPopup);
    exportButton->setToolTip(tr("The shown view as a picture, a table or SQL"));
    exportButton->addActions(m_actions);
    row->addWidget(exportButton);
    return header;
}

QWidget* FusionPage::buildViews() {
    m_views = new QTabWidget(this);
    m_views->setObjectName(QStringLiteral("fusionViews"));
    m_views->setDocumentMode(true);
    m_layers = new ShareMap(m_views);
    m_layers->setObjectName(QStringLiteral("fusionLayers"));
    m_layers->setAccessibleName(tr("Mean weight by layer and adapter"));
    m_classes = new ShareMap(m_views);
    m_classes->setObjectName(QStringLiteral("fusionClasses"));
    m_classes->setAccessibleName(tr("Mean weight by class and adapter"));
    m_runMap = new ShareMap(m_views);
    m_runMap->setObjectName(QStringLiteral("fusionRuns"));
    m_runMap->setAccessibleName(tr("Mean weight by run and adapter"));
    m_tokens = new TokenMap(m_views);
    m_tokens->setObjectName(QStringLiteral("fusionTokens"));
    m_tokens->setAccessibleName(tr("Adapter that each token listens to"));
    m_curves = new ShareCurves(m_views);
    m_curves->setObjectName(QStringLiteral("fusionCurves"));
    m_curves->setAccessibleName(tr("Mean weight over the training steps"));
    m_placeBox = box(QStringLiteral("fusionPlace"), tr("Layer"), tr("Whose weights are shown"), m_views);
    m_textBox = box(QStringLiteral("fusionText"), tr("Text"), tr("A text of the probe"), m_views);
    m_textBox->setMinimumWidth(2 * kBoxWidth);
    m_curvePlaceBox =
        box(QStringLiteral("fusionCurvePlace"), tr("Layer"), tr("Whose weights are shown"), m_views);

    m_textNote = new QLabel(m_views);
    m_textNote->setForegroundRole(QPalette::PlaceholderText);
    m_textArea = new QScrollArea(m_views);
    m_textArea->setWidgetResizable(true);
    m_textArea->setFrameShape(QFrame::NoFrame);
    m_textArea->setWidget(m_tokens);
    auto* textView = new QWidget(m_views);
    auto* textColumn = new QVBoxLayout(textView);
    textColumn->setContentsMargins(0, 0, 0, 0);
    textColumn->addWidget(m_textNote);
    textColumn->addWidget(m_textArea, 1);

    m_views->addTab(fusionView(m_layers), tr("Layers"));
    m_views->addTab(fusionView(withChoice(m_placeBox, tr("Layer:"), m_classes, m_views)), tr("Classes"));
    m_views->addTab(fusionView(withChoice(m_textBox, tr("Text:"), textView, m_views)), tr("Text"));
    m_views->addTab(fusionView(withChoice(m_curvePlaceBox, tr("Layer:"), m_curves, m_views)),
                    tr("Over time"));
    m_views->addTab(m_runMap, tr("Runs"));
    m_views->addTab(m_ablation, tr("Ablation"));
    m_views->addTab(m_pruning, tr("Pruning"));
    m_views->addTab(m_study, tr("Adapters"));
    return m_views;
}

QWidget* FusionPage::fusionView(QWidget* view) {
    auto* stack = new QStackedWidget(m_views);
    auto* empty = new EmptyState(stack);
    empty->setState(QStringLiteral("fusion"), tr("This run has no fusion"),
                    tr("There are no weights between its adapters to look at. What the adapters do and what "
                       "each is worth stands under Adapters and Ablation."),
                    tr("New fusion …"));
    connect(empty, &EmptyState::activated, m_starter, &FusionStarter::begin);
    stack->addWidget(view);
    stack->addWidget(empty);
    m_fusionViews << stack;
    return stack;
}

QWidget* FusionPage::buildSide() {
    m_side = new QTabWidget(this);
    m_side->setObjectName(QStringLiteral("fusionSide"));
    m_side->setDocumentMode(true);
    m_side->addTab(buildDetails(), tr("Details"));
    m_side->addTab(m_hand, tr("By hand"));
    m_gestures = new RuleGestures(m_layers, m_hand->rules(), this);
    return m_side;
}

QWidget* FusionPage::buildDetails() {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setMinimumWidth(200);
    m_details = new QLabel(area);
    m_details->setObjectName(QStringLiteral("fusionDetails"));
    m_details->setTextFormat(Qt::RichText);
    m_details->setWordWrap(true);
    m_details->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_details->setMargin(px(Space::M));
    area->setWidget(m_details);
    return area;
}

void FusionPage::buildActions() {
    const auto action = [this](const QString& name, const QString& text, auto&& run) {
        auto* made = new QAction(text, this);
        made->setObjectName(name);
        connect(made, &QAction::triggered, this, run);
        m_actions << made;
    };
    m_newAction = new QAction(Theme::instance().icon(QStringLiteral("fusion")), tr("New fusion …"), this);
    m_newAction->setObjectName(QStringLiteral("newFusion"));
    m_newAction->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F));
    m_newAction->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_newAction->setToolTip(tr("Fuse adapters that your runs have trained (%1)")
                                .arg(m_newAction->shortcut().toString(QKeySequence::NativeText)));
    addAction(m_newAction);
    connect(m_newAction, &QAction::triggered, m_starter, &FusionStarter::begin);
    connect(&Theme::instance(), &Theme::changed, m_newAction,
            [this] { m_newAction->setIcon(Theme::instance().icon(QStringLiteral("fusion"))); });
    action(QStringLiteral("fusionPng"), tr("Picture as PNG …"), [this] { exportPicture(Picture::Png); });
    action(QStringLiteral("fusionSvg"), tr("Picture as SVG …"), [this] { exportPicture(Picture::Svg); });
    action(QStringLiteral("fusionPdf"), tr("Picture as PDF …"), [this] { exportPicture(Picture::Pdf); });
    action(QStringLiteral("fusionCsv"), tr("Table as CSV …"), [this] {
        if (const auto matrix = shownMatrix()) {
            exportText(QStringLiteral("csv"), toCsv(*matrix));
        }
    });
    action(QStringLiteral("fusionSql"), tr("SQL that gives it …"),
           [this] { exportText(QStringLiteral("sql"), shownSql()); });
}

void FusionPage::connectAll() {
    connect(m_runBox, &QComboBox::currentIndexChanged, this, &FusionPage::chooseRun);
    connect(m_fusionBox, &QComboBox::currentIndexChanged, this, &FusionPage::chooseFusion);
    connect(m_compareBox, &QComboBox::currentIndexChanged, this, &FusionPage::chooseCompared);
    connect(m_placeBox, &QComboBox::currentIndexChanged, this, &FusionPage::showClasses);
    connect(m_textBox, &QComboBox::currentIndexChanged, this, &FusionPage::showText);
    connect(m_curvePlaceBox, &QComboBox::currentIndexChanged, this, &FusionPage::showOverTime);
    connect(m_timeline, &FusionTimeline::stepChanged, this, &FusionPage::showStep);
    connect(m_views, &QTabWidget::currentChanged, this, &FusionPage::showStep);
    connect(m_curves, &ShareCurves::stepChosen, m_timeline, &FusionTimeline::setStep);
    connect(m_layers, &ShareMap::currentChanged, this, &FusionPage::showDetails);
    connect(m_layers, &ShareMap::activated, this, [this](ShareMap::Cell cell) {
        m_placeBox->setCurrentIndex(cell.row);
        if (const FusionProbe* shown = probe(); shown && !shown->classes.empty()) {
            show(Classes);
        } else {
            show(Text);
        }
    });
    connect(m_classes, &ShareMap::activated, this, [this](ShareMap::Cell cell) {
        const FusionProbe* shown = probe();
        for (std::size_t i = 0; shown && i < shown->texts.size(); ++i) {
            if (shown->texts[i].label == shown->classes[static_cast<std::size_t>(cell.row)]) {
                m_textBox->setCurrentIndex(static_cast<int>(i));
                break;
            }
        }
        show(Text);
    });
    connect(m_runMap, &ShareMap::activated, this, [this](ShareMap::Cell cell) {
        m_runBox->setCurrentIndex(m_runBox->findText(m_runMap->matrix().rows[cell.row]));
        show(Layers);
    });
    connect(m_empty, &EmptyState::activated, m_starter, &FusionStarter::begin);
    connect(m_starter, &FusionStarter::designed, this, &FusionPage::openDesign);
    connectTrials();
    connect(&Theme::instance(), &Theme::changed, this, &FusionPage::showDetails); // it has colours
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMilliseconds);
    connect(&m_refresh, &QTimer::timeout, this, &FusionPage::reload);
    if (m_context.runs) {
        const auto later = [this] {
            if (isVisible() && !m_refresh.isActive()) {
                m_refresh.start();
            }
        };
        connect(m_context.runs, &RunController::updated, this, later);
        connect(m_context.runs, &RunController::runEnded, this, later);
    }
}

void FusionPage::fillMenu(QMenu* menu) {
    menu->addActions({m_newAction, m_width->action()});
    menu->addSeparator();
    menu->addActions(m_actions);
    menu->addSeparator();
    menu->addActions({m_hand->undoAction(), m_hand->redoAction()});
    menu->addActions(m_gestures->actions());
}

void FusionPage::setActive(bool active) {
    if (active) {
        reload();
    } else if (m_inspector) {
        m_inspector->release();
    }
}

ShareMap* FusionPage::map(View view) const {
    switch (view) {
    case Classes:
        return m_classes;
    case Runs:
        return m_runMap;
    case Ablation:
        return m_ablation->map();
    case Adapters:
        return m_study->similarity();
    default:
        return m_layers;
    }
}

FusionPage::View FusionPage::view() const {
    return static_cast<View>(m_views->currentIndex());
}

void FusionPage::show(View view) {
    m_views->setCurrentIndex(view);
}

} // namespace awb::ui
