#include "ui/playground/batch_view.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/playground/score_bars.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

enum Column { TextColumn, PairColumn, RunColumn, AnswerColumnIndex, ShareColumn, NoteColumn, kColumns };
constexpr int kRowHeight = 36;
constexpr int kFirstRows = 3;

QString answerText(const HeadAnswer& head) {
    switch (head.type) {
    case HeadType::Regression:
        return valueText(head.value);
    case HeadType::MultiLabel: {
        QStringList given;
        for (const LabelScore& score : head.labels) {
            if (score.probability >= 0.5) {
                given << QString::fromStdString(score.label);
            }
        }
        return given.isEmpty() ? BatchView::tr("none reaches 50 %") : given.join(QStringLiteral(", "));
    }
    case HeadType::Tagging: {
        QStringList tags;
        for (const WordLabel& word : head.words) {
            tags << QString::fromStdString(word.label);
        }
        return tags.join(u' ');
    }
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        return head.masks.empty() ? QStringLiteral("—")
                                  : QString::fromStdString(head.masks.front().best.front().label);
    default:
        return head.best() == nullptr ? QStringLiteral("—") : QString::fromStdString(head.best()->label);
    }
}

QString shareText(const HeadAnswer& head) {
    if (head.type == HeadType::MaskedLm && !head.masks.empty()) {
        return probabilityText(head.masks.front().best.front().probability);
    }
    const bool isShare = head.type == HeadType::Classification && head.best() != nullptr;
    return isShare ? probabilityText(head.best()->probability) : QString();
}

QString aloneText(AloneBecause reason) {
    switch (reason) {
    case AloneBecause::Gate:
        return BatchView::tr("by itself: its adapters have gates");
    case AloneBecause::AdapterDrop:
        return BatchView::tr("by itself: its lowest layers run without adapters");
    case AloneBecause::Composition:
        break;
    }
    return BatchView::tr("by itself: its composition can't stand in a BatchSplit");
}

} // namespace

BatchView::BatchView(PlaygroundJobs* jobs, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs) {
    build();
    connect(m_jobs, &PlaygroundJobs::batchAnswered, this, &BatchView::showReport);
    connect(m_jobs, &PlaygroundJobs::batchFailed, this, [this](const Error& error) {
        m_run->setEnabled(true);
        m_counts->setText(QString::fromStdString(error.message()));
        m_counts->setTone(Tone::Error);
    });
}

void BatchView::build() {
    m_table = new QTableWidget(0, kColumns, this);
    m_table->setObjectName(QStringLiteral("batchTable"));
    m_table->setAccessibleName(tr("Texts of the batch"));
    m_table->setHorizontalHeaderLabels(
        {tr("Text"), tr("Second text"), tr("Run"), tr("Answer"), tr("Probability"), tr("Note")});
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->setSectionResizeMode(TextColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(PairColumn, 160);
    m_table->setColumnWidth(RunColumn, 240);
    m_table->setColumnWidth(AnswerColumnIndex, 180);
    m_table->setColumnWidth(NoteColumn, 220);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);

    auto* add = new QPushButton(Theme::instance().icon(QStringLiteral("add")), tr("Add a text"), this);
    add->setObjectName(QStringLiteral("addBatchText"));
    m_remove = new QPushButton(Theme::instance().icon(QStringLiteral("remove")), tr("Remove"), this);
    m_remove->setObjectName(QStringLiteral("removeBatchText"));
    m_remove->setToolTip(tr("Takes the chosen text out of the batch"));
    m_run = new QPushButton(Theme::instance().icon(QStringLiteral("play")), tr("Run batch"), this);
    m_run->setObjectName(QStringLiteral("runBatch"));
    m_run->setToolTip(tr("Computes all texts in as few passes as the cache allows (Ctrl+Return)"));
    m_run->setDefault(true);
    m_cacheSize = new QSpinBox(this);
    m_cacheSize->setObjectName(QStringLiteral("cacheSize"));
    m_cacheSize->setRange(1, 64);
    m_cacheSize->setValue(4);
    m_cacheSize->setSuffix(tr(" runs"));
    m_cacheSize->setToolTip(
        tr("How many runs' adapters stay in memory. The one that was used longest ago goes "
           "first"));
    auto* label = new QLabel(tr("Adapter &cache:"), this);
    label->setBuddy(m_cacheSize);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(px(Space::S));
    buttons->addWidget(add);
    buttons->addWidget(m_remove);
    buttons->addSpacing(px(Space::L));
    buttons->addWidget(label);
    buttons->addWidget(m_cacheSize);
    buttons->addStretch(1);
    buttons->addWidget(m_run);

    m_counts = new ToneLabel({}, Tone::Text, TextSize::Body, false, this);
    m_counts->setObjectName(QStringLiteral("batchCounts"));
    m_counts->setWordWrap(true);
    m_loaded = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this);
    m_loaded->setObjectName(QStringLiteral("batchLoaded"));
    m_loaded->setWordWrap(true);
    auto* about =
        new ToneLabel(tr("Each text goes to the adapters of its own run; texts of one base share a "
                         "pass (BatchSplit). Adapters are loaded from their folders when a text asks "
                         "for them."),
                      Tone::MutedText, TextSize::Body, false, this);
    about->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::M), 0, 0);
    column->setSpacing(px(Space::M));
    column->addWidget(about);
    column->addLayout(buttons);
    column->addWidget(m_table, 1);
    column->addWidget(m_counts);
    column->addWidget(m_loaded);
    connect(add, &QPushButton::clicked, this, [this] {
        addRow({});
        m_table->setCurrentCell(m_table->rowCount() - 1, TextColumn);
        m_table->editItem(m_table->item(m_table->rowCount() - 1, TextColumn));
    });
    connect(m_remove, &QPushButton::clicked, this, &BatchView::removeRow);
    connect(m_run, &QPushButton::clicked, this, &BatchView::run);
}

