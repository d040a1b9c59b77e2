// AnswerColumn: how it is built, and what is chosen in it.
#include "ui/playground/answer_column.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/playground/answer_chips.h"
#include "ui/playground/score_bars.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

AnswerColumn::AnswerColumn(QWidget* parent)
    : Card({}, parent) {
    setObjectName(QStringLiteral("answerColumn"));
    setMinimumWidth(250);
    build();
    connect(m_run, &QComboBox::currentIndexChanged, this, [this] {
        m_run->setToolTip(m_run->currentData(Qt::ToolTipRole).toString());
        m_info.reset();
        updateSetup();
        Q_EMIT questionChanged();
    });
    connect(m_setup, &QComboBox::currentIndexChanged, this, [this] {
        updateSetup();
        if (question().setup.kind == SetupChoice::Kind::Other) {
            m_composition->setFocus();
        }
        Q_EMIT questionChanged();
    });
    connect(m_composition, &QLineEdit::textChanged, this, &AnswerColumn::questionChanged);
    connect(m_close, &QToolButton::clicked, this, &AnswerColumn::closeRequested);
    updateSetup();
}

void AnswerColumn::build() {
    m_run = new QComboBox(this);
    m_run->setObjectName(QStringLiteral("columnRun"));
    m_run->setAccessibleName(tr("Run"));
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("closeColumn"));
    m_close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Take this column away"));
    m_close->setAccessibleName(m_close->toolTip());
    auto* top = new QHBoxLayout;
    top->setSpacing(px(Space::Xs));
    top->addWidget(m_run, 1);
    top->addWidget(m_close);

    m_setup = new QComboBox(this);
    m_setup->setObjectName(QStringLiteral("columnSetup"));
    m_setup->setAccessibleName(tr("Adapters"));
    m_setup->setToolTip(tr("Which of the run's adapters are on"));
    m_setup->addItem(tr("The run's composition"), static_cast<int>(SetupChoice::Kind::Own));
    m_setup->addItem(tr("Adapters off: head on the base"), static_cast<int>(SetupChoice::Kind::Off));
    m_setup->addItem(tr("Another composition …"), static_cast<int>(SetupChoice::Kind::Other));
    m_setup->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_composition = new QLineEdit(this);
    m_composition->setObjectName(QStringLiteral("columnComposition"));
    m_composition->setAccessibleName(tr("Composition as text"));
    m_composition->setFont(Theme::instance().monospace(TextSize::Body));
    m_composition->setPlaceholderText(QStringLiteral("Stack(a, b)"));

    m_problem = new QWidget(this);
    auto* problem = new QHBoxLayout(m_problem);
    problem->setContentsMargins(0, 0, 0, 0);
    problem->setSpacing(px(Space::S));
    problem->addWidget(new ToneIcon(QStringLiteral("error"), Tone::Error, 20, m_problem), 0, Qt::AlignTop);
    m_problemText = new ToneLabel({}, Tone::Error, TextSize::Body, false, m_problem);
    m_problemText->setObjectName(QStringLiteral("columnProblem"));
    m_problemText->setWordWrap(true);
    m_problemText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    problem->addWidget(m_problemText, 1);
    m_hint = new ToneLabel({}, Tone::MutedText, TextSize::Body, false, this);
    m_hint->setObjectName(QStringLiteral("columnHint"));
    m_hint->setWordWrap(true);
    m_chips = new AnswerChips(this);
    m_chips->setObjectName(QStringLiteral("columnTokens"));
    m_chips->setAccessibleName(tr("Tokens"));
    m_cut = new ToneLabel({}, Tone::Warning, TextSize::Small, false, this);
    m_cut->setObjectName(QStringLiteral("columnCut"));
    m_cut->setWordWrap(true);
    m_headArea = new QWidget(this);
    m_heads = new QVBoxLayout(m_headArea);
    m_heads->setContentsMargins(0, px(Space::Xs), 0, px(Space::Xs));
    m_heads->setSpacing(px(Space::Xs));
    m_latencyLabel = new ToneLabel({}, Tone::Text, TextSize::Small, false, this);
    m_latencyLabel->setObjectName(QStringLiteral("columnLatency"));
    m_latencyLabel->setWordWrap(true);
    m_memoryLabel = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this);
    m_memoryLabel->setObjectName(QStringLiteral("columnMemory"));
    m_memoryLabel->setWordWrap(true);

    body()->addLayout(top);
    body()->addWidget(m_setup);
    body()->addWidget(m_composition);
    for (QWidget* part : {static_cast<QWidget*>(m_hint), m_problem, static_cast<QWidget*>(m_chips),
                          static_cast<QWidget*>(m_cut), m_headArea, static_cast<QWidget*>(m_latencyLabel),
                          static_cast<QWidget*>(m_memoryLabel)}) {
        body()->addWidget(part);
        part->hide();
    }
    body()->addStretch(1);
}

void AnswerColumn::setRuns(const std::vector<RunChoice>& runs) {
    const qint64 before = chosenRun(m_run);
    fillRuns(m_run, runs);
    if (chosenRun(m_run) != before) {
        m_info.reset();
    }
    m_run->setToolTip(m_run->currentData(Qt::ToolTipRole).toString());
}

void AnswerColumn::choose(qint64 run, SetupChoice::Kind kind) {
    const QSignalBlocker quietRun(m_run);
    const QSignalBlocker quietSetup(m_setup);
    if (run != chosenRun(m_run)) {
        m_info.reset();
    }
    m_run->setCurrentIndex(m_run->findData(static_cast<qlonglong>(run)));
    m_run->setToolTip(m_run->currentData(Qt::ToolTipRole).toString());
    m_setup->setCurrentIndex(m_setup->findData(static_cast<int>(kind)));
    updateSetup();
}

Question AnswerColumn::question() const {
    const auto kind = static_cast<SetupChoice::Kind>(m_setup->currentData().toInt());
    Question question{chosenRun(m_run), {kind, {}}};
    if (kind == SetupChoice::Kind::Other) {
        question.setup.text = m_composition->text().toStdString();
    }
    return question;
}

void AnswerColumn::setInfo(const std::optional<RunInfo>& info) {
    m_info = info;
    updateSetup();
}

void AnswerColumn::setClosable(bool closable) {
    m_close->setVisible(closable);
}

void AnswerColumn::updateSetup() {
    m_composition->setVisible(question().setup.kind == SetupChoice::Kind::Other);
    if (!m_info) {
        return;
    }
    QStringList names;
    for (const std::string& adapter : m_info->adapters) {
        names << QString::fromStdString(adapter);
    }
    const QString own = QString::fromStdString(m_info->composition);
    m_setup->setItemText(0, tr("The run's: %1").arg(own));
    m_setup->setItemText(1, m_info->hasTrainedBase ? tr("Adapters off: head on the trained base")
                                                   : tr("Adapters off: head on the base"));
    m_composition->setPlaceholderText(own);
    m_composition->setToolTip(
        names.isEmpty() ? tr("This run has no adapters")
                        : tr("A composition of this run's adapters: %1. For example %2, or Stack, Fuse, "
                             "Parallel and Average of them")
                              .arg(names.join(QStringLiteral(", ")), own));
}

} // namespace awb::ui
