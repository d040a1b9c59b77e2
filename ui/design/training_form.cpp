#include "ui/design/training_form.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>

#include "ui/design/number_field.h"
#include "ui/document/design_document.h"

namespace awb::ui {

TrainingForm::TrainingForm(DesignDocument* document, QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_form(new OptionForm(this)) {
    setObjectName(QStringLiteral("trainingForm"));
    setWidget(m_form);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    buildSchedule();
    buildOptimiser();
    buildRunning();
    connect(document, &DesignDocument::changed, m_form, &OptionForm::refresh);
    m_form->refresh();
}

const TrainingSpec& TrainingForm::training() const {
    return m_document->experiment().training;
}

void TrainingForm::change(const OptionText& text, const std::function<void(TrainingSpec&)>& change) {
    Experiment experiment = m_document->experiment();
    change(experiment.training);
    m_document->edit(std::move(experiment), tr("Change training: %1").arg(text.label.toLower()),
                     mergeIdOf(text.objectName));
}

void TrainingForm::addNumber(const OptionText& text, const OptionForm::Range& range,
                             double TrainingSpec::*member, bool rateSteps) {
    NumberField* field = m_form->addNumber(
        text, range, [this, member]() -> std::optional<double> { return training().*member; },
        [this, text, member](double value) {
            change(text, [&](TrainingSpec& spec) { spec.*member = value; });
        });
    if (rateSteps) {
        field->setStepper(stepOneTwoFive);
    }
}

void TrainingForm::addNumber(const OptionText& text, const OptionForm::Range& range,
                             int TrainingSpec::*member) {
    m_form->addNumber(
        text, range, [this, member]() -> std::optional<double> { return training().*member; },
        [this, text, member](double value) {
            change(text, [&](TrainingSpec& spec) { spec.*member = static_cast<int>(value); });
        });
}

void TrainingForm::buildSchedule() {
    m_form->addHeading(tr("Duration and rate"));
    addNumber({QStringLiteral("epochs"), tr("Epochs"), QStringLiteral("training.epochs"),
               tr("Passes over the training split; fractions are allowed."), QStringLiteral("3")},
              {0.001, 100000, 1, false, {}}, &TrainingSpec::epochs);
    addNumber({QStringLiteral("batchSize"), tr("Batch size"), QStringLiteral("training.batch_size"),
               tr("Examples a step. Batches are made of texts of like length."), QStringLiteral("32")},
              {1, 65536, 1, true, {}}, &TrainingSpec::batchSize);
    addNumber({QStringLiteral("learningRate"), tr("Learning rate"), QStringLiteral("training.learning_rate"),
               tr("The schedule's highest rate. Adapters take about 0.001, full fine-tuning about 0.00005."),
               QStringLiteral("0.001")},
              {0, 1000, 0.001, false, {}}, &TrainingSpec::learningRate, true);
    addNumber({QStringLiteral("warmupRatio"), tr("Warm-up"), QStringLiteral("training.warmup_ratio"),
               tr("Share of all steps in which the rate climbs from 0 to its highest value."),
               QStringLiteral("0.06")},
              {0, 1, 0.01, false, {}}, &TrainingSpec::warmupRatio);
    const OptionText scheduler{
        QStringLiteral("scheduler"), tr("Schedule"), QStringLiteral("training.lr_scheduler"),
        tr("How the rate falls after the warm-up: in a line to 0, along half a cosine to 0, "
           "or not at all."),
        tr("linear")};
    m_form->addChoice(
        scheduler,
        {{tr("Linear"), QStringLiteral("linear")},
         {tr("Cosine"), QStringLiteral("cosine")},
         {tr("Constant"), QStringLiteral("constant")}},
        [this]() -> std::optional<QString> {
            switch (training().scheduler) {
            case Scheduler::Cosine:
                return QStringLiteral("cosine");
            case Scheduler::Constant:
                return QStringLiteral("constant");
            case Scheduler::Linear:
                break;
            }
            return QStringLiteral("linear");
        },
        [this, scheduler](const QString& value) {
            change(scheduler, [&](TrainingSpec& spec) {
                spec.scheduler = value == QLatin1String("cosine")     ? Scheduler::Cosine
                                 : value == QLatin1String("constant") ? Scheduler::Constant
                                                                      : Scheduler::Linear;
            });
        });
    addNumber(
        {QStringLiteral("maxSeqLength"), tr("Maximum length"), QStringLiteral("training.max_seq_length"),
         tr("Tokens of a text, special ones included; longer texts are cut. At most the base's positions."),
         QStringLiteral("64")},
        {3, 1000000, 1, true, {}}, &TrainingSpec::maxSeqLength);
}

void TrainingForm::buildOptimiser() {
    m_form->addHeading(tr("Optimiser (AdamW)"));
    addNumber({QStringLiteral("weightDecay"), tr("Weight decay"), QStringLiteral("training.weight_decay"),
               tr("Decoupled decay of weights; none on biases and LayerNorms."), QStringLiteral("0.01")},
              {0, 1e6, 0.01, false, {}}, &TrainingSpec::weightDecay, true);
    addNumber({QStringLiteral("maxGradNorm"), tr("Clip gradients at"),
               QStringLiteral("training.max_grad_norm"),
               tr("Gradients are scaled down to this L2 norm over all trained tensors; 0 does not clip."),
               QStringLiteral("1")},
              {0, 1e6, 0.5, false, {}, tr("no clipping")}, &TrainingSpec::maxGradNorm);
    addNumber({QStringLiteral("adamBeta1"), tr("Beta 1"), QStringLiteral("training.adam_beta1"),
               tr("Decay of the running mean of gradients."), QStringLiteral("0.9")},
              {0, 0.9999999, 0.01, false, {}}, &TrainingSpec::adamBeta1);
    addNumber({QStringLiteral("adamBeta2"), tr("Beta 2"), QStringLiteral("training.adam_beta2"),
               tr("Decay of the running mean of squared gradients."), QStringLiteral("0.999")},
              {0, 0.9999999, 0.001, false, {}}, &TrainingSpec::adamBeta2);
    addNumber({QStringLiteral("adamEpsilon"), tr("Epsilon"), QStringLiteral("training.adam_epsilon"),
               tr("Added to the denominator of AdamW's step."), QStringLiteral("1e-8")},
              {0, 1, 1e-8, false, {}}, &TrainingSpec::adamEpsilon, true);
}

void TrainingForm::buildRunning() {
    m_form->addHeading(tr("Running"));
    const OptionText seed{
        QStringLiteral("seed"), tr("Seed"), QStringLiteral("training.seed"),
        tr("Of initial weights, shuffling and dropout. The same seed and thread count give the same "
           "run."),
        QStringLiteral("1")};
    m_form->addNumber(
        seed, {0, 4294967295.0, 1, true, {}},
        [this]() -> std::optional<double> { return static_cast<double>(training().seed); },
        [this, seed](double value) {
            change(seed, [&](TrainingSpec& spec) { spec.seed = static_cast<std::int64_t>(value); });
        });
    addNumber(
        {QStringLiteral("evalSteps"), tr("Evaluate every"), QStringLiteral("training.eval_steps"),
         tr("Also evaluate on the validation split each so many steps; 0: at the end of each epoch only."),
         QStringLiteral("0")},
        {0, 1e9, 10, true, tr(" steps"), tr("epochs only")}, &TrainingSpec::evalSteps);
    addNumber({QStringLiteral("checkpointSteps"), tr("Checkpoint every"),
               QStringLiteral("training.checkpoint_steps"),
               tr("Write a resumable checkpoint each so many steps; 0: about every 20 seconds."),
               QStringLiteral("0")},
              {0, 1e9, 10, true, tr(" steps"), tr("about 20 s")}, &TrainingSpec::checkpointSteps);
    addNumber({QStringLiteral("threads"), tr("Threads"), QStringLiteral("training.threads"),
               tr("Processor threads; 0 lets the program choose. The number is recorded with the run."),
               QStringLiteral("0")},
              {0, 1024, 1, true, {}, tr("automatic")}, &TrainingSpec::threads);

    const OptionText mode{
        QStringLiteral("adapterDropMode"), tr("AdapterDrop"), QStringLiteral("training.adapter_drop.mode"),
        tr("Fixed: the lowest layers run without adapters. Random: in each batch, between none and "
           "that many of them, which makes the adapter robust to dropping. The slider beneath the "
           "canvas sets how many."),
        tr("none")};
    m_form->addChoice(
        mode,
        {{tr("None"), QStringLiteral("none")},
         {tr("Fixed"), QStringLiteral("fixed")},
         {tr("Random per batch"), QStringLiteral("random")}},
        [this]() -> std::optional<QString> { return QString::fromStdString(training().adapterDropMode); },
        [this, mode](const QString& value) {
            change(mode, [&](TrainingSpec& spec) {
                spec.adapterDropMode = value.toStdString();
                if (spec.adapterDropMode == "none") {
                    spec.adapterDropLayers = 0;
                } else {
                    spec.adapterDropLayers = std::max(1, spec.adapterDropLayers);
                }
            });
        });
}

} // namespace awb::ui
