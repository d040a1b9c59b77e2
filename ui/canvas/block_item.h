#pragma once

#include <QGraphicsItem>

#include "models/config/model_config.h"
#include "ui/canvas/stack_layout.h"
#include "ui/canvas/stack_picture.h"

namespace awb::ui {

/// One transformer block: its card, the frozen sublayers, residual paths, add-and-norm nodes as the modules'
/// options arrange them, and the line to the card above. Modules and empty sites are items of their own on
/// top.
class BlockItem : public QGraphicsItem {
public:
    explicit BlockItem(int layer);

    void setPicture(const LayerPicture& picture, const ModelConfig& model, bool baseTrained);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintCard(QPainter& painter) const;
    void paintGutter(QPainter& painter) const;
    void paintSublayer(QPainter& painter, int index) const;
    void paintResiduals(QPainter& painter, const SublayerPicture& sublayer, double x) const;
    void paintNodes(QPainter& painter, const SublayerPicture& sublayer, double x) const;
    void paintBox(QPainter& painter, int index) const;

    int m_layer;
    LayerPicture m_picture;
    ModelConfig m_model;
    bool m_baseTrained = false;
};

} // namespace awb::ui
