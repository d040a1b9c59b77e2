#include "ui/fusion/fuse_dialog.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "backend/data/dataset.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr QSize kSize(980, 560);
constexpr int kShortHash = 8;

QString scoreText(const std::optional<double>& score, const std::string& metric) {
    return score ? QStringLiteral("%1 %2").arg(QString::fromStdString(metric), valueText(*score))
                 : QStringLiteral("—");
}

QString textOf(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace

FuseDialog::FuseDialog(std::vector<TrainedAdapter> adapters, std::vector<TrainedFusion> fusions,
                       const Experiment& current, QWidget* parent)
    : QDialog(parent)
    , m_adapters(std::move(adapters))
    , m_fusions(std::move(fusions))
    , m_current(current) {
    setObjectName(QStringLiteral("fuseDialog"));
    setWindowTitle(tr("New fusion"));
    resize(kSize);
    auto* intro =
        new QLabel(tr("Choose two or more trained adapters. They stay frozen, bit for bit: only the "
                      "fusion and the head of the target task learn."),
                   this);
    intro->setWordWrap(true);
    m_list = new QTreeWidget(this);
    m_list->setObjectName(QStringLiteral("fuseAdapters"));
    m_list->setAccessibleName(tr("Trained adapters"));
    m_list->setRootIsDecorated(false);
    m_list->setAlternatingRowColors(true);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->setHeaderLabels({tr("Adapter"), tr("Validation"), tr("Head alone"), tr("Data"), tr("Kind"),
                             tr("Parameters"), tr("Base"), tr("Run")});
    m_target = new QComboBox(this);
    m_target->setObjectName(QStringLiteral("fuseTarget"));
    m_from = new QComboBox(this);
    m_from->setObjectName(QStringLiteral("fuseFrom"));
    m_from->setToolTip(
        tr("A fusion's layers don't depend on the number of adapters: more can be added to one "
           "that is trained already"));
    m_remarks = new QLabel(this);
    m_remarks->setObjectName(QStringLiteral("fuseRemarks"));
    m_remarks->setWordWrap(true);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_buttons->addButton(tr("Open design"), QDialogButtonBox::AcceptRole)
        ->setToolTip(tr("The fusion as a design, ready to be trained with Ctrl+R"));

    auto* form = new QFormLayout;
    form->addRow(tr("Target task:"), m_target);
    form->addRow(tr("Fusion:"), m_from);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(px(Space::M));
    column->addWidget(intro);
    column->addWidget(m_list, 1);
    column->addLayout(form);
    column->addWidget(m_remarks);
    column->addWidget(m_buttons);

    fillAdapters();
    fillTargets();
    fillFusions();
    connect(m_list, &QTreeWidget::itemChanged, this, &FuseDialog::refresh);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    refresh();
}

void FuseDialog::fillAdapters() {
    for (const TrainedAdapter& adapter : m_adapters) {
        auto* item = new QTreeWidgetItem(m_list);
        item->setText(Adapter, textOf(adapter.name));
        item->setText(Score, scoreText(adapter.score, adapter.metric));
        item->setText(HeadAlone, adapter.headScore ? valueText(*adapter.headScore) : tr("not measured"));
        item->setText(Data, textOf(adapter.dataset));
        item->setText(Kind, textOf(adapter.preset.empty() ? methodTitle(adapter.config) : adapter.preset));
        item->setText(Parameters, compactCount(adapter.parameters));
        item->setToolTip(Parameters, fullCount(adapter.parameters));
        const QString base = textOf(adapter.baseModel);
        item->setText(
            Base,
            tr("%1 (%2…)").arg(QFileInfo(base).fileName(), textOf(adapter.baseHash.substr(0, kShortHash))));
        item->setToolTip(Base, tr("%1, weights %2").arg(base, textOf(adapter.baseHash)));
        item->setText(Run, tr("%1: %2").arg(adapter.run).arg(textOf(adapter.runName)));
        item->setCheckState(Adapter, Qt::Unchecked);
    }
    if (m_list->topLevelItemCount() > 0) {
        m_list->setCurrentItem(m_list->topLevelItem(0));
    }
}

void FuseDialog::fillTargets() {
    m_target->addItem(tr("Data and head of the open design (%1)").arg(textOf(m_current.data.source)));
    for (const BuiltinTask& task : builtinTasks()) {
        if (!builtinUnavailable(task.source)) {
            m_target->addItem(textOf(task.title), textOf(task.source));
            m_target->setItemData(m_target->count() - 1, textOf(task.description), Qt::ToolTipRole);
        }
    }
}

void FuseDialog::fillFusions() {
    m_from->addItem(tr("Fresh"), -1);
    for (std::size_t i = 0; i < m_fusions.size(); ++i) {
        m_from->addItem(tr("Go on from run %1: %2 (%3)")
                            .arg(m_fusions[i].run)
                            .arg(textOf(m_fusions[i].runName), textOf(m_fusions[i].name)),
                        static_cast<int>(i));
    }
}

std::vector<std::size_t> FuseDialog::chosen() const {
    std::vector<std::size_t> rows;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        if (m_list->topLevelItem(row)->checkState(Adapter) == Qt::Checked) {
            rows.push_back(static_cast<std::size_t>(row));
        }
    }
    return rows;
}

