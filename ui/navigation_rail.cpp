#include "ui/navigation_rail.h"

#include <QButtonGroup>
#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kWidth = 92;
constexpr int kButtonSide = 76;

QToolButton* railButton(const QString& objectName, const QString& text, const QString& iconName) {
    auto* button = new QToolButton;
    button->setObjectName(objectName);
    button->setText(text);
    button->setIcon(Theme::instance().icon(iconName));
    button->setIconSize(QSize(20, 20));
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedSize(kButtonSide, 52);
    return button;
}

} // namespace

NavigationRail::NavigationRail(QWidget* parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_group(new QButtonGroup(this))
    , m_theme(railButton(QStringLiteral("themeSwitch"), {}, QStringLiteral("sun"))) {
    setObjectName(QStringLiteral("navigationRail"));
    setAccessibleName(tr("Pages"));
    setFixedWidth(kWidth);
    m_column->setContentsMargins(px(Space::S), px(Space::M), px(Space::S), px(Space::M));
    m_column->setSpacing(px(Space::Xs));
    m_column->addStretch();
    m_column->addWidget(m_theme, 0, Qt::AlignHCenter);
    m_theme->setFixedHeight(40);
    m_theme->setToolButtonStyle(Qt::ToolButtonIconOnly);
    connect(m_group, &QButtonGroup::idClicked, this, &NavigationRail::selected);
    connect(m_theme, &QToolButton::clicked, this, [] {
        Theme& theme = Theme::instance();
        theme.setMode(theme.isDark() ? Theme::Mode::Light : Theme::Mode::Dark);
    });
    connect(&Theme::instance(), &Theme::changed, this, &NavigationRail::showThemeState);
    showThemeState();
}

void NavigationRail::addPage(const QString& objectName, const QString& title, const QString& iconName,
                             const QString& shortcut) {
    QToolButton* button = railButton(QStringLiteral("nav_") + objectName, title, iconName);
    button->setCheckable(true);
    button->setToolTip(tr("%1 (%2)").arg(title, shortcut));
    button->setAccessibleName(title);
    button->installEventFilter(this);
    const int index = static_cast<int>(m_group->buttons().size());
    m_group->addButton(button, index);
    m_column->insertWidget(index, button, 0, Qt::AlignHCenter);
}

void NavigationRail::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) {
        button->setChecked(true);
    }
}

bool NavigationRail::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
    auto* button = qobject_cast<QAbstractButton*>(watched);
    if (step == 0 || button == nullptr) {
        return QWidget::eventFilter(watched, event);
    }
    if (QAbstractButton* next = m_group->button(m_group->id(button) + step)) {
        next->setFocus(Qt::TabFocusReason);
        next->click();
    }
    return true;
}

void NavigationRail::showThemeState() {
    const bool dark = Theme::instance().isDark();
    m_theme->setIcon(Theme::instance().icon(dark ? QStringLiteral("sun") : QStringLiteral("moon")));
    const QString text = dark ? tr("Use the light theme") : tr("Use the dark theme");
    m_theme->setToolTip(text);
    m_theme->setAccessibleName(text);
    update();
}

void NavigationRail::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Tone::Panel));
    painter.fillRect(width() - 1, 0, 1, height(), theme.color(Tone::Hairline));
}

} // namespace awb::ui
