#pragma once

#include <QStatusBar>

#include "backend/jobs/run_controller.h"
#include "backend/train/machine.h"

namespace awb::ui {

class ToneIcon;
class ToneLabel;

/// The status bar: messages, the state of the run, and the machine.
class StatusLine : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void say(const QString& text);
    void setRun(const LiveUpdate& update);
    void setRunEnded(qint64 run, const RunOutcome& outcome);
    void setMachine(const MachineSpeed& speed);

private:
    void showRun(const QString& iconName, const QString& text);

    ToneIcon* m_runIcon = nullptr;
    ToneLabel* m_run = nullptr;
    ToneLabel* m_machine = nullptr;
    std::int64_t m_step = 0;
    std::int64_t m_totalSteps = 0;
    qint64 m_shownRun = 0;
};

} // namespace awb::ui
