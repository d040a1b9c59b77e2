#pragma once

#include <optional>

#include <QWidget>

#include "ui/fusion/measure_bar.h"
#include "ui/fusion/share_map.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace awb::ui {

class EmptyState;

/// What it costs a finished run to leave its adapters out: layer by adapter and of the whole network, as a
/// change of the loss or of the metric. Measured on demand, shown at once where it was measured before.
class AblationView : public QWidget {
    Q_OBJECT

public:
    /// `inspector` may be null: then nothing can be measured. It outlives this.
    explicit AblationView(RunInspector* inspector, QWidget* parent = nullptr);

    /// The stored map of a run. `obstacle`: why it can't be measured; empty where it can.
    void setRun(qint64 run, std::optional<AblationMap> map, const QString& obstacle);
    const std::optional<AblationMap>& result() const { return m_result; }
    ShareMap* map() const { return m_map; }
    QPushButton* button() const { return m_measure->button(); }

Q_SIGNALS:
    /// The map of a run is measured and stored.
    void measured(qint64 run);
    void failed(const awb::Error& error);

private:
    QWidget* buildControls();
    void showMap();
    QString describe(ShareMap::Cell cell) const;

    std::optional<AblationMap> m_result;
    MeasureBar* m_measure;
    QComboBox* m_quantity = nullptr;
    QLabel* m_note = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    ShareMap* m_map = nullptr;
};

} // namespace awb::ui
