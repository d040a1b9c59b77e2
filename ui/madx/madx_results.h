#pragma once

#include <array>

#include <QImage>
#include <QWidget>

#include "ui/madx/madx_matrices.h"

class QComboBox;
class QLabel;

namespace awb::ui {

class ToneLabel;

/// The matrices of a MAD-X experiment beneath each other, one for each order, and what they say in words.
class MadxResults : public QWidget {
    Q_OBJECT

public:
    explicit MadxResults(QWidget* parent = nullptr);

    void show(const MadxExperiment& experiment, const MadxReport& report);
    const MadxView& view() const { return m_view; }
    ShareMap* map(MadxOrder order) const;
    /// The shown matrices with their titles, `scale` times as large as on the screen.
    QImage picture(int scale) const;

Q_SIGNALS:
    /// A score was chosen: the run that measured it.
    void openRun(qint64 run);

private:
    struct Panel {
        ToneLabel* title = nullptr;
        ShareMap* map = nullptr;
    };
    QWidget* buildChoices();
    void fillChoices();
    void chooseView();
    void refresh();
    QString describe(MadxOrder order, ShareMap::Cell cell) const;
    void open(MadxOrder order, ShareMap::Cell cell);

    MadxExperiment m_experiment;
    MadxReport m_report;
    MadxView m_view;
    std::array<Panel, kMadxOrders.size()> m_panels;
    QWidget* m_matrices = nullptr;
    QComboBox* m_values = nullptr;
    QComboBox* m_dropped = nullptr;
    QLabel* m_droppedLabel = nullptr;
    ToneLabel* m_warning = nullptr;
    ToneLabel* m_findings = nullptr;
};

} // namespace awb::ui
