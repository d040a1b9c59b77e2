#include "ui/playground/run_choice.h"

#include <algorithm>

#include <QComboBox>
#include <QCoreApplication>
#include <QSignalBlocker>

#include "backend/storage/run_store.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

QString designText(const RunRow& row) {
    QString text = QCoreApplication::translate("awb::ui::RunChoice", "%1 on %2")
                       .arg(QString::fromStdString(row.designSummary), QString::fromStdString(row.dataset));
    for (const char* split : {"test.", "validation."}) {
        if (const auto found = row.metrics.find(split + row.mainMetric); found != row.metrics.end()) {
            return QCoreApplication::translate("awb::ui::RunChoice", "%1, %2 %3")
                .arg(text, QString::fromStdString(found->first).replace(u'.', u' '),
                     valueText(found->second));
        }
    }
    return text;
}

} // namespace

std::vector<RunChoice> finishedRuns(const RunStore* store) {
    std::vector<RunChoice> choices;
    if (store == nullptr) {
        return choices;
    }
    const auto rows = store->runs();
    if (!rows) {
        return choices;
    }
    for (const RunRow& row : *rows) {
        if (row.state == RunState::Finished) {
            choices.push_back({row.id,
                               QCoreApplication::translate("awb::ui::RunChoice", "%1 · run %2")
                                   .arg(QString::fromStdString(row.name))
                                   .arg(row.id),
                               designText(row)});
        }
    }
    return choices;
}

void fillRuns(QComboBox* box, const std::vector<RunChoice>& runs, const QString& first) {
    const QSignalBlocker quiet(box);
    const qint64 chosen = chosenRun(box);
    box->clear();
    if (!first.isEmpty()) {
        box->addItem(first, qlonglong{0});
    }
    for (const RunChoice& choice : runs) {
        box->addItem(choice.name, static_cast<qlonglong>(choice.run));
        box->setItemData(box->count() - 1, choice.design, Qt::ToolTipRole);
    }
    const int index = box->findData(static_cast<qlonglong>(chosen));
    box->setCurrentIndex(box->count() == 0 ? -1 : std::max(0, index));
}

qint64 chosenRun(const QComboBox* box) {
    return box->currentIndex() < 0 ? 0 : box->currentData().toLongLong();
}

} // namespace awb::ui
