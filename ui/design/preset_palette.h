#pragma once

#include <QListWidget>

#include "models/config/method.h"
#include "ui/design/method_words.h"

namespace awb::ui {

/// The presets of all methods in groups, to drag onto the canvas, and what they are compared with. Enter or a
/// double-click applies one to all layers. Rows of groups can't be chosen.
class PresetPalette : public QListWidget {
    Q_OBJECT

public:
    explicit PresetPalette(QWidget* parent = nullptr);

    /// Name of the chosen preset, or of a yardstick (see `yardstickOf`).
    QString currentPreset() const;
    /// The preset of a row; null for a group's title and a yardstick.
    static const MethodPreset* presetAt(const QModelIndex& index);
    /// The row of a preset; -1 where there is none of this name.
    int rowOf(const QString& presetName) const;
    /// The base at which parameters are counted.
    void setBase(const ModelConfig& model);
    /// Shows only what has all these words in its name, group, summary or paper. A chosen row that goes gives
    /// way to the first that stays.
    void setFilter(const QString& words);
    /// Rows of presets and yardsticks that are shown.
    int shownCount() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentPresetChanged(const QString& presetName);
    void applyRequested(const QString& presetName);

protected:
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void addGroup(MethodGroup group);
    void describe();

    ModelConfig m_model;
};

} // namespace awb::ui
