#include "ui/design/preset_palette.h"

#include <array>

#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>

#include "models/config/bottleneck_config.h"
#include "ui/canvas/canvas_view.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kRowHeight = 52;
constexpr int kIconSize = 40;

const Preset& presetAt(const QModelIndex& index) {
    return bottleneckPresets()[static_cast<std::size_t>(index.row())];
}

QString description(const BottleneckConfig& config) {
    const QString place = config.isParallel ? PresetPalette::tr("beside feed-forward")
                          : config.mhAdapter && config.outputAdapter
                              ? PresetPalette::tr("after both sublayers")
                          : config.mhAdapter ? PresetPalette::tr("after attention")
                                             : PresetPalette::tr("after feed-forward");
    QString text = PresetPalette::tr("%1 · %2 · rf %3")
                       .arg(place, QString::fromStdString(config.nonLinearity))
                       .arg(config.reductionFactor.fallback.value_or(16));
    if (config.scaling.kind != Scaling::Kind::Constant) {
        text += PresetPalette::tr(" · learned scale");
    } else if (config.scaling.value != 1.0) {
        text += QStringLiteral(" · ×%1").arg(config.scaling.value);
    }
    return text;
}

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

/// A block in small, bottom to top: attention and feed-forward in grey on the stream, with the preset's
/// modules.
void drawPreset(QPainter& painter, const QRectF& area, const BottleneckConfig& config) {
    const Theme& theme = Theme::instance();
    const double left = config.isParallel ? area.left() + 13 : area.center().x();
    painter.setPen(QPen(theme.color(Tone::Frozen), 1.5));
    painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()));

    const double step = area.height() / 4;
    const std::array rows{area.bottom() - step / 2, area.bottom() - 1.5 * step, area.bottom() - 2.5 * step,
                          area.bottom() - 3.5 * step};
    painter.setBrush(theme.color(Tone::FrozenFill));
    const auto sublayer = [&](double y) {
        painter.setPen(QPen(theme.color(Tone::Frozen), 1));
        painter.drawRoundedRect(QRectF(left - 9, y - 3.5, 18, 7), 2, 2);
    };
    sublayer(rows[0]);
    sublayer(rows[2]);

    const auto module = [&](const QPointF& centre) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Tone::Trainable));
        painter.drawPath(hourglass(centre, 16, 9));
    };
    if (config.isParallel) {
        const double right = left + 17;
        QPainterPath branch;
        branch.moveTo(left, rows[1] + 2);
        branch.lineTo(right, rows[1] + 2);
        branch.lineTo(right, rows[3] + 2);
        branch.lineTo(left, rows[3] + 2);
        painter.setPen(QPen(theme.color(Tone::Trainable), 1.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(branch);
        module({right, rows[2]});
        if (config.scaling.kind != Scaling::Kind::Constant) {
            painter.setPen(QPen(theme.color(Tone::Trainable), 1.2));
            painter.setBrush(theme.color(Tone::Panel));
            painter.drawEllipse(QPointF(right, rows[3] + 2), 3, 3);
        }
        return;
    }
    if (config.mhAdapter) {
        module({left, rows[1]});
    }
    if (config.outputAdapter) {
        module({left, rows[3]});
    }
}

class PresetDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {200, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Theme& theme = Theme::instance();
        const Preset& preset = presetAt(index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF card = QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -2.5);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const bool focused = selected && option.state.testFlag(QStyle::State_HasFocus);
        const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
        painter->setPen(QPen(theme.color(focused    ? Tone::Focus
                                         : selected ? Tone::Accent
                                                    : Tone::Hairline),
                             focused ? 2 : 1));
        painter->setBrush(theme.color(selected || hovered ? Tone::Selection : Tone::Raised));
        painter->drawRoundedRect(card, kRadius, kRadius);

        const QRectF icon(card.left() + px(Space::S), card.center().y() - kIconSize / 2.0, kIconSize,
                          kIconSize);
        drawPreset(*painter, icon.adjusted(0, 1, 0, -1), preset.config);

        const QRectF text = card.adjusted(px(Space::S) + kIconSize + px(Space::S), 6, -px(Space::S), -6);
        painter->setPen(theme.color(Tone::Text));
        painter->setFont(theme.font(TextSize::Body, true));
        painter->drawText(text, Qt::AlignLeft | Qt::AlignTop, QString::fromStdString(preset.title));
        const QFont small = theme.font(TextSize::Small);
        painter->setFont(small);
        painter->setPen(theme.color(Tone::MutedText));
        const QString line =
            QFontMetricsF(small).elidedText(description(preset.config), Qt::ElideRight, text.width());
        painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom, line);
        painter->restore();
    }
};

} // namespace

PresetPalette::PresetPalette(QWidget* parent)
    : QListWidget(parent) {
    setObjectName(QStringLiteral("presetPalette"));
    setAccessibleName(tr("Presets"));
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new PresetDelegate(this));
    setDragEnabled(true);
    setDragDropMode(QAbstractItemView::DragOnly);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setMouseTracking(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    for (const Preset& preset : bottleneckPresets()) {
        const QString title = QString::fromStdString(preset.title);
        auto* item = new QListWidgetItem(title, this);
        item->setToolTip(tr("%1 (%2): %3\n%4")
                             .arg(title, QString::fromStdString(preset.newName), description(preset.config),
                                  QString::fromStdString(preset.reference)));
        item->setData(Qt::AccessibleTextRole, title);
        item->setData(Qt::AccessibleDescriptionRole, description(preset.config));
    }
    setCurrentRow(0);
    connect(this, &QListWidget::currentRowChanged, this,
            [this] { Q_EMIT currentPresetChanged(currentPreset()); });
    connect(this, &QListWidget::itemDoubleClicked, this, [this] { Q_EMIT applyRequested(currentPreset()); });
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

QString PresetPalette::currentPreset() const {
    return currentIndex().isValid() ? QString::fromStdString(presetAt(currentIndex()).name) : QString();
}

QSize PresetPalette::sizeHint() const {
    return {220, kRowHeight * count() + 2 * frameWidth()};
}

QStringList PresetPalette::mimeTypes() const {
    return {QLatin1String(kPresetMime)};
}

QMimeData* PresetPalette::mimeData(const QList<QListWidgetItem*>& items) const {
    if (items.isEmpty()) {
        return nullptr;
    }
    auto* mime = new QMimeData; // the drag takes it over
    mime->setData(QLatin1String(kPresetMime),
                  QByteArray::fromStdString(presetAt(indexFromItem(items.first())).name));
    return mime;
}

void PresetPalette::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() == Qt::NoModifier) {
        Q_EMIT applyRequested(currentPreset());
        return;
    }
    QListWidget::keyPressEvent(event);
}

} // namespace awb::ui
