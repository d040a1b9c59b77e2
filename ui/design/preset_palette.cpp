#include "ui/design/preset_palette.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QStyledItemDelegate>

#include "models/config/adapter_config.h"
#include "ui/canvas/canvas_view.h"
#include "ui/design/method_icon.h"
#include "ui/design/method_words.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr int kRowHeight = 52;
constexpr int kGroupHeight = 26;
constexpr int kIconSize = 40;
constexpr int kPresetRole = Qt::UserRole;    ///< name of the preset; empty for a group's title
constexpr int kCountRole = Qt::UserRole + 1; ///< parameters at the base, as text
constexpr int kWordsRole = Qt::UserRole + 2; ///< what a search looks in, in lower case

/// One line of a card.
struct Card {
    QString title;
    QString line;
    QString count;
};

QString wordsOf(const MethodPreset& preset, MethodGroup group) {
    QStringList words{methodText(preset.title),
                      presetLine(preset),
                      groupTitle(group),
                      QString::fromStdString(preset.name),
                      QString::fromStdString(preset.newName),
                      QString::fromStdString(preset.paper)};
    for (const MethodConfig& part : preset.parts) {
        const Method& method = *findMethod(part.method);
        words << methodText(method.title) << methodText(method.summary);
    }
    return words.join(QLatin1Char(' ')).toLower();
}

class PresetDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
        return {200, index.data(kPresetRole).isValid() ? kRowHeight : kGroupHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QString count = index.data(kCountRole).toString();
        if (const MethodPreset* preset = PresetPalette::presetAt(index)) {
            const QRectF icon =
                paintCard(*painter, option, {methodText(preset->title), presetLine(*preset), count});
            drawMethodIcon(*painter, icon, preset->parts);
        } else if (const auto target = yardstickOf(index.data(kPresetRole).toString())) {
            const QRectF icon =
                paintCard(*painter, option, {yardstickTitle(*target), yardstickLine(*target), count});
            drawYardstickIcon(*painter, icon, *target);
        } else {
            paintGroup(*painter, option.rect, index.data().toString());
        }
        painter->restore();
    }

private:
    static void paintGroup(QPainter& painter, const QRectF& row, const QString& title) {
        const Theme& theme = Theme::instance();
        painter.setFont(theme.font(TextSize::Small, true));
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(row.adjusted(px(Space::Xs), 0, 0, -px(Space::Xs)), Qt::AlignLeft | Qt::AlignBottom,
                         title);
    }

    /// Everything but the icon, whose place is given back.
    static QRectF paintCard(QPainter& painter, const QStyleOptionViewItem& option, const Card& shown) {
        const Theme& theme = Theme::instance();
        const QRectF card = QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -2.5);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const bool focused = selected && option.state.testFlag(QStyle::State_HasFocus);
        const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
        painter.setPen(QPen(theme.color(focused    ? Tone::Focus
                                        : selected ? Tone::Accent
                                                   : Tone::Hairline),
                            focused ? 2 : 1));
        painter.setBrush(theme.color(selected || hovered ? Tone::Selection : Tone::Raised));
        painter.drawRoundedRect(card, kRadius, kRadius);

        const QRectF icon(card.left() + px(Space::S), card.center().y() - kIconSize / 2.0, kIconSize,
                          kIconSize);
        const QRectF text = card.adjusted(px(Space::S) + kIconSize + px(Space::S), 6, -px(Space::S), -6);
        const QFont small = theme.font(TextSize::Small);
        const QFont figures = theme.figures(TextSize::Small);
        painter.setFont(figures);
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(text.adjusted(0, 1, 0, 0), Qt::AlignRight | Qt::AlignTop, shown.count);
        const double countWidth = QFontMetricsF(figures).horizontalAdvance(shown.count) + px(Space::S);

        const QFont bold = theme.font(TextSize::Body, true);
        painter.setFont(bold);
        painter.setPen(theme.color(Tone::Text));
        painter.drawText(
            text, Qt::AlignLeft | Qt::AlignTop,
            QFontMetricsF(bold).elidedText(shown.title, Qt::ElideRight, text.width() - countWidth));
        painter.setFont(small);
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                         QFontMetricsF(small).elidedText(shown.line, Qt::ElideRight, text.width()));
        return icon.adjusted(0, 1, 0, -1);
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
    for (const MethodGroup group : kMethodGroups) {
        addGroup(group);
    }
    describe();
    setCurrentRow(1);
    connect(this, &QListWidget::currentRowChanged, this,
            [this] { Q_EMIT currentPresetChanged(currentPreset()); });
    connect(this, &QListWidget::itemDoubleClicked, this, [this] { Q_EMIT applyRequested(currentPreset()); });
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void PresetPalette::addGroup(MethodGroup group) {
    auto* title = new QListWidgetItem(groupTitle(group), this);
    title->setFlags(Qt::NoItemFlags);
    if (group == MethodGroup::Yardsticks) {
        for (const char* name : {kLinearProbe, kFullFineTuning}) {
            const TrainTarget target = *yardstickOf(QLatin1String(name));
            auto* item = new QListWidgetItem(yardstickTitle(target), this);
            item->setFlags(item->flags() & ~Qt::ItemIsDragEnabled); // it has no place
            item->setData(kPresetRole, QLatin1String(name));
            item->setData(kWordsRole,
                          (yardstickTitle(target) + QLatin1Char(' ') + yardstickLine(target)).toLower());
        }
        return;
    }
    for (const MethodPreset& preset : methodPresets()) {
        if (groupOf(preset) == group) {
            auto* item = new QListWidgetItem(methodText(preset.title), this);
            item->setData(kPresetRole, QString::fromStdString(preset.name));
            item->setData(kWordsRole, wordsOf(preset, group));
        }
    }
}

