#include "ui/madx/madx_task_step.h"

#include <array>

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/design/head_words.h"
#include "ui/madx/madx_document.h"
#include "ui/madx/madx_file_table.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr std::array kSplits{"", "train", "validation", "test"}; // by column
constexpr std::array kTaskHeads{HeadType::Tagging, HeadType::Classification, HeadType::MultiLabel,
                                HeadType::Regression};
constexpr int kMostDropped = 100;

QString fileOf(const MadxLanguage& language, const char* split) {
    const auto found = language.splits.find(split);
    return found == language.splits.end() ? QString() : QString::fromStdString(found->second);
}

} // namespace

MadxTaskStep::MadxTaskStep(MadxDocument* document, QWidget* parent)
    : Card(tr("3  Task"), parent)
    , m_document(document)
    , m_head(new QComboBox(this))
    , m_table(new MadxFileTable({tr("Source"), tr("Train"), tr("Validation"), tr("Test")}, this))
    , m_dropMode(new QComboBox(this))
    , m_dropLayers(new QSpinBox(this)) {
    m_head->setObjectName(QStringLiteral("madxHead"));
    m_head->setAccessibleName(tr("What the task labels"));
    for (const HeadType type : kTaskHeads) {
        m_head->addItem(headTitle(type), static_cast<int>(type));
        m_head->setItemData(m_head->count() - 1, headData(type), Qt::ToolTipRole);
    }
    m_table->setObjectName(QStringLiteral("madxTask"));
    m_table->setAccessibleName(tr("Labelled files by language"));
    auto* intro =
        new ToneLabel(tr("A task adapter is trained on each ticked source language; languages with a "
                         "test file are the targets."),
                      Tone::MutedText, TextSize::Small, false, this);
    intro->setWordWrap(true);
    m_dropMode->setObjectName(QStringLiteral("madxDropMode"));
    m_dropMode->setAccessibleName(tr("AdapterDrop in training"));
    m_dropMode->setToolTip(
        tr("Leaves adapters out of the lowest layers while the task adapters train (Rücklé et "
           "al. 2021).\ntask.training.adapter_drop"));
    m_dropMode->addItem(tr("none"), QStringLiteral("none"));
    m_dropMode->addItem(tr("always the lowest"), QStringLiteral("fixed"));
    m_dropMode->addItem(tr("at random up to"), QStringLiteral("random"));
    m_dropLayers->setObjectName(QStringLiteral("madxDropLayers"));
    m_dropLayers->setAccessibleName(tr("Layers that AdapterDrop leaves out"));
    m_dropLayers->setRange(1, kMostDropped);
    auto* dropLabel = new QLabel(tr("AdapterDrop in trai&ning:"), this);
    dropLabel->setBuddy(m_dropMode);
    auto* drop = new QHBoxLayout;
    drop->addWidget(dropLabel);
    drop->addWidget(m_dropMode);
    drop->addWidget(m_dropLayers);
    drop->addStretch(1);
    body()->addWidget(intro);
    body()->addWidget(m_head);
    body()->addWidget(m_table);
    body()->addLayout(drop);
    connect(m_head, &QComboBox::activated, this, &MadxTaskStep::setHead);
    connect(m_table, &MadxFileTable::fileChosen, this, &MadxTaskStep::setFile);
    connect(m_table, &MadxFileTable::fileRemoved, this,
            [this](int row, int column) { setFile(row, column, {}); });
    connect(m_table, &QTableWidget::cellChanged, this, &MadxTaskStep::setSource);
    connect(m_dropMode, &QComboBox::activated, this, &MadxTaskStep::setDrop);
    connect(m_dropLayers, &QSpinBox::valueChanged, this, &MadxTaskStep::setDrop);
    connect(document, &MadxDocument::changed, this, &MadxTaskStep::refresh);
    refresh();
}

