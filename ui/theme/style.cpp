#include "ui/theme/style.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr qreal kFieldRadius = 4;

bool isPrimary(const QWidget* widget) {
    return widget != nullptr && widget->property("primary").toBool();
}

bool hasKeyboardFocus(const QStyleOption* option) {
    return option->state.testFlag(QStyle::State_HasFocus) &&
           option->state.testFlag(QStyle::State_KeyboardFocusChange);
}

/// The rectangle whose one-pixel outline lies on whole pixels.
QRectF outline(const QRect& rect) {
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

QColor blended(const QColor& base, const QColor& over, double share) {
    return QColor::fromRgbF(static_cast<float>(base.redF() + (over.redF() - base.redF()) * share),
                            static_cast<float>(base.greenF() + (over.greenF() - base.greenF()) * share),
                            static_cast<float>(base.blueF() + (over.blueF() - base.blueF()) * share));
}

void drawBox(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& line, qreal width,
             qreal radius) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill);
    painter->setPen(line.alpha() == 0 ? QPen(Qt::NoPen) : QPen(line, width));
    const qreal inset = (width - 1) / 2;
    painter->drawRoundedRect(outline(rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter->restore();
}

} // namespace

Style::Style()
    : QProxyStyle(QStringLiteral("Fusion")) {}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    switch (element) {
    case PE_FrameFocusRect:
        if (option->state.testFlag(QStyle::State_KeyboardFocusChange)) {
            drawBox(painter, option->rect, Qt::transparent, Theme::instance().color(Tone::Focus), 2,
                    kFieldRadius);
        }
        return;
    case PE_PanelButtonCommand:
        drawButtonPanel(option, painter, widget);
        return;
    case PE_PanelButtonTool:
        drawToolPanel(option, painter);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawIndicator(option, painter, false);
        return;
    case PE_IndicatorRadioButton:
        drawIndicator(option, painter, true);
        return;
    case PE_FrameLineEdit:
    case PE_PanelLineEdit:
        if (widget != nullptr && widget->parentWidget() != nullptr &&
            (widget->parentWidget()->inherits("QAbstractSpinBox") ||
             widget->parentWidget()->inherits("QComboBox"))) {
            QProxyStyle::drawPrimitive(element, option, painter, widget);
        } else {
            drawLineEditPanel(option, painter);
        }
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    switch (element) {
    case CE_PushButtonLabel:
        if (isPrimary(widget) && drawPrimaryLabel(option, painter, widget)) {
            return;
        }
        break;
    case CE_ProgressBarGroove:
        drawProgressGroove(option, painter);
        return;
    case CE_ProgressBarContents:
        drawProgressContents(option, painter);
        return;
    case CE_HeaderSection:
        drawHeaderSection(option, painter);
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

bool Style::drawPrimaryLabel(const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    if (button == nullptr || !option->state.testFlag(State_Enabled)) {
        return false;
    }
    const QColor ink = Theme::instance().color(Tone::OnAccent);
    QStyleOptionButton filled(*button);
    filled.palette.setColor(QPalette::Active, QPalette::ButtonText, ink);
    filled.palette.setColor(QPalette::Inactive, QPalette::ButtonText, ink);
    if (!button->icon.isNull()) {
        QPixmap image = button->icon.pixmap(button->iconSize, painter->device()->devicePixelRatioF());
        QPainter tint(&image);
        tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
        tint.fillRect(QRectF(QPointF(0, 0), image.deviceIndependentSize()), ink);
        tint.end();
        filled.icon = QIcon(image);
    }
    QProxyStyle::drawControl(CE_PushButtonLabel, &filled, painter, widget);
    return true;
}

void Style::drawProgressGroove(const QStyleOption* option, QPainter* painter) const {
    const Theme& theme = Theme::instance();
    drawBox(painter, option->rect, theme.color(Tone::Grid), theme.color(Tone::Hairline), 1, kFieldRadius);
}

void Style::drawProgressContents(const QStyleOption* option, QPainter* painter) const {
    const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option);
    if (bar == nullptr) {
        return;
    }
    const QColor fill =
        blended(Theme::instance().color(Tone::Grid), Theme::instance().color(Tone::Accent), 0.55);
    const QRect inside = option->rect.adjusted(1, 1, -1, -1);
    QRect part = inside;
    if (bar->minimum == 0 && bar->maximum == 0) {
        part.setWidth(inside.width() / 4);
        part.moveLeft(inside.left() + (inside.width() - part.width()) / 2);
    } else {
        const double range = qMax(1.0, double(bar->maximum) - bar->minimum);
        part.setWidth(qRound(inside.width() * (double(bar->progress) - bar->minimum) / range));
    }
    if (part.width() > 0) {
        drawBox(painter, part, fill, Qt::transparent, 1, kFieldRadius - 1);
    }
}

void Style::drawHeaderSection(const QStyleOption* option, QPainter* painter) const {
    const Theme& theme = Theme::instance();
    const bool hover = option->state.testFlag(State_MouseOver) && option->state.testFlag(State_Enabled);
    const QColor panel = theme.color(Tone::Panel);
    painter->fillRect(option->rect, hover ? blended(panel, theme.color(Tone::Text), 0.06) : panel);
    painter->setPen(theme.color(Tone::Hairline));
    painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
    painter->drawLine(option->rect.topRight(), option->rect.bottomRight());
}

void Style::drawIndicator(const QStyleOption* option, QPainter* painter, bool round) const {
    const Theme& theme = Theme::instance();
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool on = option->state.testFlag(State_On);
    const bool partly = option->state.testFlag(State_NoChange);
    const int side = qMin(option->rect.width(), option->rect.height());
    QRect box(0, 0, side, side);
    box.moveCenter(option->rect.center());
    const QColor accent = enabled ? theme.color(Tone::Accent) : theme.color(Tone::DisabledText);
    const QColor line = enabled ? theme.color(Tone::MutedText) : theme.color(Tone::Hairline);
    const qreal radius = round ? side / 2.0 : 3.0;
    if (round || !(on || partly)) {
        drawBox(painter, box, theme.color(Tone::Raised), on ? accent : line, 1, radius);
    } else {
        drawBox(painter, box, accent, accent, 1, radius);
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF area(box);
    if (round && on) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(accent);
        painter->drawEllipse(area.center(), side * 0.25, side * 0.25);
    } else if (on || partly) {
        const auto at = [&area](double x, double y) {
            return QPointF(area.left() + area.width() * x, area.top() + area.height() * y);
        };
        painter->setPen(QPen(theme.color(Tone::OnAccent), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPolyline(on ? QPolygonF({at(0.24, 0.54), at(0.43, 0.72), at(0.77, 0.31)})
                                 : QPolygonF({at(0.26, 0.5), at(0.74, 0.5)}));
    }
    painter->restore();
}

void Style::drawButtonPanel(const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const Theme& theme = Theme::instance();
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool down = option->state.testFlag(State_Sunken);
    const bool on = option->state.testFlag(State_On);
    const bool hover = enabled && option->state.testFlag(State_MouseOver);
    const QColor ink = theme.color(Tone::Text);

    QColor fill = option->palette.color(QPalette::Button);
    QColor line = theme.color(Tone::Hairline);
    if (isPrimary(widget) && enabled) {
        fill = theme.color(Tone::Accent);
        line = fill;
    } else if (on) {
        fill = theme.color(Tone::Selection);
        line = theme.color(Tone::Accent);
    } else if (enabled) {
        line = blended(theme.color(Tone::Hairline), theme.color(Tone::MutedText), 0.35);
    }
    if (down) {
        fill = blended(fill, ink, 0.14);
    } else if (hover) {
        fill = blended(fill, ink, 0.06);
    }
    drawBox(painter, option->rect, fill, line, 1, kRadius - 1);
    if (hasKeyboardFocus(option)) {
        const bool primary = isPrimary(widget) && enabled;
        if (primary) {
            drawBox(painter, option->rect.adjusted(2, 2, -2, -2), Qt::transparent,
                    theme.color(Tone::OnAccent), 1, kRadius - 3);
        }
        drawBox(painter, option->rect, Qt::transparent, theme.color(Tone::Focus), 2, kRadius - 1);
    }
}

void Style::drawToolPanel(const QStyleOption* option, QPainter* painter) const {
    const Theme& theme = Theme::instance();
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool raised = !option->state.testFlag(State_AutoRaise);
    QColor fill = raised ? option->palette.color(QPalette::Button) : QColor(Qt::transparent);
    QColor line = raised ? blended(theme.color(Tone::Hairline), theme.color(Tone::MutedText), 0.35)
                         : QColor(Qt::transparent);
    if (option->state.testFlag(State_On)) {
        fill = theme.color(Tone::Selection);
        line = theme.color(Tone::Accent);
    }
    const QColor under = fill.alpha() == 0 ? option->palette.color(QPalette::Window) : fill;
    if (enabled && option->state.testFlag(State_Sunken)) {
        fill = blended(under, theme.color(Tone::Text), 0.14);
    } else if (enabled && option->state.testFlag(State_MouseOver)) {
        fill = blended(under, theme.color(Tone::Text), 0.07);
    }
    if (fill.alpha() != 0 || line.alpha() != 0) {
        drawBox(painter, option->rect, fill, line, 1, kFieldRadius);
    }
}

void Style::drawLineEditPanel(const QStyleOption* option, QPainter* painter) const {
    const Theme& theme = Theme::instance();
    const bool enabled = option->state.testFlag(State_Enabled);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (frame != nullptr && frame->lineWidth == 0) {
        painter->fillRect(option->rect, option->palette.brush(QPalette::Base));
        return;
    }
    const bool focus = enabled && option->state.testFlag(State_HasFocus);
    const QColor line = focus     ? theme.color(Tone::Focus)
                        : enabled ? blended(theme.color(Tone::Hairline), theme.color(Tone::MutedText), 0.35)
                                  : theme.color(Tone::Hairline);
    drawBox(painter, option->rect, option->palette.color(QPalette::Base), line, focus ? 2 : 1, kFieldRadius);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
    case PM_ToolBarIconSize:
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_TabBarIconSize:
        return 20;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return px(Space::S);
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
        return px(Space::M);
    case PM_HeaderMargin:
    case PM_FocusFrameHMargin:
        return 6;
    case PM_ToolBarItemSpacing:
        return px(Space::Xs);
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QIcon Style::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const {
    switch (icon) {
    case SP_LineEditClearButton:
        return Theme::instance().icon(QStringLiteral("close"));
    case SP_MessageBoxQuestion:
        return Theme::instance().icon(QStringLiteral("help"));
    case SP_MessageBoxInformation:
        return Theme::instance().icon(QStringLiteral("info"));
    case SP_MessageBoxWarning:
        return Theme::instance().icon(QStringLiteral("warning"));
    case SP_MessageBoxCritical:
        return Theme::instance().icon(QStringLiteral("error"));
    default:
        return QProxyStyle::standardIcon(icon, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* returnData) const {
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
        return 0;
    case SH_ToolTip_WakeUpDelay:
        return 500;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame != nullptr && frame->lineWidth > 0) {
        rect.adjust(px(Space::Xs), 0, -px(Space::Xs), 0);
    }
    return rect;
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        result.setWidth(result.width() + px(Space::M));
        result.setHeight(qMax(result.height(), 30));
        break;
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        result.setHeight(qMax(result.height(), 30));
        break;
    case CT_ItemViewItem:
        result.setHeight(qMax(result.height(), 24));
        break;
    default:
        break;
    }
    return result;
}

} // namespace awb::ui
