#include "ui/canvas/legend_band.h"

#include <algorithm>

#include <QFontMetrics>
#include <QPainter>

#include "ui/canvas/join_item.h"
#include "ui/canvas/module_glyphs.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr int kLine = 28;
constexpr int kPadding = 6;
constexpr int kMap = 16; ///< width of the weight matrix beside which a mark stands

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

int glyphWidth(const LegendEntry& entry) {
    if (entry.sign != LegendEntry::Sign::Module) {
        return 20;
    }
    switch (entry.module.kind) {
    case ModuleKind::Bottleneck:
    case ModuleKind::Compacter:
    case ModuleKind::Nice:
    case ModuleKind::Glow:
        return 44;
    case ModuleKind::Bias:
        return kMap + 16;
    case ModuleKind::LowRank:
    case ModuleKind::Dora:
    case ModuleKind::Vera:
        return kMap + 26;
    case ModuleKind::Shared:
        return 24;
    case ModuleKind::Prefix:
        return 42;
    default:
        return 30;
    }
}

/// One sign and its name.
class LegendItem : public QWidget {
public:
    LegendItem(LegendEntry entry, int hiddenSize, QWidget* parent)
        : QWidget(parent)
        , m_entry(std::move(entry))
        , m_hiddenSize(hiddenSize) {
        setObjectName(u"legendItem"_s);
        setAccessibleName(m_entry.title);
        setToolTip(m_entry.explanation);
    }

    QSize sizeHint() const override {
        const QFontMetrics metrics(Theme::instance().font(TextSize::Small));
        return {glyphWidth(m_entry) + px(Space::S) + metrics.horizontalAdvance(m_entry.title) + 2, kLine};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF glyph(0, 4, glyphWidth(m_entry), kLine - 8);
        drawSign(painter, glyph);
        painter.setFont(Theme::instance().font(TextSize::Small));
        painter.setPen(tone(Tone::Text));
        painter.drawText(
            QRectF(glyph.right() + px(Space::S), 0, width() - glyph.right() - px(Space::S), kLine),
            Qt::AlignLeft | Qt::AlignVCenter, m_entry.title);
    }

private:
    void drawSign(QPainter& painter, const QRectF& area) const {
        const QPointF centre = area.center();
        switch (m_entry.sign) {
        case LegendEntry::Sign::Module:
            return drawModule(painter, area);
        case LegendEntry::Sign::Join:
            return drawJoin(painter, centre);
        case LegendEntry::Sign::Gate:
            return glyphs::drawGate(painter, centre, 6, tone(Tone::Text));
        case LegendEntry::Sign::Trained:
            return shapes::drawPencil(painter, centre, 13, tone(Tone::Trainable));
        case LegendEntry::Sign::Frozen:
            return shapes::drawLock(painter, centre, 13, tone(Tone::Frozen));
        case LegendEntry::Sign::LeftOut:
            return drawLeftOut(painter, centre);
        case LegendEntry::Sign::Dropped:
            return drawHatched(painter, area);
        case LegendEntry::Sign::Idle:
            painter.setOpacity(0.45);
            painter.setPen(shapes::linePen(painter, tone(Tone::Text), 1.2));
            painter.setBrush(tone(Tone::FrozenFill));
            painter.drawRoundedRect(QRectF(centre.x() - 8, centre.y() - 6, 16, 12), 3, 3);
            painter.setOpacity(1);
            return;
        }
    }

    void drawModule(QPainter& painter, const QRectF& area) const {
        ModulePicture module = m_entry.module;
        module.gated = false; // has a sign of its own
        module.drop = DropState::Kept;
        const QColor fill = shapes::mixed(tone(Tone::Panel), tone(Tone::Accent), 0.55);
        const glyphs::Style style{fill, shapes::mixed(tone(Tone::Accent), tone(Tone::Text), 0.3)};
        if (!isMapMark(module.kind) || module.kind == ModuleKind::Factors) {
            const double arrows = module.kind == ModuleKind::Prefix ? 6 : 0; // they leave the body
            return glyphs::draw(painter, module, area.adjusted(0, 0, -arrows, 0), m_hiddenSize, style);
        }
        const QRectF map(area.left() + 0.5, area.top() + 2, kMap - 2, area.height() - 4);
        painter.setPen(shapes::linePen(painter, tone(Tone::Frozen), 1));
        painter.setBrush(tone(Tone::FrozenFill));
        painter.drawRoundedRect(map, 2, 2);
        shapes::drawText(painter, map.adjusted(-1, 0, 1, 0), u"W"_s, {.color = tone(Tone::Text)});
        glyphs::draw(painter, module, area.adjusted(kMap, 2, 0, -2), m_hiddenSize, style);
    }

