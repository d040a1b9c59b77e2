#include "backend/train/trainer.h"

#include <chrono>
#include <cmath>
#include <new>
#include <system_error>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/train/batch_runner.h"
#include "backend/train/diagnostics.h"
#include "backend/train/evaluation.h"
#include "backend/train/frozen_parts.h"
#include "backend/train/fusion_watch.h"
#include "backend/train/optimizer.h"
#include "backend/train/random_state.h"
#include "backend/train/run_errors.h"
#include "backend/train/run_results.h"
#include "backend/train/run_setup.h"
#include "backend/train/schedule.h"
#include "backend/train/training_checkpoint.h"
#include "models/adapter_model.h"

namespace awb {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kFirstCheckpointSeconds = 1.0;
constexpr double kCheckpointSeconds = 20.0;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// One run on the training thread, from loading to its outcome.
class TrainingRun {
public:
    TrainingRun(const TrainRequest& request, RunControl& control, TrainingObserver& observer)
        : m_request(request)
        , m_spec(request.experiment.training)
        , m_control(control)
        , m_observer(observer) {
        m_control.setPauseListener([this](bool waits) { pauseChanged(waits); });
    }
    ~TrainingRun() { m_control.setPauseListener({}); }
    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    RunOutcome execute();
    RunOutcome failed(Error error) const;

private:
    // Before the first step.
    Result<void> prepare();
    Result<void> adoptCheckpointPosition();
    Result<void> restore();
    void reuseLowerStates();
    void planSteps();

    // Training.
    Result<void> trainToEnd();
    Result<void> trainStep();
    /// Measures the fusions' weights where it is due. Done again after a stop in its middle.
    void recordFusions();
    /// The fusions' temperatures are part of where the run stands.
    void noteTemperatures();
    Error divergence(const std::string& what, double value, std::int64_t step);
    ForwardContext contextFor(std::int64_t step, bool training);
    bool evaluationFallsDue() const;
    bool checkpointFallsDue() const;
    Result<void> evaluate(const std::string& splitName);
    Result<void> finalEvaluation();

    // After it.
    Result<void> writeCheckpoint();
    Result<RunOutcome> finish();
    RunOutcome stopped();
    RunOutcome outcome(RunState state) const;

    void enter(RunState state, const std::string& detail);
    void pauseChanged(bool waits);
    double seconds() const;

    const TrainRequest& m_request;
    const TrainingSpec& m_spec;
    RunControl& m_control;
    TrainingObserver& m_observer;

    RunState m_state = RunState::Preparing;
    std::string m_stateDetail;
    std::optional<TrainingCheckpoint> m_checkpoint; ///< what is resumed from
    RunSetup m_setup;
    std::unique_ptr<BatchRunner> m_runner;
    std::optional<AdamW> m_optimizer;
    std::optional<Diagnostics> m_diagnostics;
    std::optional<LearningRateSchedule> m_schedule;
    std::optional<FusionWatch> m_fusions;