QComboBox* BatchView::runBox(int row) const {
    return qobject_cast<QComboBox*>(m_table->cellWidget(row, RunColumn));
}

void BatchView::setRuns(const std::vector<RunChoice>& runs) {
    const bool isFirst = m_runs.empty() && m_table->rowCount() == 0;
    m_runs = runs;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        fillRuns(runBox(row), runs);
    }
    for (int row = 0; isFirst && row < kFirstRows && !runs.empty(); ++row) {
        addRow({}, runs[static_cast<std::size_t>(row) % runs.size()].run);
    }
}

void BatchView::addRow(const PlaygroundText& text, qint64 run) {
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    for (int column = 0; column < kColumns; ++column) {
        auto* item = new QTableWidgetItem;
        if (column != TextColumn && column != PairColumn) {
            item->setFlags(item->flags() & ~Qt::ItemIsEditable);
        }
        m_table->setItem(row, column, item);
    }
    m_table->item(row, TextColumn)->setText(QString::fromStdString(text.first));
    m_table->item(row, PairColumn)->setText(QString::fromStdString(text.second));
    m_table->item(row, ShareColumn)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* box = new QComboBox(m_table);
    box->setObjectName(QStringLiteral("batchRun"));
    box->setAccessibleName(tr("Run of text %1").arg(row + 1));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    fillRuns(box, m_runs);
    if (const int index = box->findData(static_cast<qlonglong>(run)); index >= 0) {
        box->setCurrentIndex(index);
    }
    m_table->setCellWidget(row, RunColumn, box);
}

void BatchView::removeRow() {
    if (const int row = m_table->currentRow(); row >= 0) {
        m_table->removeRow(row);
        m_asked.clear();
    }
}

void BatchView::run() {
    std::vector<BatchRow> rows;
    m_asked.clear();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const PlaygroundText text{m_table->item(row, TextColumn)->text().toStdString(),
                                  m_table->item(row, PairColumn)->text().toStdString()};
        for (const int column : {AnswerColumnIndex, ShareColumn, NoteColumn}) {
            m_table->item(row, column)->setText({});
        }
        if (!m_table->item(row, TextColumn)->text().trimmed().isEmpty()) {
            rows.push_back({chosenRun(runBox(row)), text});
            m_asked.push_back(row);
        }
    }
    m_counts->setTone(Tone::Text);
    m_loaded->clear();
    if (rows.empty()) {
        m_counts->setText(tr("Type a text into a row first: double-click, or F2 on its cell."));
        return;
    }
    m_counts->setText(tr("Computing %n text(s) …", nullptr, static_cast<int>(rows.size())));
    m_run->setEnabled(false);
    m_jobs->askBatch(rows, m_cacheSize->value());
}

QString BatchView::runName(qint64 run) const {
    const auto found = std::ranges::find(m_runs, run, &RunChoice::run);
    return found == m_runs.end() ? tr("run %1").arg(run) : found->name;
}

void BatchView::showReport(const BatchReport& report) {
    m_run->setEnabled(true);
    for (std::size_t i = 0; i < std::min(report.rows.size(), m_asked.size()); ++i) {
        showRow(m_asked[i], report.rows[i]);
    }
    const int texts = static_cast<int>(report.rows.size());
    m_counts->setText(tr("%1 in %2, %3 ms · cache: %4, %5, %6")
                          .arg(tr("%n text(s)", nullptr, texts), tr("%n pass(es)", nullptr, report.passes),
                               QLocale().toString(report.milliseconds, 'f', 1),
                               tr("%n hit(s)", nullptr, static_cast<int>(report.cache.hits)),
                               tr("%n miss(es)", nullptr, static_cast<int>(report.cache.misses)),
                               tr("%n eviction(s)", nullptr, static_cast<int>(report.cache.evictions))));
    QStringList names;
    for (const std::int64_t run : report.loaded) {
        names << runName(run);
    }
    m_loaded->setText(
        tr("In memory, the newest first: %1 (%2)")
            .arg(names.join(QStringLiteral(", ")),
                 QLocale().formattedDataSize(report.adapterBytes, 2, QLocale::DataSizeSIFormat)));
}

void BatchView::showRow(int row, const BatchRowAnswer& answer) {
    QTableWidgetItem* note = m_table->item(row, NoteColumn);
    if (answer.error) {
        note->setText(QString::fromStdString(answer.error->message()));
        note->setIcon(Theme::instance().icon(QStringLiteral("error")));
        note->setToolTip(note->text());
        return;
    }
    note->setIcon({});
    const HeadAnswer& head = answer.answer.heads.front();
    m_table->item(row, AnswerColumnIndex)->setText(answerText(head));
    m_table->item(row, AnswerColumnIndex)->setToolTip(answerText(head));
    m_table->item(row, ShareColumn)->setText(shareText(head));
    QStringList notes;
    if (answer.alone) {
        notes << aloneText(*answer.alone);
    }
    if (answer.answer.tokensLeftOut > 0) {
        notes << tr("%n token(s) cut off", nullptr, answer.answer.tokensLeftOut);
    }
    note->setText(notes.join(QStringLiteral("; ")));
    note->setToolTip(note->text());
}

} // namespace awb::ui
