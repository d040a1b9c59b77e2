#include "ui/fusion/token_map.h"

#include <algorithm>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/fusion/fusion_matrices.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kTokenHeight = 22;
constexpr int kGap = 3;
constexpr int kLowestAlpha = 40;

} // namespace

TokenMap::TokenMap(QWidget* parent)
    : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void TokenMap::setText(const FusionProbe& probe, const ProbeText& text, std::vector<float> weights) {
    m_probe = probe;
    m_text = text;
    m_weights = std::move(weights);
    if (m_current && (m_current->place >= probe.places.size() || m_current->token >= text.tokens.size())) {
        m_current.reset();
    }
    m_layout = layoutFor(width());
    updateGeometry();
    update();
}

void TokenMap::clear() {
    setText({}, {}, {});
}

TokenMap::Layout TokenMap::layoutFor(int width) const {
    Layout layout;
    const QFontMetrics labels(Theme::instance().font(TextSize::Small));
    for (const FusionPlace& place : m_probe.places) {
        layout.labels = std::max(layout.labels, labels.horizontalAdvance(placeText(place)));
    }
    layout.labels += px(Space::M);
    const QFontMetrics metrics(Theme::instance().monospace(TextSize::Body));
    int x = layout.labels;
    int y = 0;
    for (const std::string& token : m_text.tokens) {
        const int tokenWidth = metrics.horizontalAdvance(QString::fromStdString(token)) + 2 * px(Space::Xs);
        if (x + tokenWidth > width && x > layout.labels) {
            x = layout.labels;
            y += kTokenHeight + kGap;
        }
        layout.tokens.emplace_back(x, y, tokenWidth, kTokenHeight);
        x += tokenWidth + kGap;
    }
    layout.height = y + kTokenHeight + px(Space::S);
    return layout;
}

int TokenMap::heightForWidth(int width) const {
    return layoutFor(width).height * static_cast<int>(m_probe.places.size());
}

void TokenMap::resizeEvent(QResizeEvent*) {
    m_layout = layoutFor(width());
}

QRect TokenMap::tokenRect(Token token) const {
    // The lowest layer stands at the bottom, as on the canvas.
    const int fromTop = static_cast<int>(m_probe.places.size() - 1 - token.place);
    return m_layout.tokens[token.token].translated(0, fromTop * m_layout.height);
}

std::optional<TokenMap::Token> TokenMap::tokenAt(const QPoint& position) const {
    if (m_layout.height == 0 || m_probe.places.empty() || m_weights.empty()) {
        return std::nullopt;
    }
    const int fromTop = position.y() / m_layout.height;
    if (position.y() < 0 || fromTop >= static_cast<int>(m_probe.places.size())) {
        return std::nullopt;
    }
    const QPoint inside(position.x(), position.y() % m_layout.height);
    for (std::size_t token = 0; token < m_layout.tokens.size(); ++token) {
        if (m_layout.tokens[token].contains(inside)) {
            return Token{m_probe.places.size() - 1 - static_cast<std::size_t>(fromTop), token};
        }
    }
    return std::nullopt;
}

float TokenMap::weight(Token token, std::size_t adapter) const {
    const std::size_t adapters = m_probe.adapters.size();
    return m_weights[(token.token * m_probe.places.size() + token.place) * adapters + adapter];
}

std::size_t TokenMap::strongest(Token token) const {
    std::size_t best = 0;
    for (std::size_t adapter = 1; adapter < m_probe.adapters.size(); ++adapter) {
        if (weight(token, adapter) > weight(token, best)) {
            best = adapter;
        }
    }
    return best;
}

QString TokenMap::listensTo(Token token) const {
    return QString::fromStdString(m_probe.adapters[strongest(token)]);
}

QString TokenMap::textOf(Token token) const {
    QStringList lines{
        tr("%1 at %2")
            .arg(QString::fromStdString(m_text.tokens[token.token]), placeText(m_probe.places[token.place]))};
    for (std::size_t adapter = 0; adapter < m_probe.adapters.size(); ++adapter) {
        lines << tr("%1: %2").arg(QString::fromStdString(m_probe.adapters[adapter]),
                                  QString::number(static_cast<double>(weight(token, adapter)), 'f', 3));
    }
    return lines.join(u'\n');
}

