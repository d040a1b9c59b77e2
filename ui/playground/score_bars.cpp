#include "ui/playground/score_bars.h"

#include <algorithm>
#include <utility>

#include <QCoreApplication>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr std::size_t kMostBars = 8;
constexpr int kRowHeight = 24;
constexpr int kBarHeight = 12;

} // namespace

QString probabilityText(double probability) {
    constexpr double kSmallest = 0.0005;
    if (probability > 0 && probability < kSmallest) {
        return QCoreApplication::translate("awb::ui::ScoreBars", "< %1 %")
            .arg(QLocale().toString(0.1, 'f', 1));
    }
    return QCoreApplication::translate("awb::ui::ScoreBars", "%1 %")
        .arg(QLocale().toString(100 * probability, 'f', 1));
}

ScoreBars::ScoreBars(QWidget* parent)
    : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ScoreBars::setScores(std::vector<LabelScore> scores, std::optional<double> threshold) {
    std::ranges::stable_sort(scores, std::greater<>(), &LabelScore::probability);
    m_threshold = threshold;
    m_isSequence = false;
    takeScores(std::move(scores));
}

void ScoreBars::setSequence(std::vector<LabelScore> scores) {
    m_threshold.reset();
    m_isSequence = true;
    takeScores(std::move(scores));
}

void ScoreBars::takeScores(std::vector<LabelScore> scores) {
    m_scores = std::move(scores);
    QStringList all;
    for (const LabelScore& score : m_scores) {
        all << textOf(score);
    }
    setAccessibleDescription(all.join(QStringLiteral("; ")));
    setVisible(!m_scores.empty());
    updateGeometry();
    update();
}

std::size_t ScoreBars::shown() const {
    return m_isSequence ? m_scores.size() : std::min(m_scores.size(), kMostBars);
}

bool ScoreBars::isGiven(std::size_t row) const {
    return m_isSequence || (m_threshold ? m_scores[row].probability >= *m_threshold : row == 0);
}

QString ScoreBars::textOf(const LabelScore& score) const {
    return tr("%1: %2").arg(QString::fromStdString(score.label),
                            QLocale().toString(score.probability, 'f', 4));
}

QSize ScoreBars::sizeHint() const {
    const std::size_t lines = shown() + (m_scores.size() > shown() ? 1 : 0);
    return {240, static_cast<int>(lines) * kRowHeight};
}

void ScoreBars::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetrics names(theme.font(TextSize::Body));
    const QFontMetrics figures(theme.figures(TextSize::Body));
    const int numbers = figures.horizontalAdvance(QStringLiteral("100.0 %")) + px(Space::S);
    int labels = 0;
    for (std::size_t i = 0; i < shown(); ++i) {
        labels = std::max(labels, names.horizontalAdvance(QString::fromStdString(m_scores[i].label)));
    }
    labels = std::min(labels + 2, width() * 2 / 5);
    const int left = labels + px(Space::S);
    const int room = std::max(0, width() - left - numbers);
    for (std::size_t i = 0; i < shown(); ++i) {
        const LabelScore& score = m_scores[i];
        const QRect row(0, static_cast<int>(i) * kRowHeight, width(), kRowHeight);
        const bool isBold = isGiven(i) && !m_isSequence;
        painter.setFont(theme.font(TextSize::Body, isBold));
        painter.setPen(theme.color(Tone::Text));
        painter.drawText(
            QRect(0, row.top(), labels, kRowHeight), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(QString::fromStdString(score.label), Qt::ElideRight, labels));
        const QRectF groove(left, row.top() + (kRowHeight - kBarHeight) / 2.0, room, kBarHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Tone::Grid));
        painter.drawRoundedRect(groove, 3, 3);
        QRectF bar = groove;
        bar.setWidth(std::max(1.0, groove.width() * score.probability));
        painter.setBrush(theme.color(isGiven(i) ? Tone::Accent : Tone::Frozen));
        painter.drawRoundedRect(bar, 3, 3);
        painter.setFont(theme.figures(TextSize::Body, isBold));
        painter.setPen(theme.color(isGiven(i) ? Tone::Text : Tone::MutedText));
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, probabilityText(score.probability));
    }
    if (m_threshold) {
        const double x = left + room * *m_threshold;
        painter.setPen(QPen(theme.color(Tone::MutedText), 1, Qt::DashLine));
        painter.drawLine(QPointF(x, 2), QPointF(x, static_cast<double>(shown()) * kRowHeight - 2));
    }
    if (m_scores.size() > shown()) {
        double rest = 0;
        for (std::size_t i = shown(); i < m_scores.size(); ++i) {
            rest += m_scores[i].probability;
        }
        const std::size_t others = m_scores.size() - shown();
        const QString text = m_threshold ? tr("%1 more").arg(others)
                                         : tr("%1 more, together %2").arg(others).arg(probabilityText(rest));
        painter.setFont(theme.font(TextSize::Small));
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(QRect(0, static_cast<int>(shown()) * kRowHeight, width(), kRowHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme.color(Tone::Focus), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
}

bool ScoreBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto row = static_cast<std::size_t>(std::max(0, help->pos().y() / kRowHeight));
    QStringList lines;
    if (row < shown()) {
        lines << textOf(m_scores[row]);
    } else {
        for (std::size_t i = shown(); i < m_scores.size(); ++i) {
            lines << textOf(m_scores[i]);
        }
    }
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

} // namespace awb::ui
