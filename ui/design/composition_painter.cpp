#include "ui/design/composition_painter.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include "ui/canvas/shapes.h"
#include "ui/design/composition_glyph.h"
#include "ui/design/composition_words.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

constexpr double kStripe = 5;
constexpr double kSign = 12;
constexpr double kBend = 26; ///< the length in which a branch reaches its height
constexpr double kNarrowest = 104;
constexpr double kWidest = 188;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QColor flowColor() {
    return shapes::mixed(tone(Tone::Frozen), tone(Tone::Panel), 0.25);
}

QString lineOf(const Experiment& experiment, const std::string& adapter) {
    const AdapterSpec* spec = experiment.findAdapter(adapter);
    return spec != nullptr ? adapterLine(*spec) : QString();
}

void drawSign(QPainter& painter, QPointF centre, bool isTrained) {
    if (isTrained) {
        shapes::drawPencil(painter, centre, kSign, tone(Tone::Trainable));
    } else {
        shapes::drawLock(painter, centre, kSign, tone(Tone::Frozen));
    }
}

void drawWords(QPainter& painter, const QRectF& area, const QString& text, const QFont& font,
               const QColor& color, Qt::Alignment alignment) {
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine,
                     QFontMetricsF(font).elidedText(text, Qt::ElideRight, area.width()));
}

class TreePainter {
public:
    TreePainter(QPainter& painter, const CompositionLayout& layout, const Experiment& experiment,
                const CompositionMarks& marks)
        : m_painter(painter)
        , m_layout(layout)
        , m_experiment(experiment)
        , m_marks(marks) {}

    void draw() {
        if (m_layout.boxes().empty()) {
            return;
        }
        const CompositionBox& root = m_layout.boxes().front();
        if (root.node->kind == Kind::None) {
            drawEmpty(root);
            return;
        }
        drawEnds(root);
        for (const CompositionBox& box : m_layout.boxes()) {
            box.isBlock() ? drawBlock(box) : drawLeaf(box);
        }
        drawSpot();
    }

private:
    void drawEmpty(const CompositionBox& root) {
        const bool isTarget = m_marks.spot.on != DropSpot::On::Nothing;
        const Tone line = !isTarget ? Tone::MutedText : m_marks.isRefused ? Tone::Error : Tone::Accent;
        m_painter.setPen(QPen(tone(line), isTarget ? 2 : 1, Qt::DashLine));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(root.rect, kRadius, kRadius);
        drawWords(m_painter, root.rect.adjusted(8, 0, -8, 0),
                  Words::tr("No adapter in use: drag one here, or press Enter on it"),
                  Theme::instance().font(TextSize::Small), tone(Tone::MutedText), Qt::AlignCenter);
    }

    void arrow(QPointF from, QPointF to) {
        m_painter.setPen(QPen(flowColor(), 1.4));
        m_painter.drawLine(from, to - QPointF(4, 0));
        shapes::drawArrow(m_painter, to, {1, 0}, flowColor());
    }

    /// What comes into the composition and what goes out of it.
    void drawEnds(const CompositionBox& root) {
        const double y = flowY(root);
        const QFont font = Theme::instance().font(TextSize::Small);
        const double left = root.rect.left() - CompositionLayout::kMargin;
        drawWords(m_painter, {left + 6, y - 20, 44, 16}, Words::tr("states"), font, tone(Tone::MutedText),
                  Qt::AlignLeft | Qt::AlignVCenter);
        arrow({left + 8, y}, {root.rect.left() - 2, y});
        const std::size_t heads = std::max<std::size_t>(1, headBranches(*root.node).size());
        drawWords(m_painter, {root.rect.right() + 5, y - 20, CompositionLayout::kMargin - 5, 16},
                  heads == 1 ? Words::tr("head") : Words::tr("%n heads", nullptr, static_cast<int>(heads)),
                  font, tone(Tone::MutedText), Qt::AlignLeft | Qt::AlignVCenter);
        arrow({root.rect.right(), y}, {root.rect.right() + CompositionLayout::kMargin - 6, y});
    }

    static double flowY(const CompositionBox& box) {
        return box.isBlock() ? box.body.center().y() : box.rect.center().y();
    }