void MadxTaskStep::refresh() {
    const QScopedValueRollback filling(m_isFilling, true);
    const MadxExperiment& experiment = m_document->experiment();
    const QSignalBlocker quietHead(m_head);
    m_head->setCurrentIndex(m_head->findData(static_cast<int>(experiment.task.head.type)));
    m_head->setToolTip(
        tr("What the task labels. Columns and limits of the files stand in the experiment's file.\n"
           "task.head.type"));
    const int row = m_table->currentRow();
    const int column = m_table->currentColumn();
    m_table->setRowCount(static_cast<int>(experiment.languages.size()));
    for (int i = 0; i < m_table->rowCount(); ++i) {
        const MadxLanguage& language = experiment.languages[static_cast<std::size_t>(i)];
        m_table->setText(i, Source, QString::fromStdString(language.name),
                         tr("Ticked: a task adapter is trained on this language"));
        QTableWidgetItem* tick = m_table->item(i, Source);
        tick->setFlags(tick->flags() | Qt::ItemIsUserCheckable);
        tick->setCheckState(language.isSource() ? Qt::Checked : Qt::Unchecked);
        for (const int split : {Train, Validation, Test}) {
            const QString file = fileOf(language, kSplits[static_cast<std::size_t>(split)]);
            m_table->setFile(i, split, file.toStdString(), !file.isEmpty() && !QFileInfo::exists(file));
        }
    }
    m_table->setCurrentCell(row, column);
    m_table->fitHeight();
    const QSignalBlocker quietMode(m_dropMode);
    const QSignalBlocker quietLayers(m_dropLayers);
    const TrainingSpec& training = experiment.task.training;
    m_dropMode->setCurrentIndex(m_dropMode->findData(QString::fromStdString(training.adapterDropMode)));
    const bool drops = training.adapterDropMode != "none";
    if (drops) {
        m_dropLayers->setValue(training.adapterDropLayers);
    }
    m_dropLayers->setEnabled(drops);
    m_dropLayers->setToolTip(drops ? tr("Number of layers") : tr("Choose a kind of AdapterDrop first"));
}

void MadxTaskStep::setFile(int row, int column, const QString& file) {
    MadxExperiment experiment = m_document->experiment();
    MadxLanguage& language = experiment.languages[static_cast<std::size_t>(row)];
    const std::string split = kSplits[static_cast<std::size_t>(column)];
    if (file.isEmpty()) {
        language.splits.erase(split);
    } else {
        language.splits[split] = file.toStdString();
    }
    m_document->edit(std::move(experiment));
}

void MadxTaskStep::setSource(int row, int column) {
    if (m_isFilling || column != Source) {
        return;
    }
    MadxExperiment experiment = m_document->experiment();
    MadxLanguage& language = experiment.languages[static_cast<std::size_t>(row)];
    const bool isTicked = m_table->item(row, Source)->checkState() == Qt::Checked;
    if (isTicked && m_unticked.contains(language.name)) {
        language.splits["train"] = m_unticked[language.name];
    } else if (!isTicked && language.isSource()) {
        m_unticked[language.name] = language.splits["train"];
        language.splits.erase("train");
    }
    m_document->edit(std::move(experiment));
    refresh(); // a tick without a file does not stay
}

void MadxTaskStep::setHead(int index) {
    MadxExperiment experiment = m_document->experiment();
    HeadConfig head = defaultHead(static_cast<HeadType>(m_head->itemData(index).toInt()));
    head.name = experiment.task.head.name;
    experiment.task.head = head;
    m_document->edit(std::move(experiment));
}

void MadxTaskStep::setDrop() {
    MadxExperiment experiment = m_document->experiment();
    TrainingSpec& training = experiment.task.training;
    training.adapterDropMode = m_dropMode->currentData().toString().toStdString();
    training.adapterDropLayers = training.adapterDropMode == "none" ? 0 : m_dropLayers->value();
    m_document->edit(std::move(experiment));
}

} // namespace awb::ui