void FuseDialog::refresh() {
    const QSignalBlocker quiet(m_list);
    const std::vector<std::size_t> rows = chosen();
    const TrainedAdapter* first = rows.empty() ? nullptr : &m_adapters[rows.front()];
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = m_list->topLevelItem(row);
        const bool isChosen = item->checkState(Adapter) == Qt::Checked;
        const std::string why =
            isChosen ? std::string() : fusionRefusal(m_adapters[static_cast<std::size_t>(row)], first);
        item->setFlags(why.empty() ? item->flags() | Qt::ItemIsEnabled | Qt::ItemIsUserCheckable
                                   : item->flags() & ~(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable));
        item->setToolTip(Adapter, textOf(why));
        item->setStatusTip(Adapter, textOf(why));
    }
    for (int i = 1; i < m_from->count(); ++i) {
        const TrainedFusion& fusion = m_fusions[static_cast<std::size_t>(m_from->itemData(i).toInt())];
        const bool fits = first == nullptr || fusion.baseHash == first->baseHash;
        m_from->setItemData(i, fits ? QVariant() : QVariant(0), Qt::UserRole - 1); // 0: can't be chosen
        if (!fits && m_from->currentIndex() == i) {
            m_from->setCurrentIndex(0);
        }
    }
    m_remarks->setText(remarks(rows));
    for (QAbstractButton* button : m_buttons->buttons()) {
        if (m_buttons->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            button->setEnabled(rows.size() >= 2);
        }
    }
}

QString FuseDialog::remarks(const std::vector<std::size_t>& chosen) const {
    if (m_adapters.empty()) {
        return tr("No run has trained an adapter yet. Train two on tasks of their own, then come back.");
    }
    QStringList lines;
    if (chosen.size() < 2) {
        lines << tr("Choose %n more adapter(s).", nullptr, 2 - static_cast<int>(chosen.size()));
    }
    QStringList unknown;
    for (const std::size_t row : chosen) {
        const TrainedAdapter& adapter = m_adapters[row];
        if (const std::optional<bool> helps = adapter.helps(); !helps) {
            unknown << textOf(adapter.name);
        } else if (!*helps) {
            lines << tr("%1 is no better on its own task than the head alone on the frozen base: it has "
                        "nothing to give to a fusion.")
                         .arg(textOf(adapter.name));
        }
    }
    if (!unknown.isEmpty()) {
        lines
            << tr("Not known whether better than the frozen base: %1. Train the head alone on the same data "
                  "to see it.")
                   .arg(unknown.join(QStringLiteral(", ")));
    }
    return lines.join(QLatin1Char('\n'));
}

Experiment FuseDialog::design() const {
    std::vector<TrainedAdapter> adapters;
    for (const std::size_t row : chosen()) {
        adapters.push_back(m_adapters[row]);
    }
    Experiment target = m_current;
    if (const std::string source = m_target->currentData().toString().toStdString(); !source.empty()) {
        target.data = DataSpec{};
        target.data.source = source;
        const auto task = std::ranges::find(builtinTasks(), source, &BuiltinTask::source);
        target.head = defaultHead(task->task);
    }
    const int from = m_from->currentData().toInt();
    return fusionDesign(adapters, target, from < 0 ? nullptr : &m_fusions[static_cast<std::size_t>(from)]);
}

} // namespace awb::ui
