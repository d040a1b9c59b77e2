#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "backend/train/evaluation.h"
#include "backend/train/random_state.h"
#include "backend/train/run_errors.h"
#include "backend/train/training_run.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

constexpr double kFirstCheckpointSeconds = 1.0;
constexpr double kCheckpointSeconds = 20.0;

} // namespace

void TrainingRun::recordFusions() {
    m_fusions->record(m_position.step, contextFor(m_position.step, false));
}

Result<void> TrainingRun::trainToEnd() {
    const std::int64_t total = m_setup.plan.totalSteps;
    recordFusions();
    if (m_position.evaluationDue && m_position.step < total) {
        if (auto evaluated = evaluate("validation"); !evaluated) {
            return evaluated;
        }
    }
    while (m_position.step < total) {
        if (auto stepped = trainStep(); !stepped) {
            return stepped;
        }
        recordFusions();
        if (evaluationFallsDue()) {
            m_position.evaluationDue = true;
            if (auto evaluated = evaluate("validation"); !evaluated) {
                return evaluated;
            }
        }
        if (checkpointFallsDue()) {
            if (auto written = writeCheckpoint(); !written) {
                return written;
            }
        }
    }
    return finalEvaluation();
}

ForwardContext TrainingRun::contextFor(std::int64_t step, bool training) {
    ForwardContext context;
    context.training = training;
    context.skipLayers = m_setup.skipLayers;
    if (training && m_spec.adapterDropMode == "random") {
        const int dropped =
            drawAdapterDrop(static_cast<std::uint64_t>(m_spec.seed), step, m_spec.adapterDropLayers);
        for (int layer = 0; layer < dropped; ++layer) {
            context.skipLayers.insert(layer);
        }
    }
    context.safePoint = [this] { m_control.safePoint(); };
    return context;
}

Result<void> TrainingRun::trainStep() {
    const RunPlan& plan = m_setup.plan;
    const std::int64_t step = m_position.step + 1;
    const std::int64_t epoch = (step - 1) / plan.stepsPerEpoch;
    const TokenizedSplit& train = *m_setup.split("train");
    if (epoch != m_batchesEpoch) {
        m_batches = trainingBatches(train.lengths(), m_spec.batchSize,
                                    static_cast<std::uint64_t>(m_spec.seed), epoch);
        m_batchesEpoch = epoch;
    }
    const auto index = static_cast<std::size_t>((step - 1) % plan.stepsPerEpoch);
    PaddedBatch batch = m_runner->pad(train, m_batches[index]);
    if (m_setup.task.type() == HeadType::MaskedLm) {
        maskForTraining(batch, train, m_setup.task.masking, static_cast<std::uint64_t>(m_spec.seed), step);
    }
    ForwardContext context = contextFor(step, true);
    if (m_request.diagnostics) {
        m_diagnostics->beginStep(batch);
        context.observe = [this](const SiteObservation& seen) { m_diagnostics->observe(seen); };
    }

    m_optimizer->clearGradients();
    const ModelOutput output = m_runner->run(train, batch, context);
    torch::Tensor loss = taskLoss(m_setup.task, output, targetsOf(train, batch, m_setup.task.type()));
    const double lossValue = loss.item<double>();
    if (!std::isfinite(lossValue)) {
        return fail(divergence("the loss", lossValue, step));
    }
    if (const torch::Tensor regularizer = m_setup.model->fusionRegularization(); regularizer.defined()) {
        loss = loss + regularizer;
    }
    loss.backward();
    m_control.safePoint();
    const double gradNorm = m_optimizer->measureGradients();
    if (!std::isfinite(gradNorm)) {
        return fail(divergence("the gradient's norm", gradNorm, step));
    }
    const bool clips = m_spec.maxGradNorm > 0 && gradNorm > m_spec.maxGradNorm;
    const double learningRate = m_schedule->at(step);
    // Nothing below looks at stop requests: the step is made whole or not at all.
    m_optimizer->step(learningRate, clips ? m_spec.maxGradNorm / (gradNorm + 1e-6) : 1.0);
    m_randomState = randomState();
    noteTemperatures();
    m_position.step = step;
    m_position.examples += batch.rows();
    m_position.tokens += batch.tokens;
    m_position.seconds = seconds();

    StepRecord record{.step = step,
                      .epoch = static_cast<double>(step) / static_cast<double>(plan.stepsPerEpoch),
                      .examples = m_position.examples,
                      .tokens = m_position.tokens,
                      .seconds = m_position.seconds,
                      .loss = lossValue,
                      .learningRate = learningRate,
                      .gradNorm = gradNorm,
                      .modules = {}};
    if (m_request.diagnostics) {
        record.modules = m_diagnostics->finishStep();
    }
    m_observer.onStep(record);
    return {};
}

void TrainingRun::noteTemperatures() {
    for (const std::string& fusion : m_setup.model->fusionNames()) {
        if (m_setup.model->fusionConfig(fusion)->temperature) {
            m_position.fusionTemperatures[fusion] = m_setup.model->fusionTemperature(fusion);
        }
    }
}

Error TrainingRun::divergence(const std::string& what, double value, std::int64_t step) {
    m_diverged = true;
    return divergenceError(what, value, step, m_spec, m_schedule->at(step));
}

bool TrainingRun::evaluationFallsDue() const {
    const std::int64_t step = m_position.step;
    if (step >= m_setup.plan.totalSteps) {
        return false; // the final evaluation follows
    }
    return step % m_setup.plan.stepsPerEpoch == 0 || (m_spec.evalSteps > 0 && step % m_spec.evalSteps == 0);
}

bool TrainingRun::checkpointFallsDue() const {
    if (m_position.step >= m_setup.plan.totalSteps) {
        return true; // the final evaluation may take long
    }
    if (m_spec.checkpointSteps > 0) {
        return m_position.step % m_spec.checkpointSteps == 0;
    }
    // Soon after the start, then at doubling distances up to the usual one: little is ever lost.
    const double distance =
        std::min(kCheckpointSeconds, std::max(kFirstCheckpointSeconds, secondsSince(m_began) / 2));
    return secondsSince(m_lastCheckpoint) >= distance;
}

Result<void> TrainingRun::evaluate(const std::string& splitName) {
    const TokenizedSplit* split = m_setup.split(splitName);
    if (split && split->size() > 0) {
        ForwardContext context = contextFor(m_position.step, false);
        const SplitScores scores = evaluateSplit(*m_runner, *split, m_setup.task, context, [&](double done) {
            m_observer.onProgress("Evaluating on " + splitName, done);
            m_control.safePoint();
        });
        if (scores.known > 0 && !std::isfinite(scores.loss)) {
            return fail(divergence("the " + splitName + " loss", scores.loss, m_position.step));
        }
        m_metrics[splitName] = scores.metrics;
        m_metrics[splitName]["loss"] = scores.loss;
        m_position.seconds = seconds();
        m_observer.onEval(
            {.step = m_position.step,
             .epoch = static_cast<double>(m_position.step) / static_cast<double>(m_setup.plan.stepsPerEpoch),
             .seconds = m_position.seconds,
             .split = splitName,
             .loss = scores.loss,
             .metrics = scores.metrics});
    }
    m_position.evaluationDue = false;
    noteTemperatures();
    return {};
}

Result<void> TrainingRun::finalEvaluation() {
    m_position.evaluationDue = true;
    for (const char* split : {"validation", "test"}) {
        if (auto evaluated = evaluate(split); !evaluated) {
            return evaluated;
        }
        m_position.evaluationDue = true;
    }
    return {};
}

} // namespace awb
