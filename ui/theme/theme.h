#pragma once

#include <memory>

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

class QApplication;

namespace awb::ui {

/// Meaning of a colour; the only source of colours in the window.
enum class Tone {
    Window,
    Panel,
    Raised,
    Hairline,
    Grid,
    Text,
    MutedText,
    DisabledText,
    OnAccent,
    Accent,
    Focus,
    Selection,
    Frozen,
    FrozenFill,
    Trainable,
    Loss,
    Validation,
    Warning,
    Error,
    Success
};

/// Spacing in device-independent pixels: 4, 8, 12, 16, 24, 32.
enum class Space { Xs = 4, S = 8, M = 12, L = 16, Xl = 24, Xxl = 32 };
constexpr int px(Space space) {
    return static_cast<int>(space);
}
inline constexpr int kRadius = 6;
inline constexpr int kCardRadius = 8;

/// Type sizes in pixels: 11, 13, 15, 20.
enum class TextSize { Small = 11, Body = 13, Title = 15, Heading = 20 };

/// The look: Fusion style with our palettes, icons and colour maps. One object a program, in the window's
/// thread.
class Theme : public QObject {
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };
    Q_ENUM(Mode)

    static Theme& instance();
    /// Sets style, palette and fonts of the application; call once at start.
    void apply(QApplication& application);

    Mode mode() const;
    void setMode(Mode mode); ///< remembered in the settings
    bool isDark() const;

    QColor color(Tone tone) const;
    /// Okabe-Ito colour of an adapter: the same name has the same colour everywhere while the program runs.
    QColor adapterColor(const QString& adapterName) const;
    /// Pattern for adapters beyond eight; Qt::SolidPattern for the first eight.
    Qt::BrushStyle adapterPattern(const QString& adapterName) const;

    QFont font(TextSize size, bool bold = false) const;
    /// For columns of numbers: the system's font where its figures are of one width, else a family whose are.
    QFont figures(TextSize size, bool bold = false) const;
    QFont monospace(TextSize size) const;
    /// A 20 px line icon of resources/icons, recoloured by the palette. `name` without extension.
    QIcon icon(const QString& name) const;

    /// Viridis at t in 0..1, and a blue-white-red diverging map at t in -1..1.
    static QColor sequential(double t);
    static QColor diverging(double t);

Q_SIGNALS:
    /// Palette, icons and fonts are new: repaint, and set pens again where Qt does not.
    void changed();

private:
    Theme();
    ~Theme() override;
    void update();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb::ui