ShareMatrix TokenMap::matrix() const {
    ShareMatrix matrix;
    for (const std::string& adapter : m_probe.adapters) {
        matrix.columns << QString::fromStdString(adapter);
    }
    for (std::size_t place = 0; place < m_probe.places.size() && !m_weights.empty(); ++place) {
        for (std::size_t token = 0; token < m_text.tokens.size(); ++token) {
            matrix.rows << QStringLiteral("%1: %2 %3")
                               .arg(placeText(m_probe.places[place]))
                               .arg(token)
                               .arg(QString::fromStdString(m_text.tokens[token]));
            for (std::size_t adapter = 0; adapter < m_probe.adapters.size(); ++adapter) {
                matrix.values.push_back(weight({place, token}, adapter));
            }
        }
    }
    return matrix;
}

void TokenMap::paintInto(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    if (m_weights.empty()) {
        return;
    }
    const double equal = 1.0 / static_cast<double>(std::max<std::size_t>(1, m_probe.adapters.size()));
    for (std::size_t place = 0; place < m_probe.places.size(); ++place) {
        const int top = static_cast<int>(m_probe.places.size() - 1 - place) * m_layout.height;
        painter.setFont(theme.font(TextSize::Small));
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(QRect(0, top, m_layout.labels - px(Space::S), kTokenHeight),
                         Qt::AlignRight | Qt::AlignVCenter, placeText(m_probe.places[place]));
        painter.setFont(theme.monospace(TextSize::Body));
        for (std::size_t token = 0; token < m_text.tokens.size(); ++token) {
            const Token at{place, token};
            const std::size_t best = strongest(at);
            const QString adapter = QString::fromStdString(m_probe.adapters[best]);
            // From equal weights (faint) to one adapter alone (full).
            const double share = std::clamp(
                (static_cast<double>(weight(at, best)) - equal) / std::max(1e-6, 1.0 - equal), 0.0, 1.0);
            QColor fill = theme.adapterColor(adapter);
            fill.setAlpha(kLowestAlpha + static_cast<int>(share * (200 - kLowestAlpha)));
            const QRect rect = tokenRect(at);
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawRoundedRect(rect, 3, 3);
            if (theme.adapterPattern(adapter) != Qt::SolidPattern) {
                painter.setBrush(QBrush(theme.color(Tone::Text), theme.adapterPattern(adapter)));
                painter.setOpacity(0.25);
                painter.drawRoundedRect(rect, 3, 3);
                painter.setOpacity(1.0);
            }
            painter.setPen(theme.color(Tone::Text));
            painter.drawText(rect, Qt::AlignCenter, QString::fromStdString(m_text.tokens[token]));
        }
    }
}

void TokenMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintInto(painter);
    if (m_current && !m_weights.empty()) {
        painter.setPen(QPen(Theme::instance().color(hasFocus() ? Tone::Focus : Tone::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(tokenRect(*m_current), 3, 3);
    }
}

void TokenMap::setCurrent(Token token) {
    m_current = token;
    setAccessibleDescription(textOf(token));
    update();
    Q_EMIT currentChanged();
}

void TokenMap::mouseMoveEvent(QMouseEvent* event) {
    if (const auto token = tokenAt(event->position().toPoint())) {
        QToolTip::showText(event->globalPosition().toPoint(), textOf(*token), this, tokenRect(*token));
    } else {
        QToolTip::hideText();
    }
}

void TokenMap::mousePressEvent(QMouseEvent* event) {
    if (const auto token = tokenAt(event->position().toPoint()); token && event->button() == Qt::LeftButton) {
        setCurrent(*token);
    }
}

void TokenMap::keyPressEvent(QKeyEvent* event) {
    if (m_weights.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    Token token = m_current.value_or(Token{});
    const auto lastPlace = m_probe.places.size() - 1;
    const auto lastToken = m_text.tokens.size() - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        token.token -= token.token > 0 ? 1 : 0;
        break;
    case Qt::Key_Right:
        token.token += token.token < lastToken ? 1 : 0;
        break;
    case Qt::Key_Up:
        token.place += token.place < lastPlace ? 1 : 0;
        break;
    case Qt::Key_Down:
        token.place -= token.place > 0 ? 1 : 0;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    setCurrent(token);
}

} // namespace awb::ui
