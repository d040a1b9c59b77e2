#pragma once

#include <QTimer>
#include <QWidget>

namespace awb::ui {

/// A line of text beneath the pointer: why something can't be done, or what it would do.
class PointerNote : public QWidget {
    Q_OBJECT

public:
    enum class Kind { Info, Refusal };

    explicit PointerNote(QWidget* parent);
    /// Shows the note beneath `position` (in the parent's coordinates), kept inside the parent.
    /// `milliseconds` 0 keeps it until it is hidden.
    void showAt(QPoint position, const QString& text, Kind kind, int milliseconds = 0);
    QString text() const { return m_text; }
    Kind kind() const { return m_kind; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Kind m_kind = Kind::Info;
    QTimer m_timer;
};

} // namespace awb::ui
