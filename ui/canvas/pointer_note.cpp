#include "ui/canvas/pointer_note.h"

#include <algorithm>

#include <QFontMetrics>
#include <QPainter>

#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr int kWidest = 420;
constexpr int kSign = 16;

QMargins padding() {
    return {px(Space::S), px(Space::Xs) + 2, px(Space::S), px(Space::Xs) + 2};
}

} // namespace

PointerNote::PointerNote(QWidget* parent)
    : QWidget(parent) {
    setObjectName(u"canvasPointerNote"_s);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void PointerNote::showAt(QPoint position, const QString& text, Kind kind, int milliseconds) {
    m_text = text;
    m_kind = kind;
    setAccessibleName(text);
    const QFontMetrics metrics(Theme::instance().font(TextSize::Body));
    const int widest = std::min(kWidest, parentWidget()->width() - 4 * px(Space::L));
    const QRect needed =
        metrics.boundingRect(QRect(0, 0, widest, 1000), Qt::AlignLeft | Qt::TextWordWrap, text);
    const int sign = kind == Kind::Refusal ? kSign + px(Space::Xs) + 2 : 0;
    const QMargins margins = padding();
    resize(needed.width() + 1 + sign + margins.left() + margins.right(),
           std::max(needed.height(), kSign) + margins.top() + margins.bottom());
    const QRect area = parentWidget()->rect().adjusted(4, 4, -4, -4);
    int x = position.x() + px(Space::M);
    int y = position.y() + px(Space::Xxl);
    x = std::max(area.left(), std::min(x, area.right() - width()));
    if (y + height() > area.bottom()) {
        y = position.y() - px(Space::M) - height();
    }
    move(x, std::max(area.top(), y));
    raise();
    show();
    update();
    if (milliseconds > 0) {
        m_timer.start(milliseconds);
    } else {
        m_timer.stop();
    }
}

void PointerNote::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    const bool refusal = m_kind == Kind::Refusal;
    const QColor edge = theme.color(refusal ? Tone::Error : Tone::Hairline);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(edge);
    painter.setBrush(theme.color(Tone::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    QRect inner = rect().marginsRemoved(padding());
    painter.setFont(theme.font(TextSize::Body));
    if (refusal) {
        // A crossed circle: the refusal is not told by colour alone.
        const int line = painter.fontMetrics().height();
        const QRectF sign(inner.left() + 1, inner.top() + (line - kSign) / 2.0 + 1, kSign - 2, kSign - 2);
        painter.setPen(QPen(edge, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(sign);
        const double reach = sign.width() / 2 * 0.7;
        painter.drawLine(sign.center() + QPointF(-reach, -reach), sign.center() + QPointF(reach, reach));
        inner.adjust(kSign + px(Space::Xs) + 2, 0, 0, 0);
    }
    painter.setPen(theme.color(Tone::Text));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_text);
}

} // namespace awb::ui