    void drawJoin(QPainter& painter, QPointF centre) const {
        if (m_entry.join != Composition::Kind::Stack) {
            return drawJoinMark(painter, m_entry.join, centre, 8.5, tone(Tone::Text));
        }
        painter.setPen(shapes::linePen(painter, tone(Tone::Frozen), 1.2));
        painter.setBrush(tone(Tone::Panel));
        painter.drawEllipse(centre, 7.5, 7.5);
        shapes::drawText(painter, QRectF(centre - QPointF(8, 8), QSizeF(16, 16)), u"1"_s,
                         {.color = tone(Tone::Text)});
    }

    static void drawLeftOut(QPainter& painter, QPointF centre) {
        constexpr double r = 7;
        painter.setPen(shapes::linePen(painter, tone(Tone::Frozen), 1.2, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(QPolygonF{centre + QPointF(0, -r), centre + QPointF(r, 0), centre + QPointF(0, r),
                                      centre + QPointF(-r, 0)});
        painter.setPen(shapes::linePen(painter, tone(Tone::Accent), 1.8));
        painter.drawLine(centre + QPointF(-r, r), centre + QPointF(r, -r));
    }

    static void drawHatched(QPainter& painter, const QRectF& area) {
        QPainterPath path;
        path.addRoundedRect(area.adjusted(1, 3, -1, -3), 3, 3);
        painter.setPen(shapes::linePen(painter, tone(Tone::Frozen), 1));
        painter.setBrush(tone(Tone::Panel));
        painter.drawPath(path);
        shapes::drawHatch(painter, path, tone(Tone::Frozen));
    }

    LegendEntry m_entry;
    int m_hiddenSize;
};

/// Calls `place` with the position of each item when lines are broken at `width`; returns the height.
template<typename Place>
int flow(const std::vector<QWidget*>& items, int width, Place place) {
    int x = px(Space::L);
    int y = kPadding;
    for (QWidget* item : items) {
        const QSize size = item->sizeHint();
        if (x > px(Space::L) && x + size.width() > width - px(Space::L)) {
            x = px(Space::L);
            y += kLine;
        }
        place(item, QRect(QPoint(x, y), size));
        x += size.width() + px(Space::L);
    }
    return items.empty() ? 0 : y + kLine + kPadding;
}

} // namespace

LegendBand::LegendBand(QWidget* parent)
    : QWidget(parent) {
    setObjectName(u"canvasLegendBand"_s);
    setAccessibleName(tr("Legend of the canvas"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        layOut();
        update();
    });
}

void LegendBand::setEntries(std::vector<LegendEntry> entries, int hiddenSize) {
    m_entries = std::move(entries);
    qDeleteAll(m_items);
    m_items.clear();
    QStringList names;
    for (const LegendEntry& entry : m_entries) {
        auto* item = new LegendItem(entry, hiddenSize, this);
        item->show();
        m_items.push_back(item);
        names << entry.title;
    }
    setAccessibleDescription(names.join(u", "_s));
    layOut();
}

int LegendBand::heightFor(int width) const {
    return flow(m_items, width, [](QWidget*, const QRect&) {});
}

void LegendBand::layOut() {
    flow(m_items, width(), [](QWidget* item, const QRect& place) { item->setGeometry(place); });
}

void LegendBand::resizeEvent(QResizeEvent*) {
    layOut();
}

void LegendBand::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), tone(Tone::Panel));
    painter.setPen(tone(Tone::Hairline));
    painter.drawLine(0, 0, width(), 0);
}

} // namespace awb::ui
