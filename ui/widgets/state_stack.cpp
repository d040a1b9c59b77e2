#include "ui/widgets/state_stack.h"

#include <QProgressBar>
#include <QVBoxLayout>

#include "ui/widgets/empty_state.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

StateStack::StateStack(QWidget* content, QWidget* parent)
    : QStackedWidget(parent)
    , m_content(content)
    , m_loading(new QWidget)
    , m_message(new EmptyState)
    , m_loadingText(new ToneLabel({}, Tone::MutedText))
    , m_bar(new QProgressBar) {
    m_bar->setObjectName(QStringLiteral("loadingBar"));
    m_bar->setFixedSize(280, 10);
    m_bar->setTextVisible(false);
    m_loadingText->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(m_loading);
    column->addStretch(2);
    column->addWidget(m_loadingText);
    column->addWidget(m_bar, 0, Qt::AlignHCenter);
    column->addStretch(3);
    addWidget(m_content);
    addWidget(m_loading);
    addWidget(m_message);
    connect(m_message, &EmptyState::activated, this, &StateStack::activated);
}

void StateStack::showContent() {
    setCurrentWidget(m_content);
}

void StateStack::showLoading(const QString& text) {
    m_loadingText->setText(text);
    m_bar->setAccessibleName(text);
    setFraction(-1);
    setCurrentWidget(m_loading);
}

void StateStack::setFraction(double fraction) {
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    m_bar->setValue(qRound(fraction * 1000));
}

void StateStack::showMessage(const QString& iconName, const QString& title, const QString& sentence,
                             const QString& action) {
    m_message->setState(iconName, title, sentence, action);
    setCurrentWidget(m_message);
}

bool StateStack::showsContent() const {
    return currentWidget() == m_content;
}

bool StateStack::isLoading() const {
    return currentWidget() == m_loading;
}

} // namespace awb::ui