    TrainingPosition m_position;
    bool m_underWay = false;              ///< all is loaded: a checkpoint holds more than the position
    bool m_diverged = false;              ///< going on from the checkpoint would end in the same way
    std::vector<std::byte> m_randomState; ///< after the last whole step
    std::vector<ExampleList> m_batches;
    std::int64_t m_batchesEpoch = -1;
    double m_secondsBefore = 0; ///< training time of earlier sessions
    double m_pausedAtStart = 0;
    Clock::time_point m_began = Clock::now();
    Clock::time_point m_lastCheckpoint = Clock::now();
    std::int64_t m_checkpointedStep = -1;
    std::map<std::string, std::map<std::string, double>> m_metrics;
};

void TrainingRun::enter(RunState state, const std::string& detail) {
    m_state = state;
    m_stateDetail = detail;
    m_observer.onState(state, detail);
}

void TrainingRun::pauseChanged(bool waits) {
    if (waits) {
        m_observer.onState(RunState::Paused, "Paused after step " + std::to_string(m_position.step));
    } else {
        m_observer.onState(m_state, m_stateDetail);
    }
}

double TrainingRun::seconds() const {
    if (!m_underWay) {
        return m_position.seconds;
    }
    return m_secondsBefore + secondsSince(m_began) - (m_control.pausedSeconds() - m_pausedAtStart);
}

RunOutcome TrainingRun::execute() {
    enter(RunState::Preparing, m_request.resume ? "Preparing to continue" : "Preparing");
    try {
        if (auto prepared = prepare(); !prepared) {
            return failed(prepared.error());
        }
        enter(RunState::Running, "Training");
        if (auto trained = trainToEnd(); !trained) {
            return failed(trained.error());
        }
        auto finished = finish();
        return finished ? std::move(*finished) : failed(finished.error());
    } catch (const StopRequested&) {
        return stopped();
    }
}

Result<void> TrainingRun::prepare() {
    m_position.threads = m_spec.threads;
    m_position.designHash = designHash(m_request.experiment);
    if (m_request.resume) {
        if (auto adopted = adoptCheckpointPosition(); !adopted) {
            return adopted;
        }
    }
    m_position.threads = setTorchThreads(m_position.threads);
    at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
    // Dropout draws from the process-wide generator, which nothing but this thread uses.
    torch::manual_seed(static_cast<std::uint64_t>(m_spec.seed));

    auto setup =
        setUpRun(m_request.experiment, m_request.dataset, [this](const std::string& activity, double done) {
            m_observer.onProgress(activity, done);
            m_control.safePoint();
        });
    if (!setup) {
        return fail(setup.error());
    }
    m_setup = std::move(*setup);
    m_setup.plan.threads = m_position.threads;
    m_runner = std::make_unique<BatchRunner>(*m_setup.model, m_setup.padId, isPerToken(m_setup.task.type()));
    m_optimizer.emplace(m_setup.model->trainableParameters(),
                        OptimizerOptions{.beta1 = m_spec.adamBeta1,
                                         .beta2 = m_spec.adamBeta2,
                                         .epsilon = m_spec.adamEpsilon,
                                         .weightDecay = m_spec.weightDecay});
    m_diagnostics.emplace(*m_setup.model, m_setup.modules, *m_optimizer);
    if (m_checkpoint && m_checkpoint->position.step > 0) {
        if (auto restored = restore(); !restored) {
            return restored;
        }
    }
    m_checkpoint.reset();
    m_position.baseHash = m_setup.plan.baseHash;
    m_position.datasetHash = m_setup.plan.datasetHash;
    planSteps();
    reuseLowerStates();
    m_randomState = randomState();
    m_secondsBefore = m_position.seconds;
    m_pausedAtStart = m_control.pausedSeconds();
    m_began = m_lastCheckpoint = Clock::now();
    m_underWay = true;
    m_observer.onPlan(m_setup.plan);
    m_fusions.emplace(m_setup, *m_runner, m_observer);
    if (m_request.diagnostics) {
        m_fusions->drawProbes(m_spec);
    }
    return {};
}

Result<void> TrainingRun::adoptCheckpointPosition() {
    auto checkpoint = openTrainingCheckpoint(m_request.runFolder);
    if (!checkpoint) {
        return fail(checkpoint.error());
    }
    if (checkpoint->position.designHash != m_position.designHash) {
        return fail("the checkpoint belongs to another experiment", m_request.runFolder.string(),
                    "Start the run anew");
    }
    m_position = checkpoint->position;
    m_checkpoint.emplace(std::move(*checkpoint));
    return {};
}

Result<void> TrainingRun::restore() {
    const TrainingPosition& position = m_checkpoint->position;
    if (position.baseHash != m_setup.plan.baseHash) {
        return fail("the base model's weights are not those that the run began with",
                    m_setup.baseFolder.string(), "Put the old files back, or start the run anew");
    }
    if (position.datasetHash != m_setup.plan.datasetHash) {
        return fail("the data is not the data that the run began with", m_setup.plan.datasetName,
                    "Put the old files back, or start the run anew");
    }
    if (auto restored = m_optimizer->restore(m_checkpoint->file); !restored) {
        return restored;
    }
    if (!setRandomState(m_checkpoint->randomState())) {
        return fail("the checkpoint's random state is not one of this program's LibTorch",
                    checkpointFile(m_request.runFolder).string(), "Start the run anew");
    }
    for (const auto& [fusion, temperature] : position.fusionTemperatures) {
        m_setup.model->setFusionTemperature(fusion, temperature);
    }
    m_checkpointedStep = position.step;
    if (m_position.threads != position.threads) {
        m_setup.plan.warnings.push_back("The run began with " + std::to_string(position.threads) +
                                        " threads and goes on with " + std::to_string(m_position.threads) +
                                        ": results may differ in the last digits.");
    }
    return {};
}

void TrainingRun::planSteps() {
    RunPlan& plan = m_setup.plan;
    plan.stepsPerEpoch = (plan.trainExamples + m_spec.batchSize - 1) / m_spec.batchSize;
    const double steps = std::ceil(m_spec.epochs * static_cast<double>(plan.stepsPerEpoch) - 1e-9);
    plan.totalSteps = m_spec.epochs > 0 ? std::max<std::int64_t>(static_cast<std::int64_t>(steps), 1) : 0;
    plan.startStep = m_position.step;
    m_schedule.emplace(m_spec.scheduler, m_spec.learningRate, m_spec.warmupRatio, plan.totalSteps);
}

void TrainingRun::reuseLowerStates() {
    const int layers = m_setup.reusableLayers;
    // Only states that are looked at more than once are worth keeping: test is evaluated a single time.
    std::vector<const TokenizedSplit*> kept;
    std::int64_t bytes = 0;
    std::size_t examples = 0;
    for (const char* name : {"train", "validation"}) {
        if (const TokenizedSplit* split = m_setup.split(name); split && split->size() > 0) {
            kept.push_back(split);
            bytes += m_runner->cacheBytes(*split, layers);
            examples += split->size();
        }
    }
    if (layers == 0 || bytes > m_request.stateCacheBytes || m_setup.plan.totalSteps == 0) {
        return;
    }
    ForwardContext context = contextFor(0, false);
    std::size_t doneBefore = 0;
    for (const TokenizedSplit* split : kept) {
        m_runner->precompute(*split, layers, context, [&](std::size_t done) {
            m_observer.onProgress("Computing what the frozen layers give, once",
                                  static_cast<double>(doneBefore + done) / static_cast<double>(examples));
            m_control.safePoint();
        });
        doneBefore += split->size();
    }
    m_setup.plan.cachedLayers = layers;
}

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

Result<void> TrainingRun::writeCheckpoint() {
    m_observer.beforeCheckpoint(m_position.step);
    auto written =
        m_underWay && m_position.step > 0
            ? writeTrainingCheckpoint(m_request.runFolder, m_position, m_optimizer->state(), m_randomState)
            : writeTrainingCheckpoint(m_request.runFolder, m_position, {}, {});
    if (!written) {
        return written;
    }
    m_lastCheckpoint = Clock::now();
    m_checkpointedStep = m_position.step;
    m_observer.onCheckpoint(m_position.step);
    return {};
}

Result<RunOutcome> TrainingRun::finish() {
    const std::string hashAfter = baseHash(*m_setup.model);
    const FrozenHashes frozenAfter = frozenHashes(m_request.experiment, *m_setup.model);
    if (auto same = checkFrozen(m_setup.plan.frozen, frozenAfter); !same) {
        return fail(same.error());
    }
    m_observer.onProgress("Saving", -1);
    if (auto written = writeFrozenRecord(m_request.runFolder, m_setup.plan.frozen, frozenAfter); !written) {
        return fail(written.error());
    }
    if (auto saved =
            saveResults(m_request.experiment, *m_setup.model, m_setup.baseFolder, m_request.runFolder);
        !saved) {
        return fail(saved.error());
    }
    std::error_code ignored;
    std::filesystem::remove(checkpointFile(m_request.runFolder), ignored);
    RunOutcome result = outcome(RunState::Finished);
    result.baseHashAfter = hashAfter;
    result.frozenAfter = frozenAfter;
    enter(RunState::Finished, "Finished");
    return result;
}

RunOutcome TrainingRun::stopped() {
    enter(RunState::Stopping, "Stopping after step " + std::to_string(m_position.step));
    if (m_optimizer) {
        m_optimizer->clearGradients();
    }
    std::optional<Error> problem;
    // While a resumed run still loads, the checkpoint that is there is the right one.
    const bool hasNews =
        m_underWay ? m_checkpointedStep != m_position.step || m_position.evaluationDue : !m_request.resume;
    if (hasNews) {
        if (auto written = writeCheckpoint(); !written) {
            problem = written.error();
        }
    }
    RunOutcome result = outcome(RunState::Stopped);
    result.resumable = hasCheckpoint(m_request.runFolder);
    result.error = std::move(problem);
    if (m_underWay) {
        result.baseHashAfter = baseHash(*m_setup.model);
    }
    enter(RunState::Stopped, "Stopped after step " + std::to_string(m_position.step));
    return result;
}

RunOutcome TrainingRun::outcome(RunState state) const {
    RunOutcome result;
    result.state = state;
    result.step = m_position.step;
    result.seconds = seconds();
    result.metrics = m_metrics;
    return result;
}

RunOutcome TrainingRun::failed(Error error) const {
    RunOutcome result = outcome(RunState::Failed);
    result.error = std::move(error);
    result.resumable = !m_diverged && hasCheckpoint(m_request.runFolder);
    m_observer.onState(RunState::Failed, result.error->message());
    return result;
}

} // namespace

RunOutcome train(const TrainRequest& request, RunControl& control, TrainingObserver& observer) {
    TrainingRun run(request, control, observer);
    try {
        return run.execute();
    } catch (const c10::Error& error) {
        return run.failed(torchError(error));
    } catch (const std::bad_alloc&) {
        return run.failed({"there is not enough memory for this run",
                           {},
                           "Choose a smaller batch_size or max_seq_length, or close other programs"});
    } catch (const std::exception& error) {
        return run.failed({std::string("the run failed: ") + error.what(), {}, {}});
    } catch (...) {
        return run.failed({"the run failed for a reason that it does not tell", {}, {}});
    }
}

} // namespace awb
