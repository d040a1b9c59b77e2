#include "ui/theme/style.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QWidget>

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
        drawBox(painter, option->rect, Qt::transparent, Theme::instance().color(Tone::Focus), 2,
                kFieldRadius);
        return;
    case PE_PanelButtonCommand:
        drawButtonPanel(option, painter, widget);
        return;
    case PE_PanelButtonTool:
        drawToolPanel(option, painter);
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
    if (element == CE_PushButtonLabel && isPrimary(widget)) {
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            QStyleOptionButton filled(*button);
            const Theme& theme = Theme::instance();
            filled.palette.setColor(QPalette::Active, QPalette::ButtonText, theme.color(Tone::OnAccent));
            filled.palette.setColor(QPalette::Inactive, QPalette::ButtonText, theme.color(Tone::OnAccent));
            QProxyStyle::drawControl(element, &filled, painter, widget);
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
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
    case PM_ToolBarItemSpacing:
        return px(Space::Xs);
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
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

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
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
