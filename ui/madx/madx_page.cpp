// MadxPage: how it is built.
#include "ui/madx/madx_page.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/madx/madx_base_step.h"
#include "ui/madx/madx_document.h"
#include "ui/madx/madx_language_step.h"
#include "ui/madx/madx_matrix_step.h"
#include "ui/madx/madx_results.h"
#include "ui/madx/madx_task_step.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kLookUpPause = 200; // milliseconds after the last edit
constexpr int kStepsWidth = 460;

QString splitterKey() {
    return QStringLiteral("madx/splitter");
}

} // namespace

MadxPage::MadxPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context)
    , m_document(new MadxDocument(this)) {
    setObjectName(QStringLiteral("madx"));
    if (m_context.runs != nullptr) {
        m_study = new MadxStudy(*m_context.runs, m_context.workspace, this);
    }
    m_messages = new MessageBar(this);
    m_messages->setObjectName(QStringLiteral("madxMessages"));
    buildActions();
    buildEmptyState();
    m_results = new MadxResults(this);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->addWidget(buildSteps());
    m_splitter->addWidget(m_results);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({kStepsWidth, 2 * kStepsWidth});
    m_splitter->restoreState(QSettings().value(splitterKey()).toByteArray());
    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(px(Space::L), 0, px(Space::L), px(Space::M));
    inside->addWidget(m_splitter);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHeader());
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    m_lookUpLater.setSingleShot(true);
    m_lookUpLater.setInterval(kLookUpPause);
    connectAll();
    refresh();
}

MadxPage::~MadxPage() {
    QSettings().setValue(splitterKey(), m_splitter->saveState());
}

QString MadxPage::title() const {
    return tr("MAD-X");
}

void MadxPage::buildActions() {
    const auto action = [this](const char* name, const QString& text, const QString& icon,
                               const QKeySequence& keys, auto&& run) {
        auto* made = new QAction(text, this);
        made->setObjectName(QLatin1String(name));
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(made);
        connect(made, &QAction::triggered, this, run);
        const auto draw = [made, icon] { made->setIcon(Theme::instance().icon(icon)); };
        draw();
        connect(&Theme::instance(), &Theme::changed, made, draw);
        return made;
    };
    m_primaryAction = action("madxTrain", tr("Train"), QStringLiteral("play"),
                             QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { primaryAction(); });
    m_openAction = action("madxOpen", tr("Open MAD-X Experiment …"), QStringLiteral("open"),
                          QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O),
                          [this] { whenNothingIsLost([this] { chooseFileToOpen(); }); });
    m_templateAction = action("madxTemplate", tr("Start from the Template"), QStringLiteral("new"), {},
                              [this] { whenNothingIsLost([this] { openTemplate(); }); });
    m_saveAction = action("madxSaveAs", tr("Save MAD-X Experiment As …"), QStringLiteral("save"),
                          QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_S), [this] { chooseFileToSave(); });
    m_exports << action("madxCsv", tr("Scores as CSV …"), QStringLiteral("table"), {},
                        [this] { chooseExport(QStringLiteral("csv"), &MadxPage::saveTable); });
    m_exports << action("madxPng", tr("Matrices as PNG …"), QStringLiteral("camera"), {},
                        [this] { chooseExport(QStringLiteral("png"), &MadxPage::savePicture); });
}

