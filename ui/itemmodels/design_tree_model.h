#pragma once

#include <optional>
#include <set>
#include <vector>

#include <QAbstractItemModel>

#include "ui/itemmodels/design_tree_rows.h"

namespace awb::ui {

class DesignDocument;

/// The design as a tree, top layer first as on the canvas: a row a layer and a last one for what stands
/// outside the layers; beneath each a row for every module, and for each empty site at which the chosen
/// preset can act. Sizes and reduction factors can be edited, of a layer for all of its modules. This is the
/// twin of the canvas for keyboard and screen reader.
class DesignTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Place, Adapter, Size, Factor, Parameters, ColumnCount };

    explicit DesignTreeModel(DesignDocument* document, QObject* parent = nullptr);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /// The modules of a row: one, those of a layer, or none.
    std::vector<design::ModuleRef> refsAt(const QModelIndex& index) const;
    /// Layer of any row; kNoLayer outside the layers and for an invalid index.
    int layerAt(const QModelIndex& index) const;
    /// Site of a site's row; none for a layer's.
    std::optional<Site> siteAt(const QModelIndex& index) const;
    /// The method of the module in a row; null where there is none, or several.
    const Method* methodAt(const QModelIndex& index) const;
    QModelIndex indexOf(const design::ModuleRef& ref) const;
    /// Invalid where the site is neither used nor offered.
    QModelIndex indexOf(int layer, Site site) const;
    /// Lists the empty sites at which this preset can act; those of bottlenecks where there is no such
    /// preset.
    void offerSitesOf(const QString& presetName);

private:
    static std::size_t groupOf(int layer) { return static_cast<std::size_t>(layer + 1); }
    int rowOfLayer(int layer) const { return static_cast<int>(m_groups.size()) - 2 - layer; }
    QModelIndex childOf(int layer, DesignTreeGroup::const_iterator row) const;
    std::vector<DesignTreeGroup> read() const;
    void update();
    void updateGroup(int layer, DesignTreeGroup fresh);
    const DesignTreeRow* rowAt(const QModelIndex& index) const;
    /// The row's module, or all of a layer.
    std::vector<const DesignTreeRow*> modulesAt(const QModelIndex& index) const;
    /// Those of them that have a number in the index's column.
    std::vector<const DesignTreeRow*> numbersAt(const QModelIndex& index) const;
    QString text(const QModelIndex& index) const;
    QString placeText(const QModelIndex& index) const;
    QString parametersText(const QModelIndex& index) const;
    QString accessibleText(const QModelIndex& index) const;
    QString toolTip(const QModelIndex& index) const;

    DesignDocument* m_document;
    QString m_preset;
    std::vector<DesignTreeGroup> m_groups; ///< outside the layers, layer 0, layer 1, ...
};

} // namespace awb::ui
