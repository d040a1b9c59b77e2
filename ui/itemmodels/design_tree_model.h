#pragma once

#include <optional>
#include <vector>

#include <QAbstractItemModel>

#include "backend/experiment/design.h"

namespace awb::ui {

class DesignDocument;

/// The design as a tree, top layer first as on the canvas: a row a layer, beneath it a row for each site,
/// with the module that sits there or "empty". Size and reduction factor can be edited, of a layer for all of
/// its modules. This is the twin of the canvas for keyboard and screen reader.
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
    /// Layer of any row; -1 for an invalid index.
    int layerAt(const QModelIndex& index) const;
    /// Site of a site's row; none for a layer's.
    std::optional<Site> siteAt(const QModelIndex& index) const;
    QModelIndex indexOf(const design::ModuleRef& ref) const;
    QModelIndex indexOf(int layer, Site site) const;

private:
    /// A row beneath a layer: a site, and the module there. A site with several modules has several rows.
    struct Slot {
        Site site = Site::FfnOutput;
        int ordinal = 0;
        std::optional<design::Module> module;
    };
    using Layer = std::vector<Slot>;

    std::vector<Layer> read() const;
    void update();
    void updateLayer(int layer, Layer fresh);
    int rowOfLayer(int layer) const { return static_cast<int>(m_layers.size()) - 1 - layer; }
    const Slot* slotAt(const QModelIndex& index) const;
    std::vector<const design::Module*> modulesAt(const QModelIndex& index) const;
    QString text(const QModelIndex& index) const;
    QString accessibleText(const QModelIndex& index) const;

    DesignDocument* m_document;
    std::vector<Layer> m_layers; ///< by layer number
};

} // namespace awb::ui