QWidget* MadxPage::buildHeader() {
    auto* header = new QWidget(this);
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(px(Space::L), px(Space::S), px(Space::L), px(Space::S));
    column->setSpacing(px(Space::S));
    auto* row = new QHBoxLayout;
    row->setSpacing(px(Space::S));
    row->addWidget(new ToneLabel(title(), Tone::Text, TextSize::Heading, true, header));
    row->addSpacing(px(Space::M));
    m_name = new ToneLabel({}, Tone::MutedText, TextSize::Body, false, header);
    m_name->setObjectName(QStringLiteral("madxName"));
    row->addWidget(m_name);
    row->addStretch(1);
    const auto button = [&](const char* name, QAction* action, const QString& text) {
        auto* made = new QPushButton(text, header);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(
            tr("%1 (%2)").arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
        connect(made, &QPushButton::clicked, action, &QAction::trigger);
        row->addWidget(made);
        return made;
    };
    m_openButton = button("madxOpenButton", m_openAction, tr("Open …"));
    m_saveButton = button("madxSaveButton", m_saveAction, tr("Save as …"));
    m_exportButton = new QToolButton(header);
    m_exportButton->setObjectName(QStringLiteral("madxExport"));
    m_exportButton->setText(tr("Export"));
    m_exportButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_exportButton->setIcon(Theme::instance().icon(QStringLiteral("export")));
    connect(&Theme::instance(), &Theme::changed, m_exportButton,
            [this] { m_exportButton->setIcon(Theme::instance().icon(QStringLiteral("export"))); });
    m_exportButton->setPopupMode(QToolButton::InstantPopup);
    m_exportButton->addActions(m_exports);
    row->addWidget(m_exportButton);
    m_primary = button("madxTrainButton", m_primaryAction, tr("Train"));
    m_primary->setProperty("primary", true);
    column->addLayout(row);
    auto* progressRow = new QHBoxLayout;
    m_bar = new QProgressBar(header);
    m_bar->setObjectName(QStringLiteral("madxBar"));
    m_bar->setAccessibleName(tr("Runs that are finished"));
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(220, 10);
    m_progress = new ToneLabel({}, Tone::MutedText, TextSize::Body, false, header);
    m_progress->setObjectName(QStringLiteral("madxProgress"));
    progressRow->addWidget(m_bar);
    progressRow->addWidget(m_progress, 1);
    column->addLayout(progressRow);
    return header;
}

QWidget* MadxPage::buildSteps() {
    m_stepsArea = new QScrollArea(this);
    m_stepsArea->setObjectName(QStringLiteral("madxStepsArea"));
    m_stepsArea->setWidgetResizable(true);
    m_stepsArea->setFrameShape(QFrame::NoFrame);
    m_stepsArea->setMinimumWidth(kStepsWidth * 4 / 5);
    m_stepsArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_steps = new QWidget(m_stepsArea);
    m_steps->setObjectName(QStringLiteral("madxSteps"));
    auto* column = new QVBoxLayout(m_steps);
    column->setContentsMargins(0, 0, px(Space::S), 0);
    column->setSpacing(px(Space::S));
    m_languages = new MadxLanguageStep(m_document, m_steps);
    column->addWidget(new MadxBaseStep(m_document, m_steps));
    column->addWidget(m_languages);
    column->addWidget(new MadxTaskStep(m_document, m_steps));
    column->addWidget(new MadxMatrixStep(m_document, m_steps));
    column->addStretch(1);
    m_stepsArea->setWidget(m_steps);
    return m_stepsArea;
}

void MadxPage::buildEmptyState() {
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("madxEmpty"));
    m_empty->setState(
        QStringLiteral("madx"), tr("Carry a task over to another language"),
        tr("A language adapter learns a language from plain text, and a task adapter is trained on "
           "top of the source language's; for a target language only the language adapter is "
           "exchanged (Pfeiffer et al. 2020, MAD-X, arXiv:2005.00052). This page trains all of it "
           "and shows how well each source serves each target, beside the task adapter alone and "
           "the reversed order.\n\nOpen an experiment (%1), or begin with the template: its settings "
           "for a source and a target language of yours.")
            .arg(m_openAction->shortcut().toString(QKeySequence::NativeText)),
        tr("Start from the template"));
    connect(m_empty, &EmptyState::activated, this, &MadxPage::openTemplate);
}

void MadxPage::fillMenu(QMenu* menu) {
    menu->addActions({m_primaryAction, m_openAction, m_templateAction, m_saveAction});
    menu->addSeparator();
    menu->addActions(m_exports);
}

} // namespace awb::ui
