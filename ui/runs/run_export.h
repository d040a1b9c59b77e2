#pragma once

#include <filesystem>

#include <QObject>

#include "backend/jobs/run_controller.h"

class QWidget;

namespace awb::ui {

class MessageBar;

/// Exports finished runs in AdapterHub's format: asks for a folder, tells the worker, says how it ended.
class RunExport : public QObject {
    Q_OBJECT

public:
    /// Without `runs` nothing can be exported. `messages` outlives this.
    RunExport(RunController* runs, MessageBar* messages, QWidget* window);

    /// Asks for a new folder and the form of the weights; returns at once.
    void choose(qint64 run, const QString& runName);
    /// Exports into a folder that does not exist yet or is empty.
    void exportTo(qint64 run, const std::filesystem::path& folder, WeightsForm form);

private:
    void report(const ExportReport& report);

    RunController* m_runs;
    MessageBar* m_messages;
    QWidget* m_window;
};

} // namespace awb::ui
