#pragma once

#include <QWidget>

class QPushButton;

namespace awb::ui {

class ToneIcon;
class ToneLabel;

/// What a page or panel shows while it has nothing to show: an icon, what to do, and a button that does it.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// `action` empty: no button.
    void setState(const QString& iconName, const QString& title, const QString& sentence,
                  const QString& action = {});
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void activated();

private:
    ToneIcon* m_icon = nullptr;
    ToneLabel* m_title = nullptr;
    ToneLabel* m_sentence = nullptr;
    QPushButton* m_button = nullptr;
};

} // namespace awb::ui
