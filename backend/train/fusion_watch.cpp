#include "backend/train/fusion_watch.h"

#include <string>

#include "backend/text/tokenizer.h"
#include "backend/train/fusion_recorder.h"
#include "backend/train/run_setup.h"
#include "models/adapter_model.h"

namespace awb {

FusionWatch::FusionWatch(RunSetup& setup, BatchRunner& runner, TrainingObserver& observer)
    : m_setup(setup)
    , m_runner(runner)
    , m_observer(observer) {}

void FusionWatch::drawProbes(const TrainingSpec& training) {
    const TokenizedSplit* validation = m_setup.split("validation");
    ProbeSource source;
    source.split = validation && validation->size() > 0 ? validation : m_setup.split("train");
    source.classNames = m_setup.task.heads.front().labels;
    source.token = [this](int id) { return std::string(m_setup.tokenizer->token(id)); };
    source.seed = training.seed;
    source.totalSteps = m_setup.plan.totalSteps;
    source.batchSize = training.batchSize;
    m_probes = awb::drawProbes(*m_setup.model, source);
    for (const FusionProbe& probe : m_probes) {
        m_observer.onFusionProbe(probe);
    }
}

void FusionWatch::record(std::int64_t step, const ForwardContext& context) {
    const std::int64_t total = m_setup.plan.totalSteps;
    if (m_probes.empty() || !recordsFusionAt(m_probes.front(), step, total)) {
        return;
    }
    const auto records =
        measureFusions(*m_setup.model, m_runner, *m_setup.split(m_probes.front().split), m_probes, step,
                       recordsTokensAt(m_probes.front(), step, total), context);
    for (const FusionRecord& each : records) {
        m_observer.onFusion(each);
    }
}

} // namespace awb
