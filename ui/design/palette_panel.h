#pragma once

#include <QWidget>

class QLineEdit;

namespace awb::ui {

class PresetPalette;

/// The palette with its search field and a line that says how to use it.
class PalettePanel : public QWidget {
    Q_OBJECT

public:
    explicit PalettePanel(QWidget* parent = nullptr);

    PresetPalette* presets() const { return m_palette; }
    /// Moves the keyboard to the search field.
    void search();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* m_search;
    PresetPalette* m_palette;
};

} // namespace awb::ui
