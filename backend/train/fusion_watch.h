#pragma once

#include <cstdint>
#include <vector>

#include "backend/analysis/fusion_record.h"
#include "backend/experiment/experiment.h"
#include "backend/train/records.h"
#include "models/forward_context.h"

namespace awb {

class BatchRunner;
struct RunSetup;

/// Measures the fusions of a run where a record is due, and tells the observer. Without `drawProbes`, or in a
/// run without fusions, it does nothing. All arguments of the constructor outlive it.
class FusionWatch {
public:
    FusionWatch(RunSetup& setup, BatchRunner& runner, TrainingObserver& observer);

    /// Draws the probes from the validation split, or from train where there is none, and tells them.
    void drawProbes(const TrainingSpec& training);
    /// Doing it again for the same step gives the same record.
    void record(std::int64_t step, const ForwardContext& context);

private:
    RunSetup& m_setup;
    BatchRunner& m_runner;
    TrainingObserver& m_observer;
    std::vector<FusionProbe> m_probes;
};

} // namespace awb