void PresetPalette::setFilter(const QString& words) {
    const QStringList wanted = words.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QListWidgetItem* group = nullptr;
    for (int row = 0; row < count(); ++row) {
        QListWidgetItem* each = item(row);
        if (!each->data(kPresetRole).isValid()) {
            group = each;
            group->setHidden(true);
            continue;
        }
        const QString text = each->data(kWordsRole).toString();
        const bool isHit =
            std::ranges::all_of(wanted, [&](const QString& word) { return text.contains(word); });
        each->setHidden(!isHit);
        if (isHit) {
            group->setHidden(false);
        }
    }
    if (currentItem() != nullptr && currentItem()->isHidden()) {
        for (int row = 0; row < count(); ++row) {
            if (!item(row)->isHidden() && item(row)->data(kPresetRole).isValid()) {
                setCurrentRow(row);
                break;
            }
        }
    }
    if (currentItem() != nullptr) {
        scrollToItem(currentItem());
    }
    viewport()->update();
}

int PresetPalette::shownCount() const {
    int shown = 0;
    for (int row = 0; row < count(); ++row) {
        shown += !item(row)->isHidden() && item(row)->data(kPresetRole).isValid() ? 1 : 0;
    }
    return shown;
}

const MethodPreset* PresetPalette::presetAt(const QModelIndex& index) {
    return findMethodPreset(index.data(kPresetRole).toString().toStdString());
}

QString PresetPalette::currentPreset() const {
    return currentIndex().data(kPresetRole).toString();
}

int PresetPalette::rowOf(const QString& presetName) const {
    for (int row = 0; row < count(); ++row) {
        if (!presetName.isEmpty() && item(row)->data(kPresetRole).toString() == presetName) {
            return row;
        }
    }
    return -1;
}

void PresetPalette::setBase(const ModelConfig& model) {
    if (model != m_model) {
        m_model = model;
        describe();
    }
}

/// Tooltips and numbers at the base.
void PresetPalette::describe() {
    for (int row = 0; row < count(); ++row) {
        QListWidgetItem* each = item(row);
        if (const auto target = yardstickOf(each->data(kPresetRole).toString())) {
            const bool isCounted = *target == TrainTarget::Everything && m_model.numLayers > 0;
            each->setData(kCountRole, isCounted ? compactCount(baseParameterCount(m_model)) : QString());
            each->setToolTip(yardstickToolTip(*target, m_model));
            each->setData(Qt::AccessibleDescriptionRole, yardstickLine(*target));
            continue;
        }
        const MethodPreset* preset = presetAt(indexFromItem(each));
        if (preset == nullptr) {
            continue;
        }
        AdapterConfig config;
        config.parts = preset->parts;
        QString shown;
        if (m_model.numLayers > 0) {
            const auto parameters = parameterCount(config, m_model);
            shown = parameters ? compactCount(*parameters) : QString();
        }
        each->setData(kCountRole, shown);
        each->setToolTip(presetToolTip(*preset, m_model));
        each->setData(Qt::AccessibleTextRole, methodText(preset->title));
        each->setData(Qt::AccessibleDescriptionRole,
                      shown.isEmpty() ? presetLine(*preset)
                                      : tr("%1, %2 parameters").arg(presetLine(*preset), shown));
    }
}

QSize PresetPalette::sizeHint() const {
    constexpr int kShownRows = 5;
    return {220, kRowHeight * kShownRows + kGroupHeight};
}

QSize PresetPalette::minimumSizeHint() const {
    constexpr int kLeastRows = 3;
    return {220, kRowHeight * kLeastRows};
}

QStringList PresetPalette::mimeTypes() const {
    return {QLatin1String(kPresetMime)};
}

QMimeData* PresetPalette::mimeData(const QList<QListWidgetItem*>& items) const {
    const MethodPreset* preset = items.isEmpty() ? nullptr : presetAt(indexFromItem(items.first()));
    if (preset == nullptr) {
        return nullptr;
    }
    auto* mime = new QMimeData; // the drag takes it over
    mime->setData(QLatin1String(kPresetMime), QByteArray::fromStdString(preset->name));
    return mime;
}

void PresetPalette::paintEvent(QPaintEvent* event) {
    QListWidget::paintEvent(event);
    if (shownCount() == 0) {
        QPainter painter(viewport());
        painter.setPen(Theme::instance().color(Tone::MutedText));
        painter.drawText(viewport()->rect().adjusted(0, px(Space::L), 0, 0), Qt::AlignHCenter | Qt::AlignTop,
                         tr("No method has these words"));
    }
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
