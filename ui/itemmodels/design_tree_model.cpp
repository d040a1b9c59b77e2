#include "ui/itemmodels/design_tree_model.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include <QCoreApplication>
#include <QLocale>
#include <QPixmap>

#include "ui/canvas/canvas_text.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

/// From the block's output down, as the canvas draws them.
constexpr std::array kSiteOrder{Site::FfnOutput, Site::FfnParallel, Site::AttentionOutput,
                                Site::AttentionParallel};

/// The value that all modules share; none where they differ or there are none.
template<typename T>
std::optional<T> common(const std::vector<const design::Module*>& modules, T ModulePlace::*member) {
    if (modules.empty()) {
        return std::nullopt;
    }
    const T first = modules.front()->place.*member;
    const bool same =
        std::ranges::all_of(modules, [&](const auto* each) { return each->place.*member == first; });
    return same ? std::optional(first) : std::nullopt;
}

QString factorText(double factor) {
    return QLocale().toString(factor, 'g', 4);
}

} // namespace

DesignTreeModel::DesignTreeModel(DesignDocument* document, QObject* parent)
    : QAbstractItemModel(parent)
    , m_document(document)
    , m_layers(read()) {
    connect(document, &DesignDocument::changed, this, &DesignTreeModel::update);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (!m_layers.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        }
    });
}

QModelIndex DesignTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    const quintptr id = parent.isValid() ? static_cast<quintptr>(layerAt(parent)) + 1 : 0;
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
        return static_cast<int>(m_layers.size());
    }
    if (parent.internalId() != 0 || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(m_layers[static_cast<std::size_t>(layerAt(parent))].size());
}

int DesignTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

int DesignTreeModel::layerAt(const QModelIndex& index) const {
    if (!index.isValid()) {
        return -1;
    }
    if (index.internalId() == 0) {
        return static_cast<int>(m_layers.size()) - 1 - index.row();
    }
    return static_cast<int>(index.internalId()) - 1;
}

const DesignTreeModel::Slot* DesignTreeModel::slotAt(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) {
        return nullptr;
    }
    return &m_layers[static_cast<std::size_t>(layerAt(index))][static_cast<std::size_t>(index.row())];
}

std::optional<Site> DesignTreeModel::siteAt(const QModelIndex& index) const {
    const Slot* slot = slotAt(index);
    return slot ? std::optional(slot->site) : std::nullopt;
}

std::vector<const design::Module*> DesignTreeModel::modulesAt(const QModelIndex& index) const {
    std::vector<const design::Module*> modules;
    if (const Slot* slot = slotAt(index)) {
        if (slot->module) {
            modules.push_back(&*slot->module);
        }
    } else if (index.isValid()) {
        for (const Slot& each : m_layers[static_cast<std::size_t>(layerAt(index))]) {
            if (each.module) {
                modules.push_back(&*each.module);
            }
        }
    }
    return modules;
}

std::vector<design::ModuleRef> DesignTreeModel::refsAt(const QModelIndex& index) const {
    std::vector<design::ModuleRef> refs;
    for (const design::Module* module : modulesAt(index)) {
        refs.push_back(module->ref);
    }
    return refs;
}

QModelIndex DesignTreeModel::indexOf(const design::ModuleRef& ref) const {
    if (ref.layer < 0 || ref.layer >= static_cast<int>(m_layers.size())) {
        return {};
    }
    const Layer& layer = m_layers[static_cast<std::size_t>(ref.layer)];
    const auto found =
        std::ranges::find_if(layer, [&](const Slot& slot) { return slot.module && slot.module->ref == ref; });
    if (found == layer.end()) {
        return {};
    }
    return createIndex(static_cast<int>(found - layer.begin()), 0, static_cast<quintptr>(ref.layer) + 1);
}

