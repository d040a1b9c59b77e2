#include "ui/canvas/module_glyphs.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/canvas/activation_curve.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui::glyphs {

namespace {

constexpr double kNormBar = 6; ///< width of an inner layer norm
constexpr double kMark = 13;   ///< diameter of the scaling and gate marks
constexpr double kGap = 2;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

bool isScaled(const ModulePicture& module) {
    return module.scaling.kind != Scaling::Kind::Constant || module.scaling.value != 1;
}

/// Small bodies have no room for the marks beside the hourglass.
bool hasRoomForMarks(const QRectF& body) {
    return body.width() >= 76;
}

void drawActivation(QPainter& painter, const ModulePicture& module, const QRectF& glass, const QColor& line) {
    const double radius = std::min({8.5, glass.width() * 0.12, glass.height() * 0.36});
    painter.setPen(shapes::linePen(painter, line, 1.2));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(glass.center(), radius, radius);
    painter.save();
    painter.translate(glass.center());
    painter.scale(radius * 0.62, radius * 0.62);
    painter.setPen(shapes::linePen(painter, tone(Tone::Text), 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(activationCurve(module.nonLinearity));
    painter.restore();
}

void drawCross(QPainter& painter, QPointF centre, double arm) {
    painter.drawLine(centre - QPointF(arm, arm), centre + QPointF(arm, arm));
    painter.drawLine(centre - QPointF(arm, -arm), centre + QPointF(arm, -arm));
}

void drawHalo(QPainter& painter, const QPainterPath& outline, const QColor& fill) {
    QColor halo = fill;
    for (const auto& [width, alpha] : {std::pair(11.0, 0.16F), std::pair(6.0, 0.28F)}) {
        halo.setAlphaF(alpha);
        painter.strokePath(outline, QPen(halo, width, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin));
    }
}

void drawBottleneckMarks(QPainter& painter, const ModulePicture& module, const QRectF& body,
                         const QColor& line) {
    const auto bar = [&](double x) {
        painter.setPen(shapes::linePen(painter, line, 1));
        painter.setBrush(tone(Tone::Panel));
        painter.drawRoundedRect(QRectF(x, body.top() + 3, kNormBar, body.height() - 6), 2, 2);
    };
    if (module.lnBefore) {
        bar(body.left());
    }
    double x = hourglass(module, body).right() + kGap;
    if (isScaled(module)) {
        const QRectF circle(x, body.center().y() - kMark / 2, kMark, kMark);
        painter.setPen(shapes::linePen(painter, line, 1));
        painter.setBrush(tone(Tone::Panel));
        painter.drawEllipse(circle);
        if (module.scaling.kind == Scaling::Kind::Constant) {
            drawCross(painter, circle.center(), kMark * 0.22);
        } else {
            shapes::drawText(painter, circle, u"s"_s, {.color = tone(Tone::Text)});
        }
        x += kMark + kGap;
    }
    if (module.gated) {
        drawGate(painter, {x + kMark / 2, body.center().y()}, kMark / 2 - 1, line);
        x += kMark + kGap;
    }
    if (module.lnAfter) {
        bar(x);
    }
}

} // namespace

void fillShape(QPainter& painter, const QPainterPath& shape, const Style& style, double lineWidth) {
    if (style.glows && !style.isCrossedOut) {
        drawHalo(painter, shape, style.fill);
    }
    painter.setPen(shapes::linePen(painter, style.line, lineWidth));
    painter.setBrush(style.fill);
    painter.drawPath(shape);
    if (style.pattern != Qt::SolidPattern) {
        painter.fillPath(shape, QBrush(style.line, style.pattern));
    }
    if (style.isCrossedOut) {
        shapes::drawHatch(painter, shape, tone(Tone::Frozen));
    }
}

QRectF hourglass(const ModulePicture& module, const QRectF& body) {
    if (!hasRoomForMarks(body)) {
        return body;
    }
    const double left = module.lnBefore ? kNormBar + kGap : 0;
    const double right = (module.lnAfter ? kNormBar + kGap : 0) + (isScaled(module) ? kMark + kGap : 0) +
                         (module.gated ? kMark + kGap : 0);
    return body.adjusted(left, 0, -right, 0);
}

double neck(const ModulePicture& module, const QRectF& body, int hiddenSize) {
    return shapes::neckHeight(module.bottleneck, hiddenSize, body.height());
}

double barWidth(int rank, int matrixWidth, double widest) {
    constexpr double thinnest = 3;
    if (rank <= 1 || matrixWidth <= 1) {
        return thinnest;
    }
    const double share = std::min(1.0, std::log2(rank) / std::log2(matrixWidth));
    return thinnest + share * std::max(0.0, widest - thinnest);
}

void drawGate(QPainter& painter, QPointF centre, double radius, const QColor& line) {
    painter.setPen(shapes::linePen(painter, line, 1.2));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(Qt::NoPen);
    painter.setBrush(line);
    painter.drawPie(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius), 90 * 16,
                    180 * 16);
}

void drawKronecker(QPainter& painter, QPointF centre, double radius, const QColor& line) {
    painter.setPen(shapes::linePen(painter, line, 1.2));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(centre, radius, radius);
    drawCross(painter, centre, radius * 0.62);
}

void drawBottleneck(QPainter& painter, const ModulePicture& module, const QRectF& body, int hiddenSize,
                    const Style& style) {
    const QRectF glass = hourglass(module, body);
    fillShape(painter, shapes::bottleneckOutline(glass, neck(module, body, hiddenSize)), style,
              style.glows ? 1.8 : 1.3);
    if (hasRoomForMarks(body)) {
        drawBottleneckMarks(painter, module, body, style.line);
    }
    drawActivation(painter, module, glass, style.line);
    if (module.kind == ModuleKind::Compacter) {
        const double radius = std::min(5.5, glass.width() * 0.11);
        for (const double side : {-1.0, 1.0}) {
            drawKronecker(painter, glass.center() + QPointF(side * (glass.width() / 2 - radius - 3), 0),
                          radius, style.line);
        }
    }
}

void draw(QPainter& painter, const ModulePicture& module, const QRectF& body, int hiddenSize,
          const Style& style) {
    switch (module.kind) {
    case ModuleKind::Bottleneck:
    case ModuleKind::Compacter:
        return drawBottleneck(painter, module, body, hiddenSize, style);
    case ModuleKind::LowRank:
    case ModuleKind::Dora:
    case ModuleKind::Vera:
        return drawLowRank(painter, module, body, style);
    case ModuleKind::Factors:
        return drawFactors(painter, body, style);
    case ModuleKind::Bias:
        return drawBias(painter, body, style);
    case ModuleKind::Prefix:
        return drawPrefix(painter, module, body, style);
    case ModuleKind::Prompt:
        return drawPrompt(painter, module, body, style);
    case ModuleKind::Nice:
    case ModuleKind::Glow:
        return drawInvertible(painter, module, body, style);
    case ModuleKind::Reft:
        return drawReft(painter, module, body, style);
    case ModuleKind::Shared:
        return drawShared(painter, module, body, style);
    }
}

} // namespace awb::ui::glyphs
