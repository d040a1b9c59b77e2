#pragma once

#include <QStackedWidget>

class QProgressBar;

namespace awb::ui {

class EmptyState;
class ToneLabel;

/// A panel in one of its states: its contents, loading with a share, or a message that says what to do.
class StateStack : public QStackedWidget {
    Q_OBJECT

public:
    explicit StateStack(QWidget* content, QWidget* parent = nullptr);

    void showContent();
    void showLoading(const QString& text);
    /// 0..1; below 0: unknown.
    void setFraction(double fraction);
    void showMessage(const QString& iconName, const QString& title, const QString& sentence,
                     const QString& action = {});
    bool showsContent() const;
    bool isLoading() const;

Q_SIGNALS:
    void activated();

private:
    QWidget* m_content;
    QWidget* m_loading;
    EmptyState* m_message;
    ToneLabel* m_loadingText;
    QProgressBar* m_bar;
};

} // namespace awb::ui