    void frame(const CompositionBox& box, const QColor& fill) {
        const bool isCurrent = box.path == m_marks.current;
        const bool isHovered = m_marks.hovered == &box;
        m_painter.setBrush(fill);
        m_painter.setPen(isCurrent ? QPen(tone(m_marks.hasFocus ? Tone::Focus : Tone::Accent), 2)
                                   : QPen(tone(isHovered ? Tone::MutedText : Tone::Hairline), 1));
        const double inset = isCurrent ? 1 : 0.5;
        m_painter.drawRoundedRect(box.rect.adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    }

    void drawLeaf(const CompositionBox& box) {
        drawAdapterChip(m_painter, box.rect, m_experiment, box.node->name);
        if (box.path == m_marks.current || m_marks.hovered == &box) {
            frame(box, Qt::transparent);
        }
    }

    void drawBlock(const CompositionBox& box) {
        const bool isOdd = box.path.size() % 2 == 1;
        frame(box, isOdd ? tone(Tone::Raised) : tone(Tone::Panel));
        const QRectF header = box.header.adjusted(10, 3, -8, -3);
        const QColor ink = tone(Tone::Text);
        drawKindGlyph(m_painter, {header.left(), header.center().y() - 7, 14, 14}, box.node->kind, ink);
        drawWords(m_painter, header.adjusted(20, 0, -18, 0), kindTitle(box.node->kind),
                  Theme::instance().font(TextSize::Small, true), ink, Qt::AlignLeft | Qt::AlignVCenter);
        if (box.node->kind == Kind::Fuse) {
            drawSign(m_painter, {header.right() - 6, header.center().y()},
                     isTrainedNode(m_experiment, *box.node));
        }
        box.isRow() ? drawRow(box) : drawBranches(box);
    }

    /// A Stack: an arrow with the order number into each child.
    void drawRow(const CompositionBox& box) {
        QPointF from(box.rect.left() + 1, flowY(box));
        for (std::size_t i = 0; i < box.children.size(); ++i) {
            const QRectF child = m_layout.boxes()[box.children[i]].rect;
            arrow(from, {child.left() - 1, from.y()});
            const QRectF number((from.x() + child.left()) / 2 - 12, from.y() - 17, 20, 14);
            drawWords(m_painter, number, QString::number(i + 1), Theme::instance().figures(TextSize::Small),
                      tone(Tone::MutedText), Qt::AlignCenter);
            from.setX(child.right());
        }
        m_painter.setPen(QPen(flowColor(), 1.4));
        m_painter.drawLine(from, {box.rect.right() - 1, from.y()});
    }

    /// Other blocks: lines fan out to the children and come together again.
    void drawBranches(const CompositionBox& box) {
        const bool isParallel = box.node->kind == Kind::Parallel;
        const QPointF in(box.rect.left() + 8, flowY(box));
        const bool hasNode = box.node->kind == Kind::Fuse || box.node->kind == Kind::Average;
        const QPointF out(box.rect.right() - (hasNode ? 18 : 8), flowY(box));
        m_painter.setBrush(Qt::NoBrush);
        for (std::size_t i = 0; i < box.children.size(); ++i) {
            const QRectF child = m_layout.boxes()[box.children[i]].rect;
            const double y = child.center().y();
            branch(in, {in.x() + kBend, y}, {child.left(), y});
            if (isParallel) {
                arrow({child.right(), y}, {box.rect.right() - 6, y});
                m_painter.setBrush(Qt::NoBrush);
            } else {
                branch(out, {std::max(child.right(), out.x() - kBend), y}, {child.right(), y});
            }
            drawBranchText(box, i, child);
        }
        if (hasNode) {
            drawNode(box, out);
        }
    }

    /// A line from where branches meet: bent to a branch's height, then level.
    void branch(QPointF meeting, QPointF level, QPointF end) {
        const double middle = (meeting.x() + level.x()) / 2;
        QPainterPath path(meeting);
        path.cubicTo({middle, meeting.y()}, {middle, level.y()}, level);
        path.lineTo(end);
        m_painter.setPen(QPen(flowColor(), 1.4));
        m_painter.drawPath(path);
    }

    void drawBranchText(const CompositionBox& box, std::size_t child, const QRectF& rect) {
        const QString text = branchText(*box.node, child);
        if (text.isEmpty()) {
            return;
        }
        const bool isLeft = box.node->kind != Kind::Average;
        const QFont font = Theme::instance().figures(TextSize::Small);
        const double width = QFontMetricsF(font).horizontalAdvance(text) + 8;
        const double x = isLeft ? box.body.left() - width - 4 : box.body.right() + 4;
        const QRectF pill(x, rect.center().y() - 8, width, 16);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(box.path.size() % 2 == 1 ? tone(Tone::Raised) : tone(Tone::Panel));
        m_painter.drawRect(pill);
        drawWords(m_painter, pill, text, font, tone(Tone::Text), Qt::AlignCenter);
        m_painter.setBrush(Qt::NoBrush);
    }

    /// Where the branches meet: attention of Fuse, the sum of Average.
    void drawNode(const CompositionBox& box, QPointF centre) {
        const bool isFuse = box.node->kind == Kind::Fuse;
        const bool isTrained = isFuse && isTrainedNode(m_experiment, *box.node);
        const QColor line = tone(isTrained ? Tone::Trainable : Tone::Frozen);
        if (!isFuse) {
            shapes::drawSum(m_painter, centre, 8, line, tone(Tone::FrozenFill));
            return;
        }
        m_painter.setPen(QPen(line, 1.4));
        m_painter.setBrush(isTrained ? shapes::mixed(tone(Tone::Panel), line, 0.16) : tone(Tone::FrozenFill));
        m_painter.drawEllipse(centre, 10, 10);
        drawWords(m_painter, QRectF(centre - QPointF(10, 10), QSizeF(20, 20)), QStringLiteral("α"),
                  Theme::instance().font(TextSize::Body, true), tone(Tone::Text), Qt::AlignCenter);
    }

    void drawSpot() {
        if (m_marks.spot.on == DropSpot::On::Nothing) {
            return;
        }
        const QColor color = tone(m_marks.isRefused ? Tone::Error : Tone::Accent);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(color, 3, m_marks.isRefused ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap));
        if (!m_marks.spot.line.isNull()) {
            m_painter.drawLine(m_marks.spot.line);
        } else {
            m_painter.drawRoundedRect(m_marks.spot.outline.adjusted(-2, -2, 2, 2), kRadius + 1, kRadius + 1);
        }
    }

