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

Trials::Trials(RunStore& store, RunControl& control, TrainingObserver& observer,
               std::function<void(const Experiment&)> announce)
    : m_store(store)
    , m_control(control)
    , m_observer(observer)
    , m_announce(std::move(announce)) {}

Result<void> Trials::readWorkspace() {
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

Result<RunRow> Trials::run(const Experiment& experiment) {
    if (!m_isRead) {
        if (auto read = readWorkspace(); !read) {
            return fail(read.error());
        }
    }
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
