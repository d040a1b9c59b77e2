#pragma once

#include <QWidget>

class QAbstractButton;
class QButtonGroup;
class QToolButton;
class QVBoxLayout;

namespace awb::ui {

/// The rail at the window's left: one button a page, icon above label, and a switch between light and dark
/// below. Arrow keys move between the pages.
class NavigationRail : public QWidget {
    Q_OBJECT

public:
    explicit NavigationRail(QWidget* parent = nullptr);

    void addPage(const QString& objectName, const QString& title, const QString& iconName,
                 const QString& shortcut);
    void setCurrent(int index);

Q_SIGNALS:
    void selected(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showThemeState();

    QVBoxLayout* m_column = nullptr;
    QButtonGroup* m_group = nullptr;
    QToolButton* m_theme = nullptr;
};

} // namespace awb::ui
