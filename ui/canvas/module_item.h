#pragma once

#include <optional>
#include <string>

#include <QGraphicsObject>
#include <QStringList>

#include "ui/canvas/module_glyphs.h"
#include "ui/canvas/row_layout.h"

namespace awb::ui {

/// One module of any method, drawn as what it is. Emits gestures; never changes the design itself.
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
    std::optional<float> glow() const { return m_glow; }
    void setFocused(bool focused);

    /// What is drawn: the body, and the chip's text as it was last painted (empty before, and where it has no
    /// room).
    const QRectF& body() const { return m_rects.body; }
    const QRectF& chipArea() const { return m_chipArea; }

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
    bool hasHandles() const { return isHourglass(m_picture.kind); }
    double neck() const { return glyphs::neck(m_picture, m_rects.body, m_hiddenSize); }
    QRectF hourglass() const { return glyphs::hourglass(m_picture, m_rects.body); }
    bool isOnHandle(QPointF point) const;
    QColor fillColor(const QColor& adapter) const;
    glyphs::Style style(const QColor& adapter) const;
    void paintSlot(QPainter& painter, const QColor& adapter) const;
    void paintInnerLabels(QPainter& painter) const;
    void paintHandles(QPainter& painter) const;
    void paintFrame(QPainter& painter) const;
    void paintChip(QPainter& painter);
    void paintSharedText(QPainter& painter);
    /// A lock or a pencil in front of the chip, and a dot of the adapter's colour where the chip stands
    /// apart.
    void paintState(QPainter& painter, const QRectF& chip, const QColor& adapter) const;

    ModulePicture m_picture;
    ModulePlaceRects m_rects;
    int m_hiddenSize;
    std::string m_key;
    QStringList m_chipTexts;
    QStringList m_nearTexts;
    QRectF m_chipArea;
    std::optional<float> m_glow;
    float m_glowValue = 0;
    bool m_focused = false;
    bool m_hovered = false;
    bool m_onHandle = false;
    std::optional<QPoint> m_dragStart; ///< screen position of the press on a handle
    bool m_upperHandle = true;
};

} // namespace awb::ui
