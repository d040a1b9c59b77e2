#include "backend/run/trials.h"

#include <cmath>
#include <utility>

namespace awb {

namespace {

Result<Trials::Scores> scoresOf(const RunRow& row) {
    const auto validation = row.score("validation");
    if (!validation) {
        return fail("the run has no score on the validation split", "run " + std::to_string(row.id),
                    "Give the task a validation split");
    }
    return Trials::Scores{row.id, row.mainMetric, *validation, row.score("test")};
}

void add(TrialRow& row, const Trials::Scores& scores) {
    row.metric = scores.metric;
    row.validation.push_back(scores.validation);
    row.runs.push_back(scores.run);
    if (scores.test) {
        row.test.push_back(*scores.test);
    }
}

} // namespace

Result<void> KnownRuns::read() {
    const auto rows = m_store.runs();
    if (!rows) {
        return fail(rows.error());
    }
    for (const RunRow& row : *rows) {
        const bool isFinished = row.state == RunState::Finished;
        if (!isFinished && !(row.resumable() && hasCheckpoint(m_store.runFolder(row.id)))) {
            continue;
        }
        const auto text = m_store.experimentText(row.id);
        if (!text) {
            return fail(text.error());
        }
        (isFinished ? m_finished : m_unfinished)[*text] = row;
    }
    m_isRead = true;
    return {};
}

Result<std::optional<RunRow>> KnownRuns::find(const Rows& rows, const Experiment& experiment) {
    if (!m_isRead) {
        if (auto done = read(); !done) {
            return fail(done.error());
        }
    }
    const auto found = rows.find(toText(experiment));
    return found == rows.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<RunRow>> KnownRuns::finished(const Experiment& experiment) {
    return find(m_finished, experiment);
}

Result<std::optional<RunRow>> KnownRuns::unfinished(const Experiment& experiment) {
    return find(m_unfinished, experiment);
}

void KnownRuns::addFinished(const Experiment& experiment, const RunRow& row) {
    m_finished[toText(experiment)] = row;
}

Trials::Trials(RunStore& store, RunControl& control, TrainingObserver& observer,
               std::function<void(const Experiment&)> announce)
    : m_store(store)
    , m_control(control)
    , m_observer(observer)
    , m_announce(std::move(announce))
    , m_known(store) {}

Result<RunRow> Trials::run(const Experiment& experiment) {
    const auto found = m_known.finished(experiment);
    if (!found) {
        return fail(found.error());
    }
    if (*found) {
        return **found;
    }
    if (m_control.stopRequested()) {
        return fail("stopped");
    }
    const auto begun = m_known.unfinished(experiment);
    if (!begun) {
        return fail(begun.error());
    }
    m_announce(experiment);
    const RecordedOutcome recorded = *begun ? resumeRecorded(m_store, (*begun)->id, m_control, m_observer)
                                            : runRecorded(m_store, experiment, m_control, m_observer);
    if (recorded.outcome.error) {
        return fail(*recorded.outcome.error);
    }
    if (recorded.outcome.state != RunState::Finished) {
        return fail("stopped");
    }
    auto row = m_store.run(recorded.run);
    if (row) {
        m_known.addFinished(experiment, *row);
    }
    return row;
}

Result<Trials::Scores> Trials::score(const Experiment& experiment) {
    const auto row = run(experiment);
    return row ? scoresOf(*row) : fail(row.error());
}

Result<Trials::Scores> Trials::chooseLearningRate(Experiment& design, std::vector<double> rates) {
    if (rates.empty()) {
        rates.push_back(design.training.learningRate);
    }
    std::optional<Scores> best;
    double chosen = rates.front();
    for (const double rate : rates) {
        design.training.learningRate = rate;
        const auto scores = score(design);
        if (!scores) {
            return scores;
        }
        if (!best || scores->validation > best->validation) {
            best = *scores;
            chosen = rate;
        }
    }
    design.training.learningRate = chosen;
    return *best;
}

void Trials::fill(TrialRow& row, Experiment design, const std::vector<std::int64_t>& seeds,
                  const std::vector<double>& learningRates) {
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        design.training.seed = seeds[i];
        const auto scores = i == 0 ? chooseLearningRate(design, learningRates) : score(design);
        if (!scores) {
            row.error = scores.error();
            return;
        }
        row.learningRate = design.training.learningRate;
        add(row, *scores);
    }
}

Spread spreadOf(const std::vector<double>& values) {
    if (values.empty()) {
        return {};
    }
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, values.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(values.size() - 1))};
}

} // namespace awb
