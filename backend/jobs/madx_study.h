#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "backend/run/madx.h"

namespace awb {

class RunController;

/// How far a MAD-X study is.
struct MadxProgress {
    int runs = 0; ///< that are behind it, finished this time or before
    int allRuns = 0;
    QString name;         ///< of the run that is under way
    QString activity;     ///< "Tokenising", "Training", ...
    double fraction = -1; ///< 0..1 of the run; -1: unknown
    double examplesPerSecond = 0;
    double secondsLeft = -1; ///< of the run; -1: not known yet
};

/// Trains a MAD-X experiment on the worker's thread, after what is queued there, and looks up what the
/// workspace has of one in a thread of its own, so that past scores are shown while something else trains.
/// One study at a time; it names itself as the controller's series.
class MadxStudy : public QObject {
    Q_OBJECT

public:
    /// `runs` outlives this.
    MadxStudy(RunController& runs, const std::filesystem::path& workspace, QObject* parent = nullptr);
    /// Stops what is under way, leaving a checkpoint; its end is never told.
    ~MadxStudy() override;

    /// With absolute paths. Nothing happens while a study is active.
    void start(const MadxExperiment& experiment);
    /// The run that is under way keeps a checkpoint; starting the same experiment again goes on from it.
    void stop();
    bool isActive() const;
    bool isStopping() const;
    /// What the workspace has of an experiment; a newer question silences an older one.
    void lookUp(const MadxExperiment& experiment);

Q_SIGNALS:
    /// At most 20 a second, and at once when a run begins.
    void progressed(const awb::MadxProgress& progress);
    /// One more run is there.
    void completedRun(const awb::MadxReport& report);
    /// All runs are there, or it was stopped.
    void ended(const awb::MadxReport& report);
    void failed(const awb::Error& error);
    void lookedUp(const awb::MadxReport& report);
    void lookUpFailed(const awb::Error& error);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb
