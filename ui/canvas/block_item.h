#pragma once

#include <QGraphicsItem>

#include "models/config/model_config.h"
#include "ui/canvas/row_layout.h"

namespace awb::ui {

/// One transformer block: its card, the frozen sublayers, residual paths, add-and-norm nodes as the modules'
/// options arrange them, and the line to the card above. Modules and empty sites are items of their own on
/// top.
class BlockItem : public QGraphicsItem {
public:
    explicit BlockItem(int layer);

    void setPicture(const LayerPicture& picture, const RowLayout& row, const ModelConfig& model,
                    bool baseTrained);
    /// Shows the linear maps inside the boxes of attention and feed-forward.
    void setOpen(std::array<bool, 2> open);
    std::array<bool, 2> open() const { return m_open; }

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintCard(QPainter& painter) const;
    void paintGutter(QPainter& painter) const;
    void paintSublayer(QPainter& painter, std::size_t index) const;
    void paintResiduals(QPainter& painter, std::size_t index) const;
    void paintModulePaths(QPainter& painter, std::size_t index) const;
    void paintNodes(QPainter& painter, std::size_t index) const;
    /// The hourglasses after (or beside) a sublayer, and the colour of their paths.
    std::vector<std::string> adaptersAt(Site site) const;

    int m_layer;
    LayerPicture m_picture;
    RowLayout m_row;
    ModelConfig m_model;
    bool m_baseTrained = false;
    std::array<bool, 2> m_open{false, false};
};

} // namespace awb::ui
