#include "ui/widgets/message_bar.h"

#include <utility>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kStripe = 4;
constexpr int kMostMessages = 4;

struct Look {
    QString icon;
    Tone tone;
    QString word;
};

Look lookOf(Severity severity) {
    switch (severity) {
    case Severity::Success:
        return {QStringLiteral("success"), Tone::Success, MessageBar::tr("Done")};
    case Severity::Warning:
        return {QStringLiteral("warning"), Tone::Warning, MessageBar::tr("Warning")};
    case Severity::Error:
        return {QStringLiteral("error"), Tone::Error, MessageBar::tr("Error")};
    case Severity::Info:
        break;
    }
    return {QStringLiteral("info"), Tone::Loss, MessageBar::tr("Note")};
}

QString sentence(const QString& text) {
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty() || QStringLiteral(".!?:").contains(trimmed.back())) {
        return trimmed;
    }
    return trimmed + u'.';
}

QString capitalised(QString text) {
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    return text;
}

/// One message with a coloured stripe at its left edge.
class Row : public QWidget {
public:
    Row(const MessageBar::Message& message, std::function<void()> dismiss)
        : m_tone(lookOf(message.severity).tone)
        , m_dismiss(std::move(dismiss)) {
        const Look look = lookOf(message.severity);
        auto* line = new QHBoxLayout(this);
        line->setContentsMargins(px(Space::M) + kStripe, px(Space::S), px(Space::S), px(Space::S));
        line->setSpacing(px(Space::M));
        line->addWidget(new ToneIcon(look.icon, look.tone), 0, Qt::AlignTop);
        auto* words = new QVBoxLayout;
        words->setSpacing(2);
        auto* what = new ToneLabel(look.word + QStringLiteral(": ") + sentence(capitalised(message.what)),
                                   Tone::Text, TextSize::Body, true);
        what->setObjectName(QStringLiteral("messageText"));
        words->addWidget(what);
        QStringList rest;
        if (!message.where.isEmpty()) {
            rest << sentence(message.where);
        }
        if (!message.advice.isEmpty()) {
            rest << sentence(capitalised(message.advice));
        }
        auto* detail = new ToneLabel(rest.join(u' '), Tone::MutedText);
        detail->setObjectName(QStringLiteral("messageDetail"));
        detail->setVisible(!rest.isEmpty());
        words->addWidget(detail);
        for (QLabel* label : {static_cast<QLabel*>(what), static_cast<QLabel*>(detail)}) {
            label->setWordWrap(true);
            label->setTextFormat(Qt::PlainText);
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        }
        line->addLayout(words, 1);
        if (!message.action.isEmpty()) {
            auto* act = new QPushButton(message.action);
            act->setObjectName(QStringLiteral("messageAction"));
            connect(act, &QPushButton::clicked, this, [this, run = message.run] {
                if (run) {
                    run();
                }
                m_dismiss();
            });
            line->addWidget(act, 0, Qt::AlignVCenter);
        }
        auto* close = new QToolButton;
        close->setObjectName(QStringLiteral("messageDismiss"));
        close->setIcon(Theme::instance().icon(QStringLiteral("close")));
        close->setAutoRaise(true);
        close->setFocusPolicy(Qt::StrongFocus);
        close->setToolTip(MessageBar::tr("Dismiss (Esc)"));
        close->setAccessibleName(MessageBar::tr("Dismiss: %1").arg(message.what));
        connect(close, &QToolButton::clicked, this, [this] { m_dismiss(); });
        line->addWidget(close, 0, Qt::AlignVCenter);
        setFocusProxy(close);
        setAccessibleName(look.word + QStringLiteral(": ") + message.what);
        setAccessibleDescription(detail->text());
    }

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Escape) {
            m_dismiss();
            return;
        }
        QWidget::keyPressEvent(event);
    }

    void paintEvent(QPaintEvent* /*event*/) override {
        const Theme& theme = Theme::instance();
        QPainter painter(this);
        painter.fillRect(rect(), theme.color(Tone::Raised));
        painter.fillRect(0, 0, kStripe, height(), theme.color(m_tone));
        painter.fillRect(0, height() - 1, width(), 1, theme.color(Tone::Hairline));
    }

private:
    Tone m_tone;
    std::function<void()> m_dismiss;
};

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("messageBar"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    setVisible(false);
}

void MessageBar::post(const QString& id, const Message& message) {
    dismiss(id);
    while (m_column->count() >= kMostMessages) {
        dismiss(m_column->itemAt(m_column->count() - 1)->widget()->objectName());
    }
    auto* row = new Row(message, [this, id] { dismiss(id); });
    row->setObjectName(id);
    m_rows.insert(id, row);
    m_column->insertWidget(0, row);
    setVisible(true);
}

void MessageBar::postError(const QString& id, const awb::Error& error) {
    post(id, {Severity::Error,
              QString::fromStdString(error.what),
              QString::fromStdString(error.where),
              QString::fromStdString(error.advice),
              {},
              {}});
}

void MessageBar::dismiss(const QString& id) {
    QWidget* row = m_rows.take(id);
    if (row == nullptr) {
        return;
    }
    m_column->removeWidget(row);
    row->hide();
    row->deleteLater();
    setVisible(!m_rows.isEmpty());
    Q_EMIT dismissed(id);
}

void MessageBar::focusNewest() {
    if (m_column->count() > 0) {
        m_column->itemAt(0)->widget()->setFocus(Qt::ShortcutFocusReason);
    }
}

} // namespace awb::ui
