#pragma once

#include <optional>
#include <string>

#include <QGraphicsObject>
#include <QPolygonF>
#include <QStringList>

#include "ui/canvas/stack_picture.h"

namespace awb::ui {

/// Room for one module: its body and its chip, in scene coordinates.
struct ModulePlaceRects {
    QRectF body;
    QRectF chip;
    bool operator==(const ModulePlaceRects&) const = default;
};

/// One adapter module: down-projection, non-linearity, up-projection; the neck's height is its bottleneck
/// size. Emits gestures; never changes the design itself.
class ModuleItem : public QGraphicsObject {
    Q_OBJECT

public:
    ModuleItem(const ModulePicture& picture, const ModulePlaceRects& rects, int hiddenSize);

    const ModulePicture& picture() const { return m_picture; }
    const design::ModuleRef& ref() const { return m_picture.ref; }
    /// The module's key in records (`moduleKey`).
    const std::string& key() const { return m_key; }

    void setPicture(const ModulePicture& picture, const ModulePlaceRects& rects, int hiddenSize);
    /// `level`: 0..1 on the glow's scale, none without a value; `value` is shown when near.
    void setGlow(std::optional<float> level, float value);
    void setFocused(bool focused);

    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

Q_SIGNALS:
    void waistPressed(const awb::design::ModuleRef& ref);
    /// The handle was pulled by `distance` screen pixels since the press; positive widens the neck.
    void waistPulled(const awb::design::ModuleRef& ref, double distance, Qt::KeyboardModifiers modifiers);
    void waistReleased();
    void pressed(const awb::design::ModuleRef& ref);
    void activated(const awb::design::ModuleRef& ref);

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverMoveEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;
    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseMoveEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseReleaseEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) override;
    void contextMenuEvent(QGraphicsSceneContextMenuEvent* event) override;

private:
    double neck() const;
    /// The part of the body that is the hourglass, between norms and marks.
    QRectF hourglass() const;
    bool isOnHandle(QPointF point) const;
    QColor fillColor(const QColor& adapter) const;
    void paintBody(QPainter& painter, const QColor& adapter) const;
    void paintMarks(QPainter& painter, const QColor& line) const;
    void paintActivation(QPainter& painter, const QColor& line) const;
    void paintInnerLabels(QPainter& painter) const;
    void paintHandles(QPainter& painter) const;
    void paintChip(QPainter& painter) const;

    ModulePicture m_picture;
    ModulePlaceRects m_rects;
    int m_hiddenSize;
    std::string m_key;
    QStringList m_chipTexts;
    QPolygonF m_curve;
    std::optional<float> m_glow;
    float m_glowValue = 0;
    bool m_focused = false;
    bool m_hovered = false;
    bool m_onHandle = false;
    std::optional<QPoint> m_dragStart; ///< screen position of the press on a handle
    bool m_upperHandle = true;
};

} // namespace awb::ui
