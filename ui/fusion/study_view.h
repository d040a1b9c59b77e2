#pragma once

#include <optional>

#include <QWidget>

#include "ui/fusion/measure_bar.h"
#include "ui/fusion/share_map.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace awb::ui {

class EmptyState;
class FiringModel;
class PointChart;
class StudyBlock;

/// What the adapters of a finished run do: how much they change the hidden states, what they have in common,
/// how many directions and units they use, and which tokens make their units fire. Choosing a module in one
/// part chooses it in all. Measured on demand, shown at once where it was measured before.
class StudyView : public QWidget {
    Q_OBJECT

public:
    /// `inspector` may be null: then nothing can be measured. It outlives this.
    explicit StudyView(RunInspector* inspector, QWidget* parent = nullptr);

    /// The stored study of a run. `obstacle`: why it can't be measured; empty where it can.
    void setRun(qint64 run, std::optional<AdapterStudy> study, const QString& obstacle);
    const std::optional<AdapterStudy>& result() const { return m_result; }
    std::optional<std::size_t> module() const;
    void choose(std::size_t module);

    PointChart* changes() const { return m_changes; }
    PointChart* activity() const { return m_activity; }
    PointChart* singularValues() const { return m_singular; }
    ShareMap* similarity() const { return m_similarity; }
    FiringModel* units() const { return m_units; }
    QPushButton* button() const { return m_measure->button(); }

    /// The four charts with their titles, for pictures.
    QSize pictureSize() const;
    void paintInto(QPainter& painter, const QRect& area) const;

Q_SIGNALS:
    /// The study of a run is made and stored.
    void measured(qint64 run);
    void failed(const awb::Error& error);

private:
    QWidget* buildControls();
    QWidget* buildContent();
    void connectAll();
    void showState();
    void showStudy();
    void showModule();
    QString describe(ShareMap::Cell cell) const;

    std::optional<AdapterStudy> m_result;
    MeasureBar* m_measure;
    QComboBox* m_modules = nullptr;
    QLabel* m_note = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    PointChart* m_changes = nullptr;
    PointChart* m_activity = nullptr;
    PointChart* m_singular = nullptr;
    ShareMap* m_similarity = nullptr;
    FiringModel* m_units = nullptr;
    QTableView* m_table = nullptr;
    StudyBlock* m_changeBlock = nullptr;
    StudyBlock* m_activityBlock = nullptr;
    StudyBlock* m_singularBlock = nullptr;
    StudyBlock* m_similarityBlock = nullptr;
    StudyBlock* m_unitBlock = nullptr;
};

} // namespace awb::ui