    QPainter& m_painter;
    const CompositionLayout& m_layout;
    const Experiment& m_experiment;
    const CompositionMarks& m_marks;
};

} // namespace

void drawAdapterChip(QPainter& painter, const QRectF& rect, const Experiment& experiment,
                     const std::string& adapter, bool isDimmed) {
    const Theme& theme = Theme::instance();
    const QString name = QString::fromStdString(adapter);
    const bool isTrained = experiment.trainsAdapter(adapter);
    const QColor color = theme.adapterColor(name);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tone(Tone::Hairline), 1, isDimmed ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(shapes::mixed(tone(Tone::Raised), color, 0.08));
    const QRectF outline = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(outline, kRadius, kRadius);
    QPainterPath body;
    body.addRoundedRect(outline, kRadius, kRadius);
    painter.setClipPath(body, Qt::IntersectClip);
    painter.fillRect(QRectF(outline.left(), outline.top(), kStripe, outline.height()), color);
    if (const Qt::BrushStyle pattern = theme.adapterPattern(name); pattern != Qt::SolidPattern) {
        painter.fillRect(QRectF(outline.left(), outline.top(), kStripe, outline.height()),
                         QBrush(tone(Tone::Panel), pattern));
    }
    const QRectF words = rect.adjusted(kStripe + 7, 4, -kSign - 10, -4);
    drawWords(painter, words, name, theme.font(TextSize::Body, true), tone(Tone::Text),
              Qt::AlignLeft | Qt::AlignTop);
    drawWords(painter, words.adjusted(0, 0, kSign, 0), lineOf(experiment, adapter),
              theme.figures(TextSize::Small), tone(Tone::MutedText), Qt::AlignLeft | Qt::AlignBottom);
    drawSign(painter, {rect.right() - kSign / 2 - 7, rect.top() + 12}, isTrained);
    painter.restore();
}

double adapterChipWidth(const Experiment& experiment, const std::string& adapter) {
    const Theme& theme = Theme::instance();
    const double name =
        QFontMetricsF(theme.font(TextSize::Body, true)).horizontalAdvance(QString::fromStdString(adapter)) +
        kSign;
    const double line =
        QFontMetricsF(theme.figures(TextSize::Small)).horizontalAdvance(lineOf(experiment, adapter));
    return std::clamp(std::max(name, line) + kStripe + 21, kNarrowest, kWidest);
}

void drawComposition(QPainter& painter, const CompositionLayout& layout, const Experiment& experiment,
                     const CompositionMarks& marks) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    TreePainter(painter, layout, experiment, marks).draw();
    painter.restore();
}

} // namespace awb::ui
