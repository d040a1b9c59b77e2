#include "ui/design/method_icon.h"

#include <algorithm>
#include <array>

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kHalfWidth = 9; ///< of a sublayer's box
constexpr double kHalfHeight = 3.5;

/// An hourglass: down projection, waist, up projection.
QPainterPath hourglass(const QPointF& centre, double width, double height) {
    const double w = width / 2;
    const double h = height / 2;
    QPainterPath path;
    path.moveTo(centre + QPointF(-w, h));
    path.lineTo(centre + QPointF(w, h));
    path.lineTo(centre + QPointF(w / 3, 0));
    path.lineTo(centre + QPointF(w, -h));
    path.lineTo(centre + QPointF(-w, -h));
    path.lineTo(centre + QPointF(-w / 3, 0));
    path.closeSubpath();
    return path;
}

class IconPainter {
public:
    IconPainter(QPainter& painter, const QRectF& area, bool hasBranch)
        : m_painter(painter)
        , m_area(area)
        , m_stream(hasBranch ? area.left() + 13 : area.center().x()) {
        const double step = area.height() / 4;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            m_rows[i] = area.bottom() - (static_cast<double>(i) + 0.5) * step;
        }
    }

    void drawBlock(bool isTrained = false) {
        m_painter.setPen(QPen(tone(isTrained ? Tone::Trainable : Tone::Frozen), 1.5));
        m_painter.drawLine(QPointF(m_stream, m_area.top()), QPointF(m_stream, m_area.bottom()));
        m_painter.setPen(QPen(tone(isTrained ? Tone::Trainable : Tone::Frozen), 1));
        m_painter.setBrush(tone(isTrained ? Tone::Trainable : Tone::FrozenFill));
        for (const double y : {attention(), feedForward()}) {
            m_painter.drawRoundedRect(
                QRectF(m_stream - kHalfWidth, y - kHalfHeight, 2 * kHalfWidth, 2 * kHalfHeight), 2, 2);
        }
    }

    void drawHead() {
        const double y = m_rows[3];
        fillGreen();
        m_painter.drawPolygon(QPolygonF({{m_stream - kHalfWidth, y + 3},
                                         {m_stream + kHalfWidth, y + 3},
                                         {m_stream + 5, y - 4},
                                         {m_stream - 5, y - 4}}));
    }

    void drawPart(const MethodConfig& part) {
        if (part.isBottleneck()) {
            drawBottleneck(part.bottleneck);
        } else if (part.method == "ia3") {
            drawDots();
        } else if (part.method == "prefix_tuning") {
            drawPrefix(part.options.flag("flat"));
        } else if (part.method == "prompt_tuning") {
            drawPrompt();
        } else if (part.method == "reft") {
            drawSubspace();
        } else if (part.method == "bitfit") {
            drawBiases();
        } else {
            drawPair(part.method);
        }
    }

