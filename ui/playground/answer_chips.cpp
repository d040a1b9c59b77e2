#include "ui/playground/answer_chips.h"

#include <algorithm>
#include <utility>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kHeight = 22;
constexpr int kGap = 3;
constexpr int kChipRadius = 4;

} // namespace

AnswerChips::AnswerChips(QWidget* parent)
    : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AnswerChips::setChips(std::vector<Chip> chips) {
    m_chips = std::move(chips);
    m_current.reset();
    QStringList all;
    for (const Chip& chip : m_chips) {
        all << describe(chip);
    }
    setAccessibleDescription(all.join(QStringLiteral("; ")));
    setVisible(!m_chips.empty());
    updateGeometry();
    update();
}

std::vector<QRect> AnswerChips::placesIn(int width) const {
    const QFontMetrics metrics(Theme::instance().monospace(TextSize::Body));
    std::vector<QRect> places;
    int x = 0;
    int y = 0;
    for (const Chip& chip : m_chips) {
        const int chipWidth =
            std::min(metrics.horizontalAdvance(chip.text) + 2 * px(Space::Xs) + 2, std::max(width, 1));
        if (x > 0 && x + chipWidth > width) {
            x = 0;
            y += kHeight + kGap;
        }
        places.emplace_back(x, y, chipWidth, kHeight);
        x += chipWidth + kGap;
    }
    return places;
}

int AnswerChips::heightForWidth(int width) const {
    const std::vector<QRect> places = placesIn(width);
    return places.empty() ? kHeight : places.back().bottom() + 1;
}

QString AnswerChips::describe(const Chip& chip) const {
    return chip.note.isEmpty() ? chip.text : tr("%1: %2").arg(chip.text, chip.note);
}

void AnswerChips::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.monospace(TextSize::Body));
    const std::vector<QRect> places = placesIn(width());
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        const Chip& chip = m_chips[i];
        const QRectF outline = QRectF(places[i]).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool isCurrent = m_current == i && hasFocus();
        painter.setPen(QPen(theme.color(isCurrent ? Tone::Focus : Tone::Hairline), isCurrent ? 2 : 1));
        painter.setBrush(chip.tint.value_or(QBrush(theme.color(Tone::Panel))));
        painter.drawRoundedRect(outline, kChipRadius, kChipRadius);
        painter.setPen(theme.color(chip.isQuiet ? Tone::MutedText : Tone::Text));
        painter.drawText(places[i], Qt::AlignCenter,
                         painter.fontMetrics().elidedText(chip.text, Qt::ElideRight, places[i].width()));
    }
}

bool AnswerChips::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::vector<QRect> places = placesIn(width());
    const auto found =
        std::ranges::find_if(places, [&](const QRect& at) { return at.contains(help->pos()); });
    if (found == places.end()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(help->globalPos(),
                           describe(m_chips[static_cast<std::size_t>(found - places.begin())]), this, *found);
    }
    return true;
}

void AnswerChips::keyPressEvent(QKeyEvent* event) {
    const bool isStep = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    if (m_chips.empty() || !isStep) {
        QWidget::keyPressEvent(event);
        return;
    }
    const std::size_t last = m_chips.size() - 1;
    if (!m_current) {
        m_current = 0;
    } else if (event->key() == Qt::Key_Left) {
        m_current = *m_current == 0 ? 0 : *m_current - 1;
    } else {
        m_current = std::min(*m_current + 1, last);
    }
    setAccessibleDescription(describe(m_chips[*m_current]));
    update();
}

} // namespace awb::ui
