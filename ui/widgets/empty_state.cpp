#include "ui/widgets/empty_state.h"

#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/tone_label.h"

namespace awb::ui {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_icon(new ToneIcon(QStringLiteral("info"), Tone::MutedText, 40))
    , m_title(new ToneLabel({}, Tone::Text, TextSize::Title, true))
    , m_sentence(new ToneLabel({}, Tone::MutedText))
    , m_button(new QPushButton) {
    m_title->setAlignment(Qt::AlignCenter);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setMaximumWidth(440);
    m_sentence->setMinimumWidth(200);
    m_button->setObjectName(QStringLiteral("emptyStateAction"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::Xl), px(Space::Xl), px(Space::Xl), px(Space::Xl));
    column->setSpacing(px(Space::M));
    column->addStretch(2);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_title);
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_sentence, 10);
    row->addStretch();
    column->addLayout(row);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::activated);
}

void EmptyState::setState(const QString& iconName, const QString& title, const QString& sentence,
                          const QString& action) {
    m_icon->setIcon(iconName, iconName == QLatin1String("error") ? Tone::Error : Tone::MutedText);
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_sentence->setText(sentence);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
}

} // namespace awb::ui
