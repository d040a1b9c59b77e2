#include "ui/data/token_chips.h"

#include <algorithm>

#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include "ui/theme/theme.h"
#include "ui/widgets/elided_text.h"

namespace awb::ui {

namespace {

constexpr int kChipHeight = 40;
constexpr int kLeastWidth = 36;
constexpr int kGap = 4;
constexpr int kTokenCharacters = 40;

QString shown(const std::string& token) {
    return elidedText(token, kTokenCharacters);
}

} // namespace

TokenChips::TokenChips(QWidget* parent)
    : QWidget(parent) {
    setObjectName(QStringLiteral("tokenChips"));
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void TokenChips::setEncoding(const Encoding& encoding) {
    m_encoding = encoding;
    m_chips = layOut(width());
    m_current = hasFocus() && !m_chips.empty() ? 0 : -1;
    QStringList tokens;
    for (const std::string& token : m_encoding.tokens) {
        tokens << shown(token);
    }
    setAccessibleName(tr("Tokens"));
    setAccessibleDescription(tokens.join(u' '));
    updateGeometry();
    update();
}

std::vector<QRect> TokenChips::layOut(int width) const {
    const QFontMetrics token(Theme::instance().monospace(TextSize::Body));
    const QFontMetrics id(Theme::instance().figures(TextSize::Small));
    std::vector<QRect> chips;
    int x = 0;
    int y = 0;
    for (std::size_t i = 0; i < m_encoding.tokens.size(); ++i) {
        const int wide = std::max({token.horizontalAdvance(shown(m_encoding.tokens[i])),
                                   id.horizontalAdvance(QString::number(m_encoding.ids[i])), kLeastWidth}) +
                         2 * px(Space::S);
        if (x > 0 && x + wide > width) {
            x = 0;
            y += kChipHeight + kGap;
        }
        chips.emplace_back(x, y, wide, kChipHeight);
        x += wide + kGap;
    }
    return chips;
}

int TokenChips::heightForWidth(int width) const {
    const auto chips = layOut(width);
    return chips.empty() ? kChipHeight : chips.back().bottom() + 1;
}

QSize TokenChips::sizeHint() const {
    return {400, heightForWidth(std::max(width(), 200))};
}

QString TokenChips::describe(int index) const {
    const auto i = static_cast<std::size_t>(index);
    const QString head =
        tr("Token %1: %2 · id %3").arg(index + 1).arg(shown(m_encoding.tokens[i])).arg(m_encoding.ids[i]);
    if (m_encoding.textIds[i] < 0) {
        return head + tr(" · special token, stands for no text");
    }
    const Encoding::Span span = m_encoding.offsets[i];
    const QString which = m_encoding.textIds[i] == 0 ? tr("first text") : tr("second text");
    return head + tr(" · characters %1 to %2 of the %3").arg(span.begin).arg(span.end).arg(which);
}

void TokenChips::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont tokenFont = theme.monospace(TextSize::Body);
    const QFont idFont = theme.figures(TextSize::Small);
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const bool special = m_encoding.textIds[i] < 0;
        const bool second = m_encoding.textIds[i] == 1;
        const bool current = static_cast<int>(i) == m_current && hasFocus();
        const QColor line = theme.color(special ? Tone::Frozen : second ? Tone::Validation : Tone::Accent);
        painter.setPen(current ? QPen(theme.color(Tone::Focus), 2) : QPen(line, 1));
        painter.setBrush(theme.color(special ? Tone::FrozenFill : Tone::Raised));
        painter.drawRoundedRect(QRectF(m_chips[i]).adjusted(1, 1, -1, -1), 4, 4);
        const QRect upper = m_chips[i].adjusted(0, 3, 0, -17);
        painter.setFont(tokenFont);
        painter.setPen(theme.color(special ? Tone::Frozen : Tone::Text));
        painter.drawText(upper, Qt::AlignCenter, shown(m_encoding.tokens[i]));
        painter.setFont(idFont);
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(m_chips[i].adjusted(0, 20, 0, -3), Qt::AlignCenter,
                         QString::number(m_encoding.ids[i]));
    }
}

void TokenChips::resizeEvent(QResizeEvent* event) {
    m_chips = layOut(width());
    QWidget::resizeEvent(event);
}

int TokenChips::chipAt(const QPoint& point) const {
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        if (m_chips[i].contains(point)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

void TokenChips::setCurrent(int index) {
    if (m_chips.empty()) {
        return;
    }
    m_current = std::clamp(index, 0, static_cast<int>(m_chips.size()) - 1);
    update();
    Q_EMIT currentChanged(m_current);
}

void TokenChips::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left:
        setCurrent(m_current - 1);
        break;
    case Qt::Key_Right:
        setCurrent(m_current + 1);
        break;
    case Qt::Key_Home:
        setCurrent(0);
        break;
    case Qt::Key_End:
        setCurrent(static_cast<int>(m_chips.size()) - 1);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void TokenChips::mousePressEvent(QMouseEvent* event) {
    const int index = chipAt(event->pos());
    if (index >= 0) {
        setCurrent(index);
    }
}

void TokenChips::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (m_current < 0) {
        setCurrent(0);
    }
    update();
}

void TokenChips::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool TokenChips::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = chipAt(help->pos());
        if (index >= 0) {
            QToolTip::showText(help->globalPos(), describe(index), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace awb::ui
