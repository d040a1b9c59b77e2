#include "ui/design/totals_bar.h"

#include <map>
#include <utility>

#include <QHBoxLayout>
#include <QLocale>
#include <QStringList>

#include "backend/experiment/design.h"
#include "backend/experiment/method_edit.h"
#include "ui/design/method_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labelled_number.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

QString bytesText(std::int64_t bytes) {
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

/// The module's formula with the parts that its options add.
QString moduleFormula(const BottleneckConfig& config) {
    QString formula = QStringLiteral("2bH + b + H");
    const int norms = (config.lnBefore ? 1 : 0) + (config.lnAfter ? 1 : 0);
    if (norms > 0) {
        formula += QStringLiteral(" + %1H").arg(2 * norms);
    }
    if (config.useGating) {
        formula += QStringLiteral(" + H + 1");
    }
    if (config.scaling.kind == Scaling::Kind::Learned) {
        formula += QStringLiteral(" + 1");
    } else if (config.scaling.kind == Scaling::Kind::Channel) {
        formula += QStringLiteral(" + H");
    }
    return formula;
}

/// True where every module has parameters of its own by that formula.
bool isPlain(const AdapterConfig& config) {
    const BottleneckConfig* bottleneck = config.isUnion() ? nullptr : config.bottleneck();
    return bottleneck != nullptr && !bottleneck->phm && bottleneck->invertible == InvertibleKind::None &&
           !bottleneck->sharedAcrossLayers;
}

/// "    6 × 2,048 at the query map": equal modules in a line.
QStringList moduleLines(const std::vector<ModulePlace>& places, bool isByFormula, int hiddenSize) {
    const QLocale locale;
    std::map<std::pair<Site, std::int64_t>, std::pair<int, int>> equal; // -> modules, their size
    for (const ModulePlace& place : places) {
        auto& [count, size] = equal[{place.site, place.parameters}];
        ++count;
        size = place.bottleneck;
    }
    QStringList lines;
    for (const auto& [key, entry] : equal) {
        const QString count =
            QStringLiteral("    %1 × %2 ").arg(locale.toString(entry.first), fullCount(key.second));
        const QString site = QString::fromStdString(design::siteTitle(key.first));
        lines << count + (isByFormula
                              ? TotalsBar::tr("%1, with b = %2 and H = %3")
                                    .arg(site, locale.toString(entry.second), locale.toString(hiddenSize))
                          : entry.second == 0 ? TotalsBar::tr("shared by the modules %1").arg(site)
                                              : site);
    }
    return lines;
}

QStringList adapterLines(const AdapterSpec& adapter, const ModelConfig& model) {
    const auto places = modulesOf(adapter.config, model);
    if (!places) {
        return {};
    }
    std::int64_t sum = 0;
    for (const ModulePlace& place : *places) {
        sum += place.parameters;
    }
    const QString name = QString::fromStdString(adapter.name);
    const bool isByFormula = isPlain(adapter.config);
    QStringList lines{isByFormula
                          ? TotalsBar::tr("%1: %2 parameters; a module has %3")
                                .arg(name, fullCount(sum), moduleFormula(*adapter.config.bottleneck()))
                          : TotalsBar::tr("%1: %2 parameters (%3)")
                                .arg(name, fullCount(sum), methodText(methodTitle(adapter.config)))};
    return lines + moduleLines(*places, isByFormula, model.hiddenSize);
}

} // namespace

