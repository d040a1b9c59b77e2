#pragma once

#include <functional>

#include <QWidget>

#include "backend/jobs/run_inspector.h"

class QProgressBar;
class QPushButton;

namespace awb::ui {

/// Measures a finished run on the worker, one run at a time: a progress bar, and a button that measures again
/// and stops.
class MeasureBar : public QWidget {
    Q_OBJECT

public:
    struct Words {
        QString again; ///< on the button, where there is a result
        QString what;  ///< its tooltip
        QString stops; ///< its tooltip while run %1 is measured
    };

    /// `begin` asks the inspector for the measurement of a run and gives its token. `inspector` may be null:
    /// then nothing can be measured. It outlives this.
    MeasureBar(RunInspector* inspector, Words words, std::function<quint64(qint64)> begin, QWidget* parent);

    /// `obstacle`: why the run can't be measured; empty where it can.
    void setRun(qint64 run, bool isMeasured, const QString& obstacle);
    const QString& obstacle() const { return m_obstacle; }
    bool isBusy() const { return m_token != 0; }
    qint64 measuredRun() const { return m_measuredRun; }
    QPushButton* button() const { return m_button; }
    QProgressBar* progress() const { return m_progress; }

    /// Begins, or stops what is under way.
    void toggle();
    /// The inspector has stored the result of a run under this token.
    void finish(quint64 token, qint64 run);

Q_SIGNALS:
    /// A measurement has begun or ended.
    void changed();
    void measured(qint64 run);
    void failed(const awb::Error& error);

private:
    void end(quint64 token);
    void showState();

    RunInspector* m_inspector;
    Words m_words;
    std::function<quint64(qint64)> m_begin;
    qint64 m_run = 0;
    bool m_isMeasured = false;
    QString m_obstacle;
    quint64 m_token = 0;      ///< of the measurement under way; 0: none
    qint64 m_measuredRun = 0; ///< whose it is
    QProgressBar* m_progress;
    QPushButton* m_button;
};

} // namespace awb::ui
