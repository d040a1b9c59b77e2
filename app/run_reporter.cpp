#include "app/run_reporter.h"

#include "app/console.h"

namespace awb::app {

void RunReporter::onRecorded(std::int64_t run) {
    m_bar.line("Run " + std::to_string(run));
}

void RunReporter::onProgress(const std::string& activity, double fraction) {
    m_bar.show(fraction, activity);
}

void RunReporter::onPlan(const RunPlan& plan) {
    m_plan = plan;
    m_rate = RateMeter(plan.totalSteps);
    m_step = plan.startStep;
    m_bar.line("Data: " + plan.datasetName + ", " + countText(plan.trainExamples) + " training examples, " +
               std::to_string(plan.labels.size()) + " classes");
    m_bar.line("Trained: " + countText(plan.trainableParameters) + " parameters beside a base of " +
               countText(plan.baseParameters) + "; " + std::to_string(plan.threads) +
               (plan.threads == 1 ? " thread" : " threads"));
    for (const auto& [part, hash] : plan.frozen) {
        m_bar.line("Frozen: " + part + ", " + hash);
    }
    if (!plan.datasetNote.empty()) {
        m_bar.line("Note: " + plan.datasetNote);
    }
    for (const std::string& warning : plan.warnings) {
        m_bar.line("Warning: " + warning);
    }
    if (plan.startStep > 0) {
        m_bar.line("Going on after step " + std::to_string(plan.startStep));
    }
}

void RunReporter::onStep(const StepRecord& record) {
    m_step = record.step;
    m_rate.add(record);
    std::string text = "step " + std::to_string(record.step) + "/" + std::to_string(m_plan.totalSteps) +
                       "  loss " + numberText(record.loss);
    if (const double rate = m_rate.examplesPerSecond(); rate > 0) {
        text += "  " + numberText(rate) + " examples/s";
    }
    if (const std::optional<double> left = m_rate.secondsLeft()) {
        text += "  " + durationText(*left) + " left";
    }
    const double total = static_cast<double>(m_plan.totalSteps);
    m_bar.show(total > 0 ? static_cast<double>(record.step) / total : -1, text);
}

void RunReporter::onEval(const EvalRecord& record) {
    std::string text =
        "step " + std::to_string(record.step) + "  " + record.split + "  loss " + numberText(record.loss);
    for (const auto& [name, value] : record.metrics) {
        text += "  " + name + " " + numberText(value);
    }
    m_bar.line(text);
}

void RunReporter::announceStop() {
    m_bar.line("Stopping at step " + std::to_string(m_step.load()) +
               " (Ctrl-C again: at once, without a checkpoint)");
}

} // namespace awb::app