TotalsBar::TotalsBar(DesignDocument* document, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_trainable(new LabelledNumber(tr("Trainable parameters"), this))
    , m_percent(new LabelledNumber(tr("Of the base"), this))
    , m_file(new LabelledNumber(tr("File size"), this))
    , m_memory(new LabelledNumber(tr("Memory, estimated"), this))
    , m_time(new LabelledNumber(tr("Time an epoch, estimated"), this)) {
    setObjectName(QStringLiteral("totalsBar"));
    m_trainable->setObjectName(QStringLiteral("totalTrainable"));
    m_percent->setObjectName(QStringLiteral("totalPercent"));
    m_file->setObjectName(QStringLiteral("totalFile"));
    m_memory->setObjectName(QStringLiteral("totalMemory"));
    m_time->setObjectName(QStringLiteral("totalTime"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(px(Space::L), px(Space::S), px(Space::L), px(Space::S));
    row->setSpacing(px(Space::Xl));
    for (LabelledNumber* number : {m_trainable, m_percent, m_file, m_memory, m_time}) {
        row->addWidget(number, 1);
    }
    connect(document, &DesignDocument::changed, this, &TotalsBar::refresh);
    refresh();
}

void TotalsBar::setMachineSpeed(double gflops, int threads) {
    m_gflops = gflops;
    m_threads = threads;
    refresh();
}

void TotalsBar::setDataFacts(std::optional<DataFacts> facts) {
    m_facts = facts;
    refresh();
}

QString TotalsBar::parametersToolTip(const CostInput& input) const {
    const Experiment& experiment = m_document->experiment();
    QStringList lines;
    for (const AdapterSpec& adapter : experiment.adapters) {
        lines << adapterLines(adapter, m_document->model());
    }
    if (const std::int64_t fusions = design::fusionParameterCount(experiment, m_document->model(), false)) {
        lines << tr("Fusion layers: %1").arg(fullCount(fusions));
    }
    const bool labelsKnown = experiment.head.numLabels > 0 || m_facts ||
                             experiment.head.type == HeadType::Regression ||
                             isLanguageModel(experiment.head.type);
    lines << (labelsKnown
                  ? tr("Head: %1").arg(fullCount(input.headParameters))
                  : tr("Head: %1, and its outputs once the labels are known (after the data is loaded)")
                        .arg(fullCount(input.headParameters)));
    if (input.trainsBase) {
        lines << tr("Base: %1, all of them trained").arg(fullCount(baseParameterCount(input.model)));
    }
    if (experiment.train.empty()) {
        lines << tr("Only the head is trained.");
    }
    return lines.join(QLatin1Char('\n'));
}

QString TotalsBar::timeToolTip(const CostInput& input, const CostEstimate& estimate) const {
    if (!m_facts) {
        return tr(
            "The number and the length of the examples are known after the data is loaded (Data page, or the "
            "first run).");
    }
    if (m_gflops <= 0) {
        return tr("This machine's speed is being measured.");
    }
    const QLocale locale;
    return tr("%1 examples of %2 tokens on average in batches of %3: %4 GFLOP a step, at %5 GFLOP/s on %6 "
              "thread(s).\nStates below layer %7 are computed once and reused, so that later epochs take "
              "less.")
        .arg(fullCount(input.trainExamples), locale.toString(input.meanTokens, 'f', 1),
             locale.toString(input.batchSize), locale.toString(estimate.flopsPerStep * 1e-9, 'f', 1),
             locale.toString(m_gflops, 'f', 0), locale.toString(m_threads),
             locale.toString(input.lowestTrainedLayer));
}

void TotalsBar::refresh() {
    const Experiment& experiment = m_document->experiment();
    const ModelConfig& model = m_document->model();
    if (model.numLayers < 1) {
        const QString none = QStringLiteral("–");
        for (LabelledNumber* number : {m_trainable, m_percent, m_file, m_memory, m_time}) {
            number->setValue(none, tr("No base model is open"));
        }
        return;
    }
    const double tokens = m_facts ? m_facts->meanTokens : experiment.training.maxSeqLength;
    const CostInput input = design::costInput(experiment, model, m_facts ? m_facts->numLabels : 0, tokens,
                                              m_facts ? m_facts->trainExamples : 0);
    const CostEstimate estimate = estimateCost(input, m_gflops * 1e9);
    const QLocale locale;

    m_trainable->setValue(fullCount(estimate.trainableParameters), parametersToolTip(input));
    m_percent->setValue(
        tr("%1 %").arg(locale.toString(estimate.percentOfBase, 'f', 2)),
        tr("%1 of the base's %2 parameters")
            .arg(fullCount(estimate.trainableParameters), fullCount(baseParameterCount(model))));
    m_file->setValue(bytesText(estimate.fileBytes),
                     tr("What is trained, as 32-bit floats: 4 bytes a parameter"));
    m_memory->setValue(
        bytesText(estimate.memoryBytes),
        tr("Weights, gradients, AdamW's two moments and the activations that the backward pass keeps, "
           "for batches of %1 texts of %2 tokens%3")
            .arg(locale.toString(input.batchSize), locale.toString(tokens, 'f', m_facts ? 1 : 0),
                 m_facts ? QString() : tr(" (the maximum length, until the data is loaded)")));
    const QString time = !m_facts        ? tr("after the data is loaded")
                         : m_gflops <= 0 ? tr("measuring …")
                                         : tr("about %1").arg(durationText(estimate.secondsPerEpoch));
    m_time->setValue(time, timeToolTip(input, estimate));
}

} // namespace awb::ui
