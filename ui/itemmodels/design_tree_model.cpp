#include "ui/itemmodels/design_tree_model.h"

#include <algorithm>
#include <utility>

#include <QLocale>
#include <QPixmap>

#include "backend/experiment/design_place.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

using Rows = std::vector<const DesignTreeRow*>;

} // namespace

DesignTreeModel::DesignTreeModel(DesignDocument* document, QObject* parent)
    : QAbstractItemModel(parent)
    , m_document(document)
    , m_groups(read()) {
    connect(document, &DesignDocument::changed, this, &DesignTreeModel::update);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (!m_groups.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        }
    });
}

void DesignTreeModel::offerSitesOf(const QString& presetName) {
    if (presetName != m_preset) {
        m_preset = presetName;
        update();
    }
}

QModelIndex DesignTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    const quintptr id = parent.isValid() ? static_cast<quintptr>(groupOf(layerAt(parent))) + 1 : 0;
    return createIndex(row, column, id);
}

QModelIndex DesignTreeModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) {
        return {};
    }
    return createIndex(rowOfLayer(layerAt(child)), 0, quintptr{0});
}

int DesignTreeModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(m_groups.size());
    }
    if (parent.internalId() != 0 || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(m_groups[groupOf(layerAt(parent))].size());
}

int DesignTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

int DesignTreeModel::layerAt(const QModelIndex& index) const {
    if (!index.isValid()) {
        return kNoLayer;
    }
    if (index.internalId() == 0) {
        return static_cast<int>(m_groups.size()) - 2 - index.row();
    }
    return static_cast<int>(index.internalId()) - 2;
}

const DesignTreeRow* DesignTreeModel::rowAt(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) {
        return nullptr;
    }
    return &m_groups[groupOf(layerAt(index))][static_cast<std::size_t>(index.row())];
}

std::optional<Site> DesignTreeModel::siteAt(const QModelIndex& index) const {
    const DesignTreeRow* row = rowAt(index);
    return row ? std::optional(row->site) : std::nullopt;
}

const Method* DesignTreeModel::methodAt(const QModelIndex& index) const {
    const Rows rows = modulesAt(index);
    const bool isOne = !rows.empty() && std::ranges::all_of(rows, [&](const DesignTreeRow* row) {
        return row->here->method == rows.front()->here->method;
    });
    return isOne ? rows.front()->here->method : nullptr;
}

std::vector<const DesignTreeRow*> DesignTreeModel::modulesAt(const QModelIndex& index) const {
    Rows rows;
    if (const DesignTreeRow* row = rowAt(index)) {
        if (row->here) {
            rows.push_back(row);
        }
    } else if (index.isValid()) {
        for (const DesignTreeRow& each : m_groups[groupOf(layerAt(index))]) {
            if (each.here) {
                rows.push_back(&each);
            }
        }
    }
    return rows;
}

std::vector<design::ModuleRef> DesignTreeModel::refsAt(const QModelIndex& index) const {
    std::vector<design::ModuleRef> refs;
    for (const DesignTreeRow* row : modulesAt(index)) {
        refs.push_back(row->module().ref);
    }
    return refs;
}

QModelIndex DesignTreeModel::childOf(int layer, DesignTreeGroup::const_iterator row) const {
    const DesignTreeGroup& group = m_groups[groupOf(layer)];
    if (row == group.end()) {
        return {};
    }
    return createIndex(static_cast<int>(row - group.begin()), 0, static_cast<quintptr>(groupOf(layer)) + 1);
}

QModelIndex DesignTreeModel::indexOf(const design::ModuleRef& ref) const {
    if (groupOf(ref.layer) >= m_groups.size()) {
        return {};
    }
    return childOf(ref.layer,
                   std::ranges::find_if(m_groups[groupOf(ref.layer)], [&](const DesignTreeRow& row) {
                       return row.here && row.module().ref == ref;
                   }));
}

QModelIndex DesignTreeModel::indexOf(int layer, Site site) const {
    if (groupOf(layer) >= m_groups.size()) {
        return {};
    }
    return childOf(layer, std::ranges::find(m_groups[groupOf(layer)], site, &DesignTreeRow::site));
}

std::vector<const DesignTreeRow*> DesignTreeModel::numbersAt(const QModelIndex& index) const {
    Rows rows = modulesAt(index);
    std::erase_if(rows, [&](const DesignTreeRow* row) {
        return index.column() == Factor ? !row->here->hasFactor() : row->module().isShared();
    });
    return rows;
}