QModelIndex DesignTreeModel::indexOf(int layer, Site site) const {
    if (layer < 0 || layer >= static_cast<int>(m_layers.size())) {
        return {};
    }
    const Layer& rows = m_layers[static_cast<std::size_t>(layer)];
    const auto found = std::ranges::find(rows, site, &Slot::site);
    return createIndex(static_cast<int>(found - rows.begin()), 0, static_cast<quintptr>(layer) + 1);
}

QString DesignTreeModel::text(const QModelIndex& index) const {
    const Slot* slot = slotAt(index);
    const auto modules = modulesAt(index);
    const bool several = !slot && !modules.empty();
    switch (index.column()) {
    case Place:
        return slot ? canvastext::siteTitle(slot->site) : tr("Layer %1").arg(layerAt(index));
    case Adapter:
        if (slot) {
            return slot->module ? QString::fromStdString(slot->module->ref.adapter) : tr("empty");
        }
        return modules.empty() ? tr("no module") : QString();
    case Size:
        if (const auto size = common(modules, &ModulePlace::bottleneck)) {
            return QLocale().toString(*size);
        }
        return several ? tr("mixed") : QString();
    case Factor:
        if (const auto factor = common(modules, &ModulePlace::reductionFactor)) {
            return factorText(*factor);
        }
        return several ? tr("mixed") : QString();
    case Parameters: {
        std::int64_t sum = 0;
        for (const design::Module* module : modules) {
            sum += module->place.parameters;
        }
        return modules.empty() ? QString() : QLocale().toString(static_cast<qlonglong>(sum));
    }
    default:
        return {};
    }
}

QString DesignTreeModel::accessibleText(const QModelIndex& index) const {
    const QString shown = text(index);
    switch (index.column()) {
    case Size:
        return shown.isEmpty() ? shown : tr("bottleneck %1").arg(shown);
    case Factor:
        return shown.isEmpty() ? shown : tr("reduction factor %1").arg(shown);
    case Parameters:
        return shown.isEmpty() ? shown : tr("%1 parameters").arg(shown);
    default:
        return shown;
    }
}

QVariant DesignTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Slot* slot = slotAt(index);
    const bool isNumber = index.column() >= Size;
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::AccessibleTextRole:
        return accessibleText(index);
    case Qt::EditRole: {
        const auto modules = modulesAt(index);
        if (modules.empty()) {
            return {};
        }
        if (index.column() == Size) {
            return modules.front()->place.bottleneck;
        }
        if (index.column() == Factor) {
            return modules.front()->place.reductionFactor;
        }
        return text(index);
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return slot || index.column() != Place ? QVariant() : Theme::instance().font(TextSize::Small, true);
    case Qt::ForegroundRole:
        if ((slot && !slot->module) || (!slot && index.column() == Adapter)) {
            return Theme::instance().color(Tone::MutedText);
        }
        return {};
    case Qt::DecorationRole:
        if (slot && slot->module && index.column() == Adapter) {
            QPixmap chip(8, 8);
            chip.fill(Theme::instance().adapterColor(QString::fromStdString(slot->module->ref.adapter)));
            return chip;
        }
        return {};
    case Qt::ToolTipRole:
        if (slot && !slot->module) {
            return tr("Empty. Enter places the chosen preset here.");
        }
        if (index.column() == Size || index.column() == Factor) {
            return tr(
                "F2 or a double-click edits; + and - step the reduction factor.\nBoth sites of a layer share "
                "one factor, as in AdapterHub's format.");
        }
        return {};
    default:
        return {};
    }
}

bool DesignTreeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const auto refs = refsAt(index);
    if (role != Qt::EditRole || refs.empty()) {
        return false;
    }
    const QString layer = QString::number(layerAt(index));
    if (index.column() == Size) {
        return m_document->apply(
            design::setBottleneck(m_document->experiment(), m_document->model(), refs, value.toInt()),
            tr("Set bottleneck %1 in layer %2").arg(value.toString(), layer));
    }
    if (index.column() == Factor) {
        return m_document->apply(
            design::setReductionFactor(m_document->experiment(), m_document->model(), refs, value.toDouble()),
            tr("Set reduction factor %1 in layer %2").arg(factorText(value.toDouble()), layer));
    }
    return false;
}

