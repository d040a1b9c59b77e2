#pragma once

#include <string>
#include <vector>

#include <QGraphicsObject>

#include "ui/canvas/stack_layout.h"

namespace awb::ui {

/// An empty site: a small dashed diamond that grows and names itself when a module is dragged near, when the
/// pointer is over it, or when the keyboard reaches it.
class SiteItem : public QGraphicsObject {
    Q_OBJECT

public:
    enum class State { Idle, Armed, Target, Refused };

    SiteItem(Slot slot, const ModulePlaceRects& rects);

    Slot slot() const { return m_slot; }
    void setRects(const ModulePlaceRects& rects);
    /// Quiet sites (linear maps) are there only while they are revealed.
    void setRevealed(bool revealed);
    bool isRevealed() const { return m_revealed; }
    /// Armed: a module is being dragged somewhere. Target and Refused: it is near here.
    void setState(State state);
    void setFocused(bool focused);
    /// Adapters that would be here if `leave_out` did not say otherwise.
    void setLeftOut(std::vector<std::string> adapters);
    /// A site with a module shows only the dragging states.
    void setOccupied(bool occupied);

    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

Q_SIGNALS:
    /// Clicked with the left button (`place`: twice).
    void clicked(awb::ui::Slot slot, bool place);

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;
    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) override;

private:
    bool isSmall() const { return isQuietSite(m_slot.site); }
    double radius() const;
    void updateMouse();
    bool isGrown() const { return m_state >= State::Target || m_focused || m_hovered; }
    QColor lineColor() const;
    void updateToolTip();

    Slot m_slot;
    ModulePlaceRects m_rects;
    bool m_revealed;
    State m_state = State::Idle;
    bool m_focused = false;
    bool m_hovered = false;
    bool m_occupied = false;
    std::vector<std::string> m_leftOut;
};

} // namespace awb::ui
