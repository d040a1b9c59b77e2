#pragma once

#include <functional>

#include <QHash>
#include <QWidget>

#include "models/config/result.h"

class QVBoxLayout;

namespace awb::ui {

enum class Severity { Info, Success, Warning, Error };

/// Messages above a page that wait there until they are dismissed: an icon, words, at most one button. Never
/// modal. A new message with the id of one that is shown replaces it. Escape dismisses the message that has
/// the focus.
class MessageBar : public QWidget {
    Q_OBJECT

public:
    struct Message {
        Severity severity = Severity::Info;
        QString what;              ///< what happened
        QString where;             ///< to what; may be empty
        QString advice;            ///< what to do; may be empty
        QString action;            ///< text of the button; empty: none
        std::function<void()> run; ///< what the button does; the message goes away
    };

    explicit MessageBar(QWidget* parent = nullptr);

    void post(const QString& id, const Message& message);
    void postError(const QString& id, const awb::Error& error);
    void dismiss(const QString& id);
    int count() const { return static_cast<int>(m_rows.size()); }
    /// Moves the keyboard focus to the newest message.
    void focusNewest();

Q_SIGNALS:
    void dismissed(const QString& id);

private:
    QVBoxLayout* m_column = nullptr;
    QHash<QString, QWidget*> m_rows;
};

} // namespace awb::ui
