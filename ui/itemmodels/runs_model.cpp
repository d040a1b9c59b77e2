#include "ui/itemmodels/runs_model.h"

#include <algorithm>

#include "ui/runs/run_state_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

const double* mainValue(const RunRow& run, const char* split) {
    const auto found = run.metrics.find(std::string(split) + "." + run.mainMetric);
    return found == run.metrics.end() ? nullptr : &found->second;
}

QString words(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace

void RunsModel::setRuns(std::vector<RunRow> runs) {
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

int RunsModel::rowOf(qint64 run) const {
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [run](const RunRow& row) { return row.id == run; });
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

void RunsModel::putRun(const RunRow& run) {
    const int row = rowOf(run.id);
    if (row >= 0) {
        m_runs[static_cast<std::size_t>(row)] = run;
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        return;
    }
    const int end = rowCount();
    beginInsertRows({}, end, end);
    m_runs.push_back(run);
    endInsertRows();
}

void RunsModel::removeRun(qint64 run) {
    const int row = rowOf(run);
    if (row < 0) {
        return;
    }
    beginRemoveRows({}, row, row);
    m_runs.erase(m_runs.begin() + row);
    endRemoveRows();
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString RunsModel::text(const RunRow& run, int column) const {
    const auto metric = [&run](const char* split) {
        const double* value = mainValue(run, split);
        return value ? QStringLiteral("%1 %2").arg(metricText(run.mainMetric), valueText(*value))
                     : QStringLiteral("—");
    };
    switch (column) {
    case Status:
        return !isTerminal(run.state) && run.totalSteps > 0
                   ? tr("%1, %2 %").arg(runStateText(run.state)).arg(100 * run.step / run.totalSteps)
                   : runStateText(run.state);
    case Name:
        return words(run.name);
    case Base:
        return words(run.baseModel);
    case Design:
        return words(run.designSummary);
    case Data:
        return words(run.dataset);
    case Validation:
        return metric("validation");
    case Test:
        return metric("test");
    case Parameters:
        return run.trainableParameters > 0 ? compactCount(run.trainableParameters) : QStringLiteral("—");
    case Share:
        return run.baseParameters > 0 ? percentText(static_cast<double>(run.trainableParameters) /
                                                    static_cast<double>(run.baseParameters))
                                      : QStringLiteral("—");
    case Time:
        return durationText(run.seconds);
    case Created:
        return dateTimeText(run.createdAt);
    case Note:
        return words(run.note);
    default:
        return {};
    }
}

QVariant RunsModel::raw(const RunRow& run, int column) const {
    switch (column) {
    case Status:
        return static_cast<int>(run.state);
    case Validation:
    case Test: {
        const double* value = mainValue(run, column == Test ? "test" : "validation");
        return value ? QVariant(*value) : QVariant(-1e300);
    }
    case Parameters:
        return static_cast<qlonglong>(run.trainableParameters);
    case Share:
        return run.baseParameters > 0
                   ? static_cast<double>(run.trainableParameters) / static_cast<double>(run.baseParameters)
                   : 0.0;
    case Time:
        return run.seconds;
    case Created:
        return run.createdAt;
    default:
        return text(run, column);
    }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const RunRow& run = at(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return text(run, column);
    case kRawValueRole:
        return raw(run, column);
    case Qt::DecorationRole:
        return column == Status ? QVariant(Theme::instance().icon(runStateIcon(run.state))) : QVariant();
    case Qt::ForegroundRole:
        return column == Status && run.state == RunState::Failed
                   ? QVariant(Theme::instance().color(Tone::Error))
                   : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant(int(column >= Validation && column <= Time ? Qt::AlignRight | Qt::AlignVCenter
                                                                   : Qt::AlignLeft | Qt::AlignVCenter));
    case Qt::ToolTipRole:
        if (column == Parameters) {
            return fullCount(run.trainableParameters);
        }
        if (column == Status && run.error) {
            return words(run.error->message());
        }
        return text(run, column);
    default:
        return {};
    }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid()) {
        return false;
    }
    const QString typed = value.toString().trimmed();
    const RunRow& run = at(index.row());
    if (typed == text(run, index.column())) {
        return false;
    }
    if (index.column() == Name && !typed.isEmpty()) {
        Q_EMIT renamed(run.id, typed);
    } else if (index.column() == Note) {
        Q_EMIT noteChanged(run.id, typed);
    } else {
        return false;
    }
    return true;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Status:
        return tr("Status");
    case Name:
        return tr("Name");
    case Base:
        return tr("Base");
    case Design:
        return tr("Design");
    case Data:
        return tr("Data");
    case Validation:
        return tr("Validation");
    case Test:
        return tr("Test");
    case Parameters:
        return tr("Trained");
    case Share:
        return tr("% of base");
    case Time:
        return tr("Time");
    case Created:
        return tr("Created");
    case Note:
        return tr("Note");
    default:
        return {};
    }
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags base = QAbstractTableModel::flags(index);
    return index.column() == Name || index.column() == Note ? base | Qt::ItemIsEditable : base;
}

RunsFilter::RunsFilter(QObject* parent)
    : QSortFilterProxyModel(parent) {
    setDynamicSortFilter(true);
    setSortRole(kRawValueRole);
}

void RunsFilter::setText(const QString& text) {
    m_text = text.trimmed();
    invalidateFilter();
}

void RunsFilter::setStates(States states) {
    m_states = states;
    invalidateFilter();
}

void RunsFilter::sort(int column, Qt::SortOrder order) {
    std::erase_if(m_order, [column](const auto& entry) { return entry.first == column; });
    m_order.insert(m_order.begin(), {column, order});
    QSortFilterProxyModel::sort(column, order);
}

bool RunsFilter::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const {
    const auto* model = static_cast<const RunsModel*>(sourceModel());
    const RunRow& run = model->at(row);
    switch (m_states) {
    case States::All:
        break;
    case States::Active:
        if (isTerminal(run.state)) {
            return false;
        }
        break;
    case States::Finished:
        if (run.state != RunState::Finished) {
            return false;
        }
        break;
    case States::Resumable:
        if (!run.resumable()) {
            return false;
        }
        break;
    case States::Failed:
        if (run.state != RunState::Failed && run.state != RunState::Interrupted) {
            return false;
        }
        break;
    }
    if (m_text.isEmpty()) {
        return true;
    }
    const std::string* const fields[] = {&run.name, &run.baseModel, &run.designSummary, &run.dataset,
                                         &run.note};
    return std::any_of(std::begin(fields), std::end(fields), [this](const std::string* field) {
        return QString::fromStdString(*field).contains(m_text, Qt::CaseInsensitive);
    });
}

bool RunsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QAbstractItemModel* model = sourceModel();
    for (std::size_t i = 0; i < std::max<std::size_t>(1, m_order.size()); ++i) {
        const int column = m_order.empty() ? left.column() : m_order[i].first;
        const QVariant a = model->data(model->index(left.row(), column), kRawValueRole);
        const QVariant b = model->data(model->index(right.row(), column), kRawValueRole);
        const bool text = a.typeId() == QMetaType::QString;
        const int compared = text ? QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive)
                                  : (a.toDouble() < b.toDouble()   ? -1
                                     : a.toDouble() > b.toDouble() ? 1
                                                                   : 0);
        if (compared != 0) {
            // Later columns keep their own direction although the view turns the whole order around.
            const bool turned = i > 0 && m_order[i].second != m_order[0].second;
            return turned ? compared > 0 : compared < 0;
        }
    }
    return left.row() < right.row();
}

} // namespace awb::ui
