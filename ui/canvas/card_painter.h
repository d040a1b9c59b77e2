#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;

/// What all cards of the stack have in common.
namespace awb::ui::cards {

/// Colour of the lines along which states flow.
QColor flowColor();
/// A card; one below the gradient line lies flat.
void drawCard(QPainter& painter, const QRectF& card, bool raised);
/// The line from a card's main line up to the card above, in the card's own coordinates.
void drawOutgoing(QPainter& painter, double flowY);
/// A part of the base model: grey with a lock, or green with a pencil where it is trained. `names` longest
/// first; `detail` is shown when near.
void drawPart(QPainter& painter, const QRectF& box, const QStringList& names, const QString& detail,
              bool trained);
/// A layer norm of the base.
void drawNorm(QPainter& painter, QPointF centre, bool trained);
/// The dot at which a path leaves the main line.
void drawBranch(QPainter& painter, QPointF centre);

} // namespace awb::ui::cards
