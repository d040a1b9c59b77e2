#pragma once

#include <QLabel>

#include "ui/theme/theme.h"

namespace awb::ui {

/// A label in a tone and size of the theme; follows changes of the theme.
class ToneLabel : public QLabel {
    Q_OBJECT

public:
    explicit ToneLabel(const QString& text = {}, Tone tone = Tone::Text, TextSize size = TextSize::Body,
                       bool bold = false, QWidget* parent = nullptr);

    void setTone(Tone tone);

private:
    void restyle();

    Tone m_tone;
    TextSize m_size;
    bool m_bold;
};

/// A line icon of a fixed tone beside a text; follows changes of the theme. Decoration: hidden from screen
/// readers' reading by an empty accessible name.
class ToneIcon : public QWidget {
    Q_OBJECT

public:
    explicit ToneIcon(const QString& name, Tone tone = Tone::Text, int size = 20, QWidget* parent = nullptr);

    void setIcon(const QString& name, Tone tone);
    QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Tone m_tone;
    int m_size;
};

} // namespace awb::ui