QVariant DesignTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const DesignTreeRow* row = rowAt(index);
    const bool isNumber = index.column() >= Size;
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::AccessibleTextRole:
        return accessibleText(index);
    case Qt::EditRole: {
        const Rows modules = numbersAt(index);
        if (!isNumber || index.column() == Parameters || modules.empty()) {
            return text(index);
        }
        const ModulePlace& place = modules.front()->module().place;
        return index.column() == Size ? QVariant(place.bottleneck) : QVariant(place.reductionFactor);
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return row || index.column() != Place ? QVariant() : Theme::instance().font(TextSize::Small, true);
    case Qt::ForegroundRole:
        if ((row && !row->here) || (!row && index.column() == Adapter)) {
            return Theme::instance().color(Tone::MutedText);
        }
        return {};
    case Qt::DecorationRole:
        if (row && row->here && index.column() == Adapter) {
            QPixmap chip(8, 8);
            chip.fill(Theme::instance().adapterColor(QString::fromStdString(row->module().ref.adapter)));
            return chip;
        }
        return {};
    case Qt::ToolTipRole:
        return toolTip(index);
    default:
        return {};
    }
}

bool DesignTreeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const auto refs = refsAt(index);
    if (role != Qt::EditRole || refs.empty()) {
        return false;
    }
    const int layer = layerAt(index);
    const QString where = layer == kNoLayer ? tr("outside the layers") : tr("in layer %1").arg(layer);
    if (index.column() == Size) {
        return m_document->apply(
            design::setSize(m_document->experiment(), m_document->model(), refs, value.toInt()),
            tr("Set size %1 %2").arg(value.toString(), where));
    }
    if (index.column() == Factor) {
        return m_document->apply(
            design::setReductionFactor(m_document->experiment(), m_document->model(), refs, value.toDouble()),
            tr("Set reduction factor %1 %2").arg(QLocale().toString(value.toDouble(), 'g', 4), where));
    }
    return false;
}

Qt::ItemFlags DesignTreeModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    const bool canEdit = std::ranges::any_of(modulesAt(index), [&](const DesignTreeRow* row) {
        return index.column() == Size ? row->here->hasSize()
                                      : index.column() == Factor && row->here->hasFactor();
    });
    if (canEdit) {
        flags |= Qt::ItemIsEditable;
    }
    if (index.isValid() && index.internalId() != 0) {
        flags |= Qt::ItemNeverHasChildren;
    }
    return flags;
}

std::vector<DesignTreeGroup> DesignTreeModel::read() const {
    const ModelConfig& model = m_document->model();
    const MethodPreset* preset = findMethodPreset(m_preset.toStdString());
    const std::set<Site> offered = preset && model.numLayers > 0
                                       ? design::sitesFor(*preset, model)
                                       : std::set<Site>(kBottleneckSites.begin(), kBottleneckSites.end());
    return designTreeRows(m_document->experiment(), model, offered);
}

void DesignTreeModel::update() {
    std::vector<DesignTreeGroup> fresh = read();
    if (fresh.size() != m_groups.size()) {
        beginResetModel();
        m_groups = std::move(fresh);
        endResetModel();
        return;
    }
    for (std::size_t group = 0; group < fresh.size(); ++group) {
        updateGroup(static_cast<int>(group) - 1, std::move(fresh[group]));
    }
}

/// Rows appear and vanish only where a site gets or loses a module, so that selection, expansion and an open
/// editor survive an edit.
void DesignTreeModel::updateGroup(int layer, DesignTreeGroup fresh) {
    DesignTreeGroup& group = m_groups[groupOf(layer)];
    const QModelIndex parentIndex = createIndex(rowOfLayer(layer), 0, quintptr{0});
    const auto has = [](const DesignTreeGroup& rows, const DesignTreeRow& row) {
        return std::ranges::any_of(rows, [&](const DesignTreeRow& each) {
            return each.site == row.site && each.ordinal == row.ordinal;
        });
    };
    for (std::size_t row = group.size(); row-- > 0;) {
        if (!has(fresh, group[row])) {
            beginRemoveRows(parentIndex, static_cast<int>(row), static_cast<int>(row));
            group.erase(group.begin() + static_cast<std::ptrdiff_t>(row));
            endRemoveRows();
        }
    }
    for (std::size_t row = 0; row < fresh.size(); ++row) {
        if (!has(group, fresh[row])) {
            beginInsertRows(parentIndex, static_cast<int>(row), static_cast<int>(row));
            group.insert(group.begin() + static_cast<std::ptrdiff_t>(row), fresh[row]);
            endInsertRows();
        }
    }
    group = std::move(fresh);
    Q_EMIT dataChanged(parentIndex, parentIndex.siblingAtColumn(ColumnCount - 1));
    if (!group.empty()) {
        Q_EMIT dataChanged(index(0, 0, parentIndex),
                           index(rowCount(parentIndex) - 1, ColumnCount - 1, parentIndex));
    }
}

} // namespace awb::ui
