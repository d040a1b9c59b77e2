#pragma once

#include <cstdint>

#include <QGraphicsItem>

#include "models/config/head_config.h"
#include "models/config/model_config.h"

namespace awb::ui {

/// The lowest card: input text cut into tokens, and the embeddings.
class EmbeddingItem : public QGraphicsItem {
public:
    EmbeddingItem();
    /// `height`: of the card, more than usual where modules stand in it.
    void setPicture(const ModelConfig& model, double height, bool trained, bool differentiated);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    ModelConfig m_model;
    double m_height;
    bool m_trained = false;
    bool m_differentiated = false;
};

/// The highest card: the task head, always trained.
class HeadItem : public QGraphicsItem {
public:
    HeadItem();
    void setPicture(const HeadConfig& head, const ModelConfig& model, double height);
    /// Keeps room beside the pooler, where modules stand.
    void setPoolerShown(bool shown);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    /// Each draws one part and returns its right end.
    double paintInput(QPainter& painter) const;
    double paintDense(QPainter& painter, double from) const;
    void paintOutput(QPainter& painter, double from) const;

    HeadConfig m_head;
    ModelConfig m_model;
    double m_height;
    bool m_showsPooler = false;
};

/// The line below which nothing is differentiated.
class GradientLineItem : public QGraphicsItem {
public:
    GradientLineItem();
    /// Where it lies is its position; without a line (full fine-tuning) hide it.
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
};

} // namespace awb::ui
