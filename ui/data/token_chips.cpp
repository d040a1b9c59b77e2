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
constexpr int kTagHeight = 18;
constexpr int kLeastWidth = 36;
constexpr int kGap = 4;
constexpr int kGapInWord = 1;
constexpr int kGapOfWords = 8; ///< in tagged texts
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
    m_words.clear();
    m_tags.clear();
    take(encoding);
}

void TokenChips::setTagged(const Encoding& encoding, const QStringList& words, const QStringList& tags,
                           const TagColors& colors) {
    m_words = words;
    m_tags = tags;
    m_colors = colors;
    take(encoding);
}

void TokenChips::take(const Encoding& encoding) {
    m_encoding = encoding;
    m_chips = layOut(width());
    m_current = hasFocus() && !m_chips.empty() ? 0 : -1;
    QStringList tokens;
    for (std::size_t i = 0; i < m_encoding.size(); ++i) {
        const QString tag = tagOf(i);
        tokens << (tag.isEmpty() ? shown(m_encoding.tokens[i])
                                 : tr("%1 (%2)").arg(shown(m_encoding.tokens[i]), tag));
    }
    setAccessibleName(tr("Tokens"));
    setAccessibleDescription(tokens.join(u' '));
    updateGeometry();
    update();
}

bool TokenChips::isSpecial(std::size_t token) const {
    return m_encoding.textIds[token] < 0;
}

bool TokenChips::goesOn(std::size_t token) const {
    return isTagged() && token > 0 && m_encoding.wordIds[token] >= 0 &&
           m_encoding.wordIds[token] == m_encoding.wordIds[token - 1];
}

QString TokenChips::tagOf(std::size_t token) const {
    return !isTagged() || isSpecial(token) || goesOn(token) ? QString()
                                                            : m_tags.value(m_encoding.wordIds[token]);
}

int TokenChips::chipHeight() const {
    return isTagged() ? kChipHeight + kTagHeight : kChipHeight;
}

std::vector<QRect> TokenChips::layOut(int width) const {
    const QFontMetrics token(Theme::instance().monospace(TextSize::Body));
    const QFontMetrics id(Theme::instance().figures(TextSize::Small));
    const QFontMetrics tag(Theme::instance().font(TextSize::Small, true));
    std::vector<QRect> chips;
    int x = 0;
    int y = 0;
    for (std::size_t i = 0; i < m_encoding.size(); ++i) {
        const int wide = std::max({token.horizontalAdvance(shown(m_encoding.tokens[i])),
                                   id.horizontalAdvance(QString::number(m_encoding.ids[i])),
                                   tag.horizontalAdvance(tagOf(i)), kLeastWidth}) +
                         2 * px(Space::S);
        const int gap = goesOn(i) ? kGapInWord : isTagged() ? kGapOfWords : kGap;
        x += x > 0 ? gap : 0;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += chipHeight() + kGap;
        }
        chips.emplace_back(x, y, wide, chipHeight());
        x += wide;
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
    if (isSpecial(i)) {
        return head + tr(" · stands for no text of its own");
    }
    const Encoding::Span span = m_encoding.offsets[i];
    if (!isTagged()) {
        const QString which = m_encoding.textIds[i] == 0 ? tr("first text") : tr("second text");
        return head + tr(" · characters %1 to %2 of the %3").arg(span.begin).arg(span.end).arg(which);
    }
    const int word = m_encoding.wordIds[i];
    const QString place = tr(" · characters %1 to %2 of word %3, “%4”")
                              .arg(span.begin)
                              .arg(span.end)
                              .arg(word + 1)
                              .arg(m_words.value(word));
    if (goesOn(i)) {
        return head + place + tr(" · its tag stands at the word's first token");
    }
    return head + place +
           (tagOf(i).isEmpty() ? tr(" · without a tag, so it does not count")
                               : tr(" · tag %1").arg(tagOf(i)));
}

void TokenChips::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        if (m_chips[i].intersects(event->rect())) {
            paintChip(painter, i);
        }
    }
}

void TokenChips::paintChip(QPainter& painter, std::size_t token) const {
    const Theme& theme = Theme::instance();
    const QRect chip = m_chips[token];
    const bool special = isSpecial(token);
    const bool second = m_encoding.textIds[token] == 1;
    const bool current = static_cast<int>(token) == m_current && hasFocus();
    const QColor line = theme.color(special ? Tone::Frozen : second ? Tone::Validation : Tone::Accent);
    painter.setPen(current ? QPen(theme.color(Tone::Focus), 2) : QPen(line, 1));
    painter.setBrush(theme.color(special ? Tone::FrozenFill : Tone::Raised));
    painter.drawRoundedRect(QRectF(chip.left(), chip.top(), chip.width(), kChipHeight).adjusted(1, 1, -1, -1),
                            4, 4);
    painter.setFont(theme.monospace(TextSize::Body));
    painter.setPen(theme.color(special ? Tone::Frozen : Tone::Text));
    painter.drawText(QRect(chip.left(), chip.top() + 3, chip.width(), 20), Qt::AlignCenter,
                     shown(m_encoding.tokens[token]));
    painter.setFont(theme.figures(TextSize::Small));
    painter.setPen(theme.color(Tone::MutedText));
    painter.drawText(QRect(chip.left(), chip.top() + 20, chip.width(), 17), Qt::AlignCenter,
                     QString::number(m_encoding.ids[token]));
    if (isTagged() && !special) {
        paintTag(painter, token);
    }
}

/// The word's tag at its first token; its colour runs under all of them.
void TokenChips::paintTag(QPainter& painter, std::size_t token) const {
    const Theme& theme = Theme::instance();
    const QRect chip = m_chips[token];
    const QRect below(chip.left(), chip.top() + kChipHeight + 1, chip.width(), kTagHeight - 1);
    const QString wordTag = m_tags.value(m_encoding.wordIds[token]);
    const bool first = !goesOn(token);
    if (const auto tint = m_colors.tint(wordTag.toStdString())) {
        const int gap = first ? 0 : kGapInWord;
        painter.setPen(Qt::NoPen);
        painter.setBrush(*tint);
        painter.drawRect(below.adjusted(1 - gap, 0, -1, 0));
    }
    if (!first) {
        return;
    }
    painter.setFont(theme.font(TextSize::Small, !wordTag.isEmpty()));
    painter.setPen(theme.color(wordTag.isEmpty() ? Tone::MutedText : Tone::Text));
    painter.drawText(below, Qt::AlignCenter, wordTag.isEmpty() ? tr("no tag") : wordTag);
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
