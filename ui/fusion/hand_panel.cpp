// HandPanel: how it is built.
#include "ui/fusion/hand_panel.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QTableView>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/fusion/answers_model.h"
#include "ui/fusion/hand_rules.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kDelayMilliseconds = 200;
constexpr int kRulesHeight = 150;
constexpr int kLongestText = 2000;

QTableView* table(const QString& objectName, const QString& name, QAbstractItemModel* model,
                  QWidget* parent) {
    auto* made = new QTableView(parent);
    made->setObjectName(objectName);
    made->setAccessibleName(name);
    made->setModel(model);
    made->setSelectionBehavior(QAbstractItemView::SelectRows);
    made->setTabKeyNavigation(false);
    made->verticalHeader()->hide();
    made->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    made->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    return made;
}

} // namespace

HandPanel::HandPanel(RunInspector* inspector, QWidget* parent)
    : QWidget(parent)
    , m_inspector(inspector)
    , m_rules(new HandRules(this))
    , m_answers(new AnswersModel(this)) {
    m_problem = new ToneLabel({}, Tone::Warning, TextSize::Body, false, this);
    m_problem->setObjectName(QStringLiteral("handProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_activity = new QLabel(this);
    m_activity->setObjectName(QStringLiteral("handActivity"));
    m_activity->setForegroundRole(QPalette::PlaceholderText);
    m_activity->setWordWrap(true);
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(px(Space::Xs));
    m_bar->hide();
    buildActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::S), px(Space::S), 0, 0);
    column->setSpacing(px(Space::S));
    column->addWidget(m_problem);
    column->addWidget(buildRules());
    column->addWidget(m_bar);
    column->addWidget(m_activity);
    column->addWidget(buildTrial(), 1);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMilliseconds);
    connectAll();
    rulesEdited();
}

void HandPanel::buildActions() {
    const auto action = [this](const char* objectName, const char* icon, const QString& text,
                               const QKeySequence& key) {
        auto* made = new QAction(Theme::instance().icon(QString::fromLatin1(icon)), text, this);
        made->setObjectName(QString::fromLatin1(objectName));
        made->setShortcut(key);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        if (!key.isEmpty()) {
            made->setToolTip(QStringLiteral("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
        }
        addAction(made);
        connect(&Theme::instance(), &Theme::changed, made,
                [made, icon] { made->setIcon(Theme::instance().icon(QString::fromLatin1(icon))); });
        return made;
    };
    m_undo = action("handUndo", "undo", tr("Undo the change"), QKeySequence::Undo);
    m_redo = action("handRedo", "redo", tr("Redo the change"), QKeySequence::Redo);
    m_remove = action("handRemove", "remove", tr("Remove the chosen change"), {});
    m_clear = action("handClear", "delete", tr("Remove all changes"), {});
}

QWidget* HandPanel::buildRules() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::Xs));
    auto* tools = new QToolBar(box);
    tools->setIconSize(QSize(16, 16));
    tools->addActions({m_undo, m_redo, m_remove, m_clear});
    m_hint = new QLabel(tr("Right-click a cell of <i>Layers</i>, or choose it with the arrow keys and press "
                           "F (fix its weight), S (scale), X (forbid); with Shift everywhere."),
                        box);
    m_hint->setObjectName(QStringLiteral("handHint"));
    m_hint->setWordWrap(true);
    m_table = table(QStringLiteral("handRules"), tr("Changes by hand"), m_rules, box);
    m_table->setFixedHeight(kRulesHeight);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(HandRules::Place, QHeaderView::Stretch);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed);
    m_scores = new QLabel(box);
    m_scores->setObjectName(QStringLiteral("handScores"));
    m_scores->setTextFormat(Qt::RichText);
    m_scores->setWordWrap(true);
    m_scores->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(tools);
    column->addWidget(m_hint);
    column->addWidget(m_table);
    column->addWidget(m_scores);
    return box;
}

QWidget* HandPanel::buildTrial() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::Xs));
    column->addWidget(new ToneLabel(tr("Try a text"), Tone::Text, TextSize::Body, true, box));
    m_samples = new QComboBox(box);
    m_samples->setObjectName(QStringLiteral("handSamples"));
    m_samples->setAccessibleName(tr("Examples of the data"));
    m_samples->setToolTip(tr("Examples of the data that the run was scored on, with their right answers"));
    m_samples->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_text = new QLineEdit(box);
    m_text->setObjectName(QStringLiteral("handText"));
    m_text->setAccessibleName(tr("Text to try"));
    m_text->setPlaceholderText(tr("Type a text, then Enter"));
    m_text->setToolTip(tr("What the model says to this text, before and with the changes"));
    m_text->setMaxLength(kLongestText);
    m_text->setClearButtonEnabled(true);
    m_verdict = new QLabel(box);
    m_verdict->setObjectName(QStringLiteral("handVerdict"));
    m_verdict->setWordWrap(true);
    m_answerTable =
        table(QStringLiteral("handAnswers"), tr("Answers before and with the changes"), m_answers, box);
    m_answerTable->setItemDelegate(new ShareBarDelegate(m_answerTable));
    m_answerTable->setEditTriggers(QAbstractItemView::NoEditTriggers);
    for (QWidget* each : {static_cast<QWidget*>(m_samples), static_cast<QWidget*>(m_text),
                          static_cast<QWidget*>(m_verdict)}) {
        column->addWidget(each);
    }
    column->addWidget(m_answerTable, 1);
    return box;
}

} // namespace awb::ui
