#pragma once

#include <optional>

#include <QWidget>

#include "backend/jobs/run_inspector.h"
#include "ui/fusion/share_map.h"

class QComboBox;
class QLabel;
class QProgressBar;
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
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    /// The map of a run is measured and stored.
    void measured(qint64 run);
    void failed(const awb::Error& error);

private:
    QWidget* buildControls();
    void connectAll();
    void toggle();
    void ended();
    void showMap();
    QString describe(ShareMap::Cell cell) const;

    RunInspector* m_inspector;
    qint64 m_run = 0;
    QString m_obstacle;
    std::optional<AblationMap> m_result;
    quint64 m_token = 0;      ///< of the measuring under way; 0: none
    qint64 m_measuredRun = 0; ///< whose map that will be
    QComboBox* m_quantity = nullptr;
    QPushButton* m_button = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_note = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    ShareMap* m_map = nullptr;
};

} // namespace awb::ui
