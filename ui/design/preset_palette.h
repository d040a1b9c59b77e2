#pragma once

#include <QListWidget>

namespace awb::ui {

/// The presets to drag onto the canvas. Enter or a double-click applies one to all layers.
class PresetPalette : public QListWidget {
    Q_OBJECT

public:
    explicit PresetPalette(QWidget* parent = nullptr);

    /// Name of the chosen preset.
    QString currentPreset() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void currentPresetChanged(const QString& presetName);
    void applyRequested(const QString& presetName);

protected:
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace awb::ui
