#include "backend/run/trials.h"

namespace awb {

Result<Trials> Trials::open(RunStore& store, RunControl& control, TrainingObserver& observer,
                            const std::function<void(const Experiment&)>& announce) {
    Trials trials(store, control, observer, announce);
    const auto rows = store.runs();
    if (!rows) {
        return fail(rows.error());
    }
    for (const RunRow& row : *rows) {
        const bool isFinished = row.state == RunState::Finished;
        if (!isFinished && !(row.resumable() && hasCheckpoint(store.runFolder(row.id)))) {
            continue;
        }
        const auto text = store.experimentText(row.id);
        if (!text) {
            return fail(text.error());
        }
        (isFinished ? trials.m_finished : trials.m_unfinished)[*text] = row;
    }
    return trials;
}

Result<RunRow> Trials::run(const Experiment& experiment) {
    const std::string text = toText(experiment);
    if (const auto found = m_finished.find(text); found != m_finished.end()) {
        return found->second;
    }
    m_announce(experiment);
    const auto begun = m_unfinished.find(text);
    const RecordedOutcome recorded = begun != m_unfinished.end()
                                         ? resumeRecorded(m_store, begun->second.id, m_control, m_observer)
                                         : runRecorded(m_store, experiment, m_control, m_observer);
    if (recorded.outcome.error) {
        return fail(*recorded.outcome.error);
    }
    if (recorded.outcome.state != RunState::Finished) {
        return fail("stopped");
    }
    auto row = m_store.run(recorded.run);
    if (row) {
        m_finished[text] = *row;
    }
    return row;
}

} // namespace awb
