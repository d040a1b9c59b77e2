#include <cmath>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/train/random_state.h"
#include "backend/train/training_run.h"
#include "models/adapter_model.h"

namespace awb {

Result<void> TrainingRun::prepare() {
    m_position.threads = m_spec.threads;
    m_position.designHash = designHash(m_request.experiment);
    if (m_request.resume) {
        if (auto adopted = adoptCheckpointPosition(); !adopted) {
            return adopted;
        }
    }
    m_threads.emplace(m_position.threads);
    m_position.threads = m_threads->count();
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

} // namespace awb
