#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/canvas/module_glyphs.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

/// The glyphs of every method but the bottleneck.
namespace awb::ui::glyphs {

namespace {

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QPainterPath rounded(const QRectF& rect, double radius) {
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

/// How many cells stand for `length` vectors: more for each fourfold length.
int cellCount(int length, int most) {
    const int count = 2 + static_cast<int>(std::log2(std::max(1, length)) / 2);
    return std::clamp(count, 2, most);
}

/// An arrow from one end of the line to the other.
void drawArrowLine(QPainter& painter, QPointF from, QPointF to, const QColor& line) {
    painter.setPen(shapes::linePen(painter, line, 1.4));
    painter.drawLine(from, to);
    const QPointF way = to - from;
    shapes::drawArrow(painter, to, way / std::hypot(way.x(), way.y()), line);
}

/// The trained length of each row: a double arrow as high as the bars.
void drawMagnitude(QPainter& painter, double x, const QRectF& body, const QColor& line) {
    const double tip = 2.6;
    painter.setPen(shapes::linePen(painter, line, 1.3));
    painter.drawLine(QPointF(x, body.top() + 1), QPointF(x, body.bottom() - 1));
    painter.drawPolyline(QPolygonF{QPointF(x - tip, body.top() + 1 + tip), QPointF(x, body.top() + 1),
                                   QPointF(x + tip, body.top() + 1 + tip)});
    painter.drawPolyline(QPolygonF{QPointF(x - tip, body.bottom() - 1 - tip), QPointF(x, body.bottom() - 1),
                                   QPointF(x + tip, body.bottom() - 1 - tip)});
}

/// The pair that VeRA draws at random once: grey, hatched, never trained.
Style frozenStyle(const Style& style) {
    return {tone(Tone::FrozenFill), tone(Tone::Frozen), Qt::BDiagPattern, false, style.isCrossedOut};
}

} // namespace

void drawLowRank(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    const bool isDora = module.kind == ModuleKind::Dora;
    const bool isVera = module.kind == ModuleKind::Vera;
    const double gap = 2;
    const double vector = isVera ? std::min(3.0, body.width() / 10) : 0;
    const double extra = (isDora || module.gated ? 9 : 0) + 2 * vector + (isVera ? 2 : 0);
    const double widest = std::max(2.0, (body.width() - extra - gap - 2) / 2);
    const double width = barWidth(module.bottleneck, module.inWidth, std::min(12.0, widest));
    const Style bars = isVera ? frozenStyle(style) : style;
    double x = body.left() + 1;
    for (int bar = 0; bar < 2; ++bar) {
        fillShape(painter, rounded({x, body.top(), width, body.height()}, std::min(1.5, width / 3)), bars, 1);
        x += width;
        if (isVera) {
            fillShape(painter, rounded({x + 0.8, body.top(), vector, body.height()}, 0.8), style, 0.8);
            x += vector + 1;
        }
        x += gap;
    }
    if (isDora) {
        drawMagnitude(painter, x + 3, body, style.line);
    } else if (module.gated) {
        drawGate(painter, {x + 4, body.center().y()}, std::min(4.2, body.height() / 2), style.line);
    }
}

void drawFactors(QPainter& painter, const QRectF& body, const Style& style) {
    const double y = body.center().y();
    drawArrowLine(painter, {body.left(), y}, {body.right() - 0.5, y}, style.line);
    const double radius = std::min({4.6, body.height() / 2 - 1, body.width() / 2 - 1});
    QPainterPath dot;
    dot.addEllipse(body.center() - QPointF(2, 0), radius, radius);
    fillShape(painter, dot, style, 1.2);
}

void drawBias(QPainter& painter, const QRectF& body, const Style& style) {
    constexpr double flat = 8; // marks of norms lie, those of maps stand
    if (body.height() < flat) {
        fillShape(painter, rounded(body.adjusted(0, 0.8, 0, -0.8), 2), style, 1);
        return;
    }
    fillShape(painter, rounded({body.left() + 0.5, body.top(), 5, body.height()}, 1.6), style, 1);
    const double arm = 3;
    const QPointF plus(body.left() + 12, body.center().y());
    if (plus.x() + arm < body.right()) {
        painter.setPen(shapes::linePen(painter, style.line, 1.4));
        painter.drawLine(plus - QPointF(arm, 0), plus + QPointF(arm, 0));
        painter.drawLine(plus - QPointF(0, arm), plus + QPointF(0, arm));
    }
}

void drawPrefix(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    const double letter = body.width() >= 30 ? 11 : 0;
    const double gate = module.gated ? 9 : 0;
    const double room = body.width() - letter - gate - 1;
    const int cells = cellCount(module.bottleneck, std::clamp(static_cast<int>(room / 6), 2, 4));
    const double pitch = std::min(7.0, room / cells);
    const double height = body.height() / 2 - 2;
    for (int line = 0; line < 2; ++line) {
        const QRectF row(body.left(), body.top() + line * (height + 4), body.width(), height);
        if (letter > 0) {
            shapes::drawText(painter, {row.left() - 3, row.top(), letter + 3, height},
                             line == 0 ? u"K"_s : u"V"_s, {.color = tone(Tone::Text), .grows = false});
        }
        double x = row.left() + letter;
        for (int cell = 0; cell < cells; ++cell) {
            fillShape(painter, rounded({x, row.top(), pitch - 2, height}, 1.2), style, 0.8);
            x += pitch;
        }
        drawArrowLine(painter, {x - 1 + gate, row.center().y()}, {body.right() + 5, row.center().y()},
                      style.line);
    }
    if (module.gated) {
        drawGate(painter, {body.right() - 5, body.center().y()}, 4.5, style.line);
    }
}

void drawPrompt(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    const int cells = cellCount(module.bottleneck, std::max(2, static_cast<int>(body.width() / 9)));
    const double pitch = body.width() / cells;
    for (int cell = 0; cell < cells; ++cell) {
        const QRectF token(body.left() + cell * pitch, body.top(), pitch - 2, body.height());
        fillShape(painter, rounded(token, 3), style, 1.2);
    }
}

void drawInvertible(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    fillShape(painter, rounded(body, kRadius), style, 1.3);
    const QColor ink = shapes::inkOn(style.fill);
    const double inset = std::min(8.0, body.width() / 6);
    const bool hasMark = body.width() > 50;
    const double right = body.right() - (hasMark ? 30 : inset);
    const double offset = body.height() * 0.17;
    const double y = body.center().y();
    drawArrowLine(painter, {body.left() + inset, y - offset}, {right, y - offset}, ink);
    drawArrowLine(painter, {right, y + offset}, {body.left() + inset, y + offset}, ink);
    if (hasMark) {
        // Additive coupling adds; affine coupling also scales.
        const QString mark = module.kind == ModuleKind::Nice ? u"+"_s : u"×+"_s;
        shapes::drawText(painter, {right + 1, body.top(), 28, body.height()}, mark,
                         {.bold = true, .color = ink});
    }
}

void drawReft(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    constexpr int tokens = 5;
    const double strip = body.height() * 0.24;
    const QRectF upper = body.adjusted(0, 0, 0, -strip - 2);
    Style plate = style;
    plate.fill = shapes::mixed(tone(Tone::Panel), style.fill, style.glows ? 1.0 : 0.45);
    fillShape(painter, rounded(upper, 4), plate, 1.2);
    // A point and its projection on a line: the subspace in which the state is changed.
    const QPointF from(upper.left() + 3, upper.bottom() - 3);
    const QPointF to(upper.right() - 4, upper.top() + upper.height() * 0.42);
    const QPointF along = (to - from) / std::hypot((to - from).x(), (to - from).y());
    const QPointF foot = from + (to - from) * 0.62;
    const QPointF normal(along.y(), -along.x());
    const QPointF state = foot + normal * (foot.y() - upper.top() - 3);
    const QColor ink = shapes::inkOn(plate.fill);
    painter.setPen(shapes::linePen(painter, ink, 1.6));
    painter.drawLine(from, to);
    painter.setPen(shapes::linePen(painter, ink, 1.1, Qt::DotLine));
    painter.drawLine(state, foot);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(state, 1.8, 1.8);
    painter.drawEllipse(foot, 1.4, 1.4);
    const double pitch = body.width() / tokens;
    for (int token = 0; token < tokens; ++token) {
        const bool isChanged =
            token < std::min(2, module.firstTokens) || token >= tokens - std::min(2, module.lastTokens);
        Style cell = style;
        cell.fill = isChanged ? style.fill : tone(Tone::Panel);
        cell.line = isChanged ? style.line : tone(Tone::Frozen);
        cell.glows = false;
        const QRectF rect(body.left() + token * pitch + 0.5, body.bottom() - strip, pitch - 1, strip);
        fillShape(painter, rounded(rect, 1), cell, 1);
    }
}

void drawShared(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style) {
    Style plate = style;
    plate.fill = shapes::mixed(tone(Tone::Panel), style.fill, style.glows ? 1.0 : 0.25);
    plate.pattern = Qt::SolidPattern; // its text stands on it
    fillShape(painter, rounded(body, body.height() / 2), plate, 1.2);
    const QPointF centre(body.left() + body.height() / 2 + 2, body.center().y());
    if (module.method == "bottleneck") {
        drawKronecker(painter, centre, 5, style.line);
        return;
    }
    // Two linked rings: one set of numbers for several places.
    painter.setPen(shapes::linePen(painter, style.line, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(centre - QPointF(2.4, 0), 3.6, 3.6);
    painter.drawEllipse(centre + QPointF(2.4, 0), 3.6, 3.6);
}

} // namespace awb::ui::glyphs
