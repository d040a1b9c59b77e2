// ErrorsView: what it found.
#include <cmath>

#include <QComboBox>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>

#include "ui/playground/confusion_map.h"
#include "ui/playground/errors_view.h"
#include "ui/playground/score_bars.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr std::size_t kMostExamples = 200;
constexpr int kNumberColumn = 80;
constexpr int kLabelColumn = 110;

QString textOf(const JudgedExample& example) {
    const QString first = QString::fromStdString(example.text);
    return example.textPair.empty()
               ? first
               : first + QStringLiteral("  |  ") + QString::fromStdString(example.textPair);
}

QTableWidgetItem* textItem(const QString& text, const JudgedExample& example) {
    auto* item = new QTableWidgetItem(text);
    item->setToolTip(text);
    item->setData(Qt::UserRole, QString::fromStdString(example.text));
    item->setData(Qt::UserRole + 1, QString::fromStdString(example.textPair));
    return item;
}

QTableWidgetItem* numberItem(const QString& text) {
    auto* item = new QTableWidgetItem(text);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setFont(Theme::instance().figures(TextSize::Body));
    return item;
}

QString probability(const JudgedExample& example) {
    return std::isnan(example.probability) ? QStringLiteral("—") : probabilityText(example.probability);
}

} // namespace

void ErrorsView::showResult(const JudgedSplit& result) {
    m_result = result;
    m_cancel->hide();
    m_evaluate->setEnabled(true);
    const ErrorReport& report = *result.report;
    QStringList labels;
    for (const std::string& label : report.labels) {
        labels << QString::fromStdString(label);
    }
    const bool hasMap = !report.confusion.empty();
    m_map->setVisible(hasMap);
    m_noMap->setVisible(!hasMap);
    m_map->setCounts(hasMap ? labels : QStringList(), report.confusion,
                     report.type == HeadType::Tagging ? tr("words") : tr("texts"));
    const auto all = static_cast<std::int64_t>(report.examples.size());
    const auto shareText = [all](std::int64_t right) {
        return percentText(all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all));
    };
    const QString what = report.type == HeadType::Regression
                             ? tr("%1 of %2 examples within 0.5 of the right value (%3)")
                             : tr("%1 of %2 examples predicted right (%3)");
    QString summary = tr("%1, %2: %3")
                          .arg(QString::fromStdString(report.dataset), m_split->currentText(),
                               what.arg(report.rightOnes()).arg(all).arg(shareText(report.rightOnes())));
    if (result.other) {
        summary += tr("; the second run: %1").arg(shareText(result.other->rightOnes()));
    }
    m_summary->setText(summary);
    showHardest();
    showChanges();
    m_stack->showContent();
}

void ErrorsView::showHardest() {
    m_hardest->setRowCount(0);
    if (!m_result.report) {
        return;
    }
    const ErrorReport& report = *m_result.report;
    const auto cell = report.type == HeadType::Classification ? m_map->current() : std::nullopt;
    std::vector<JudgedExample> examples = report.hardest(report.examples.size());
    if (cell) {
        const std::string& right = report.labels[static_cast<std::size_t>(cell->right)];
        const std::string& predicted = report.labels[static_cast<std::size_t>(cell->predicted)];
        std::erase_if(examples, [&](const JudgedExample& example) {
            return example.right != right || example.predicted != predicted;
        });
        m_shown->setText(tr("%n example(s): right %1, predicted %2. Escape in the matrix shows all.", nullptr,
                            static_cast<int>(examples.size()))
                             .arg(QString::fromStdString(right), QString::fromStdString(predicted)));
    } else {
        m_shown->setText(tr("The %n example(s) with the highest loss", nullptr,
                            static_cast<int>(std::min(kMostExamples, examples.size()))));
    }
    examples.resize(std::min(kMostExamples, examples.size()));
    m_hardest->setRowCount(static_cast<int>(examples.size()));
    for (int row = 0; row < m_hardest->rowCount(); ++row) {
        const JudgedExample& example = examples[static_cast<std::size_t>(row)];
        m_hardest->setItem(row, 0, textItem(textOf(example), example));
        m_hardest->setItem(row, 1, textItem(QString::fromStdString(example.right), example));
        m_hardest->setItem(row, 2, textItem(QString::fromStdString(example.predicted), example));
        m_hardest->setItem(row, 3, numberItem(probability(example)));
        m_hardest->setItem(row, 4, numberItem(valueText(example.loss)));
    }
    for (const int column : {1, 2}) {
        m_hardest->setColumnWidth(column, kLabelColumn);
    }
    for (const int column : {3, 4}) {
        m_hardest->setColumnWidth(column, kNumberColumn);
    }
}

void ErrorsView::showChanges() {
    const bool hasOther = m_result.other != nullptr;
    m_tables->setTabEnabled(Changes, hasOther);
    m_tables->setTabText(Changes,
                         hasOther ? tr("Differences (%1)").arg(m_result.changes.size()) : tr("Differences"));
    m_tables->setTabToolTip(Changes, hasOther
                                         ? tr("Examples of which the two runs say something different")
                                         : tr("Choose a second run to compare with, and find errors again"));
    m_changes->setRowCount(static_cast<int>(m_result.changes.size()));
    for (int row = 0; row < m_changes->rowCount(); ++row) {
        const PredictionChange& change = m_result.changes[static_cast<std::size_t>(row)];
        const auto marked = [&](const JudgedExample& example) {
            auto* item = textItem(QString::fromStdString(example.predicted), example);
            item->setIcon(
                Theme::instance().icon(example.isRight ? QStringLiteral("check") : QStringLiteral("close")));
            item->setToolTip(example.isRight ? tr("%1: right").arg(item->text())
                                             : tr("%1: wrong").arg(item->text()));
            return item;
        };
        m_changes->setItem(row, 0, textItem(textOf(change.first), change.first));
        m_changes->setItem(row, 1, textItem(QString::fromStdString(change.first.right), change.first));
        m_changes->setItem(row, 2, marked(change.first));
        m_changes->setItem(row, 3, numberItem(probability(change.first)));
        m_changes->setItem(row, 4, marked(change.second));
        m_changes->setItem(row, 5, numberItem(probability(change.second)));
    }
    for (const int column : {1, 2, 4}) {
        m_changes->setColumnWidth(column, kLabelColumn);
    }
    for (const int column : {3, 5}) {
        m_changes->setColumnWidth(column, kNumberColumn);
    }
}

void ErrorsView::chooseRow(const QTableWidget* table, int row) {
    const QTableWidgetItem* item = table->item(row, 0);
    if (item != nullptr) {
        Q_EMIT textChosen({item->data(Qt::UserRole).toString().toStdString(),
                           item->data(Qt::UserRole + 1).toString().toStdString()});
    }
}

} // namespace awb::ui