private:
    static QColor tone(Tone tone) { return Theme::instance().color(tone); }
    double attention() const { return m_rows[0]; }
    double feedForward() const { return m_rows[2]; }

    void fillGreen() {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(tone(Tone::Trainable));
    }
    void penGreen(double width = 1.2) {
        m_painter.setPen(QPen(tone(Tone::Trainable), width));
        m_painter.setBrush(Qt::NoBrush);
    }
    void ring(const QPointF& centre) {
        penGreen();
        m_painter.setBrush(tone(Tone::Panel));
        m_painter.drawEllipse(centre, 3, 3);
    }

    void drawModule(const QPointF& centre, const BottleneckConfig& config) {
        fillGreen();
        m_painter.drawPath(hourglass(centre, 16, 9));
        if (config.phm) { // small factors instead of whole matrices
            m_painter.setPen(QPen(tone(Tone::Panel), 1));
            for (const double x : {-4.0, 0.0, 4.0}) {
                m_painter.drawLine(centre + QPointF(x, -4.5), centre + QPointF(x, 4.5));
            }
        }
        if (config.lnBefore) {
            penGreen(1.5);
            m_painter.drawLine(centre + QPointF(-8, 6.5), centre + QPointF(8, 6.5));
        }
        if (config.useGating || (!config.isParallel && config.scaling.kind != Scaling::Kind::Constant)) {
            ring(centre + QPointF(11, 0));
        }
    }

    void drawBottleneck(const BottleneckConfig& config) {
        if (config.isParallel) {
            const double right = m_stream + 17;
            QPainterPath branch;
            branch.moveTo(m_stream, m_rows[1] + 2);
            branch.lineTo(right, m_rows[1] + 2);
            branch.lineTo(right, m_rows[3] + 2);
            branch.lineTo(m_stream, m_rows[3] + 2);
            penGreen();
            m_painter.drawPath(branch);
            drawModule({right, m_rows[2]}, config);
            if (config.scaling.kind != Scaling::Kind::Constant) {
                ring({right, m_rows[3] + 2});
            }
            return;
        }
        if (config.mhAdapter) {
            drawModule({m_stream, m_rows[1]}, config);
        }
        if (config.outputAdapter) {
            drawModule({m_stream, m_rows[3]}, config);
        }
        if (config.invertible != InvertibleKind::None) {
            drawTwoWayArrow(config.invertible == InvertibleKind::Glow);
        }
    }

    /// At the embeddings, left of the stream.
    void drawTwoWayArrow(bool isAffine) {
        const double x = m_area.left() + 4;
        const double top = m_rows[1];
        const double bottom = m_area.bottom() - 1;
        penGreen(1.5);
        m_painter.drawLine(QPointF(x, top), QPointF(x, bottom));
        for (const auto& [y, direction] : {std::pair(top, 1.0), std::pair(bottom, -1.0)}) {
            m_painter.drawLine(QPointF(x, y), QPointF(x - 3, y + 3 * direction));
            m_painter.drawLine(QPointF(x, y), QPointF(x + 3, y + 3 * direction));
        }
        if (isAffine) {
            ring({x, (top + bottom) / 2});
        }
    }

    /// Two slim bars beside the maps that they change; VeRA's are frozen, with trained vectors.
    void drawPair(const std::string& method) {
        const bool isFrozen = method == "vera";
        const double x = m_stream + kHalfWidth + 3; // presets act at attention
        const double y = attention();
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(tone(isFrozen ? Tone::Frozen : Tone::Trainable));
        m_painter.drawRect(QRectF(x, y - 6, 2.5, 12));
        m_painter.drawRect(QRectF(x + 4.5, y - 6, 2.5, 12));
        if (isFrozen) {
            fillGreen();
            m_painter.drawEllipse(QPointF(x + 1.25, y - 9), 1.8, 1.8);
            m_painter.drawEllipse(QPointF(x + 5.75, y - 9), 1.8, 1.8);
        } else if (method == "dora") {
            ring({x + 3.5, y - 10});
        }
    }

    /// A dot where keys, values and feed-forward units are multiplied.
    void drawDots() {
        fillGreen();
        const double x = m_stream + kHalfWidth + 5;
        m_painter.drawEllipse(QPointF(x, attention()), 2.5, 2.5);
        m_painter.drawEllipse(QPointF(x + 7, attention()), 2.5, 2.5);
        m_painter.drawEllipse(QPointF(x, feedForward()), 2.5, 2.5);
    }

    /// Extra keys and values left of attention, made by a small network unless flat.
    void drawPrefix(bool isFlat) {
        fillGreen();
        const double right = m_stream - kHalfWidth - 2;
        for (const double offset : {-4.5, 0.5}) {
            m_painter.drawRect(QRectF(right - 6, attention() + offset, 6, 3.5));
        }
        if (!isFlat) {
            QPainterPath network;
            network.moveTo(right - 8, attention() - 6);
            network.lineTo(right - 8, attention() + 6);
            network.lineTo(right - 12, attention());
            network.closeSubpath();
            penGreen(1);
            m_painter.drawPath(network);
        }
    }

    /// Trained tokens in front of the text's.
    void drawPrompt() {
        const double y = m_area.bottom() - 2.5;
        for (int i = 0; i < 5; ++i) {
            const QRectF token(m_area.left() + 2 + 7.5 * i, y - 2.5, 5.5, 5);
            m_painter.setPen(QPen(tone(i < 2 ? Tone::Trainable : Tone::Frozen), 1));
            m_painter.setBrush(tone(i < 2 ? Tone::Trainable : Tone::FrozenFill));
            m_painter.drawRect(token);
        }
    }

    /// A turn inside a plane, after the block.
    void drawSubspace() {
        const QPointF centre(m_stream, m_rows[3]);
        QPainterPath plane;
        plane.moveTo(centre + QPointF(-10, 3));
        plane.lineTo(centre + QPointF(5, 3));
        plane.lineTo(centre + QPointF(11, -4));
        plane.lineTo(centre + QPointF(-4, -4));
        plane.closeSubpath();
        penGreen();
        m_painter.setBrush(tone(Tone::Panel));
        m_painter.drawPath(plane);
        fillGreen();
        m_painter.drawEllipse(centre, 2.2, 2.2);
    }

    void drawBiases() {
        penGreen(1.5);
        for (const double y : {attention(), m_rows[1], feedForward(), m_rows[3]}) {
            const QPointF centre(m_stream + kHalfWidth + 6, y);
            m_painter.drawLine(centre - QPointF(2.8, 0), centre + QPointF(2.8, 0));
            m_painter.drawLine(centre - QPointF(0, 2.8), centre + QPointF(0, 2.8));
        }
    }

    QPainter& m_painter;
    QRectF m_area;
    double m_stream;
    std::array<double, 4> m_rows{}; ///< attention, between, feed-forward, above
};

} // namespace

void drawMethodIcon(QPainter& painter, const QRectF& area, const std::vector<MethodConfig>& parts) {
    const bool hasBranch = std::any_of(parts.begin(), parts.end(), [](const MethodConfig& part) {
        return part.isBottleneck() && part.bottleneck.isParallel;
    });
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    IconPainter icon(painter, area, hasBranch && parts.size() == 1);
    icon.drawBlock();
    for (const MethodConfig& part : parts) {
        icon.drawPart(part);
    }
    painter.restore();
}

void drawYardstickIcon(QPainter& painter, const QRectF& area, TrainTarget target) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    IconPainter icon(painter, area, false);
    icon.drawBlock(target == TrainTarget::Everything);
    icon.drawHead();
    painter.restore();
}

} // namespace awb::ui
