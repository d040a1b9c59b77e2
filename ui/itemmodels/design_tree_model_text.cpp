// What the table twin shows, says and explains.
#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QLocale>

#include "models/config/method.h"
#include "ui/canvas/canvas_text.h"
#include "ui/itemmodels/design_tree_model.h"

namespace awb::ui {

namespace {

using Rows = std::vector<const DesignTreeRow*>;

/// The value that all modules share; none where they differ or there are none.
template<typename T>
std::optional<T> common(const Rows& rows, T ModulePlace::*member) {
    if (rows.empty()) {
        return std::nullopt;
    }
    const T first = rows.front()->module().place.*member;
    const bool same =
        std::ranges::all_of(rows, [&](const auto* each) { return each->module().place.*member == first; });
    return same ? std::optional(first) : std::nullopt;
}

QString methodText(const std::string& text) {
    return QCoreApplication::translate("Methods", text.c_str());
}

QString factorText(double factor) {
    return QLocale().toString(factor, 'g', 4);
}

} // namespace

QString DesignTreeModel::placeText(const QModelIndex& index) const {
    if (const DesignTreeRow* row = rowAt(index)) {
        const bool isShared = row->here && row->module().isShared();
        return isShared ? tr("Shared by the layers") : canvastext::siteTitle(row->site);
    }
    const int layer = layerAt(index);
    return layer == kNoLayer ? tr("Outside") : tr("Layer %1").arg(layer);
}

/// Modules without numbers of their own use those that stand elsewhere.
QString DesignTreeModel::parametersText(const QModelIndex& index) const {
    const Rows rows = modulesAt(index);
    std::int64_t sum = 0;
    for (const DesignTreeRow* row : rows) {
        sum += row->module().place.parameters;
    }
    if (rows.empty()) {
        return {};
    }
    return sum == 0 ? tr("shared") : QLocale().toString(static_cast<qlonglong>(sum));
}

QString DesignTreeModel::text(const QModelIndex& index) const {
    const DesignTreeRow* row = rowAt(index);
    const Rows modules = modulesAt(index);
    const Rows numbers = numbersAt(index);
    const QString otherwise = !row && !numbers.empty() ? tr("mixed") : QString();
    switch (index.column()) {
    case Place:
        return placeText(index);
    case Adapter:
        if (row) {
            return row->here ? QString::fromStdString(row->module().ref.adapter) : tr("empty");
        }
        return modules.empty() ? tr("no module") : QString();
    case Size: {
        const auto size = common(numbers, &ModulePlace::bottleneck);
        return size ? QLocale().toString(*size) : otherwise;
    }
    case Factor: {
        const auto factor = common(numbers, &ModulePlace::reductionFactor);
        return factor ? factorText(*factor) : otherwise;
    }
    case Parameters:
        return parametersText(index);
    default:
        return {};
    }
}

QString DesignTreeModel::accessibleText(const QModelIndex& index) const {
    const QString shown = text(index);
    const Method* method = methodAt(index);
    if (shown.isEmpty()) {
        return shown;
    }
    switch (index.column()) {
    case Adapter:
        return method ? tr("%1, %2").arg(shown, methodText(method->title)) : shown;
    case Size:
        return method ? QStringLiteral("%1 %2").arg(methodText(method->sizeTitle), shown) : shown;
    case Factor:
        return tr("reduction factor %1").arg(shown);
    case Parameters:
        return tr("%1 parameters").arg(shown);
    default:
        return shown;
    }
}

QString DesignTreeModel::toolTip(const QModelIndex& index) const {
    const DesignTreeRow* row = rowAt(index);
    if (row && index.column() == Place) {
        const QString explanation = canvastext::siteExplanation(row->site);
        return explanation.isEmpty() ? placeText(index)
                                     : QStringLiteral("%1: %2").arg(placeText(index), explanation);
    }
    if (row && !row->here) {
        return tr("Empty. Enter places the chosen preset here.");
    }
    const Method* method = methodAt(index);
    if (!method) {
        return {};
    }
    if (row && row->module().isShared()) {
        return tr("Parameters that the modules of several layers share");
    }
    switch (index.column()) {
    case Adapter:
        return QStringLiteral("%1: %2").arg(methodText(method->title), methodText(method->summary));
    case Size:
        if (method->sizeKey.empty()) {
            return tr("%1 of %2; not to be chosen")
                .arg(methodText(method->sizeTitle), methodText(method->title));
        }
        if (method->id != "bottleneck") {
            return tr("The %1 of all modules of the adapter. F2 or a double-click edits, + and - step.")
                .arg(methodText(method->sizeTitle));
        }
        [[fallthrough]];
    case Factor:
        return method->id == "bottleneck" ? tr("F2 or a double-click edits; + and - step the reduction "
                                               "factor.\nBoth sites of a layer "
                                               "share one factor, as in AdapterHub's format.")
                                          : QString();
    default:
        return {};
    }
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
                              tr("The adapter that the module belongs to"),
                              tr("Bottleneck units, rank, or length of the prefix or prompt"),
                              tr("Reduction factor of bottlenecks: hidden size / bottleneck size"),
                              tr("Trained parameters of the modules")};
        return tips[static_cast<std::size_t>(section)];
    }
    return {};
}

} // namespace awb::ui