QVariant DesignTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    const bool isNumber = section >= Size;
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role == Qt::DisplayRole) {
        const std::array titles{tr("Place"), tr("Module"), tr("Size"), tr("rf"), tr("Params")};
        return titles[static_cast<std::size_t>(section)];
    }
    if (role == Qt::ToolTipRole) {
        const std::array tips{tr("Layer and site, the top layer first"),
                              tr("The adapter that the module belongs to"), tr("Units of the bottleneck"),
                              tr("Reduction factor: hidden size / bottleneck size"),
                              tr("Parameters of the modules: 2bH + b + H for bottleneck b and hidden size H, "
                                 "plus norms, gate and scaling")};
        return tips[static_cast<std::size_t>(section)];
    }
    return {};
}

Qt::ItemFlags DesignTreeModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if ((index.column() == Size || index.column() == Factor) && !modulesAt(index).empty()) {
        flags |= Qt::ItemIsEditable;
    }
    if (index.isValid() && index.internalId() != 0) {
        flags |= Qt::ItemNeverHasChildren;
    }
    return flags;
}

std::vector<DesignTreeModel::Layer> DesignTreeModel::read() const {
    const int numLayers = std::max(0, m_document->model().numLayers);
    std::vector<Layer> layers(static_cast<std::size_t>(numLayers));
    const auto modules = design::modules(m_document->experiment(), m_document->model());
    for (int number = 0; number < numLayers; ++number) {
        Layer& layer = layers[static_cast<std::size_t>(number)];
        for (const Site site : kSiteOrder) {
            int ordinal = 0;
            for (const design::Module& module : modules) {
                if (module.ref.layer == number && module.ref.site == site) {
                    layer.push_back({site, ordinal++, module});
                }
            }
            if (ordinal == 0) {
                layer.push_back({site, 0, std::nullopt});
            }
        }
    }
    return layers;
}

void DesignTreeModel::update() {
    std::vector<Layer> fresh = read();
    if (fresh.size() != m_layers.size()) {
        beginResetModel();
        m_layers = std::move(fresh);
        endResetModel();
        return;
    }
    for (std::size_t layer = 0; layer < fresh.size(); ++layer) {
        updateLayer(static_cast<int>(layer), std::move(fresh[layer]));
    }
}

/// Rows appear and vanish only where a site gets or loses a further module, so that selection, expansion and
/// an open editor survive an edit.
void DesignTreeModel::updateLayer(int number, Layer fresh) {
    Layer& layer = m_layers[static_cast<std::size_t>(number)];
    const QModelIndex parentIndex = createIndex(rowOfLayer(number), 0, quintptr{0});
    const auto has = [](const Layer& rows, const Slot& slot) {
        return std::ranges::any_of(
            rows, [&](const Slot& each) { return each.site == slot.site && each.ordinal == slot.ordinal; });
    };
    for (std::size_t row = layer.size(); row-- > 0;) {
        if (!has(fresh, layer[row])) {
            beginRemoveRows(parentIndex, static_cast<int>(row), static_cast<int>(row));
            layer.erase(layer.begin() + static_cast<std::ptrdiff_t>(row));
            endRemoveRows();
        }
    }
    for (std::size_t row = 0; row < fresh.size(); ++row) {
        if (!has(layer, fresh[row])) {
            beginInsertRows(parentIndex, static_cast<int>(row), static_cast<int>(row));
            layer.insert(layer.begin() + static_cast<std::ptrdiff_t>(row), fresh[row]);
            endInsertRows();
        }
    }
    layer = std::move(fresh);
    Q_EMIT dataChanged(parentIndex, parentIndex.siblingAtColumn(ColumnCount - 1));
    Q_EMIT dataChanged(index(0, 0, parentIndex),
                       index(rowCount(parentIndex) - 1, ColumnCount - 1, parentIndex));
}

} // namespace awb::ui
