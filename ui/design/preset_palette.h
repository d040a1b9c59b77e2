#pragma once

#include <QListWidget>

#include "models/config/method.h"

namespace awb::ui {

/// The presets of all methods in groups, to drag onto the canvas. Enter or a double-click applies one to all
/// layers. Rows of groups can't be chosen.
class PresetPalette : public QListWidget {
    Q_OBJECT

public:
    explicit PresetPalette(QWidget* parent = nullptr);

    /// Name of the chosen preset.
    QString currentPreset() const;
    /// The preset of a row; null for a group's title.
    static const MethodPreset* presetAt(const QModelIndex& index);
    /// The row of a preset; -1 where there is none of this name.
    int rowOf(const QString& presetName) const;
    /// The base at which parameters are counted.
    void setBase(const ModelConfig& model);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentPresetChanged(const QString& presetName);
    void applyRequested(const QString& presetName);

protected:
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void describe();

    ModelConfig m_model;
};

} // namespace awb::ui
