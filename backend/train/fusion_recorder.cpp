#include "backend/train/fusion_recorder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <torch/types.h>

#include "backend/train/batch_runner.h"
#include "backend/train/random_stream.h"
#include "models/adapter_model.h"
#include "models/config/method_composition.h"

namespace awb {

namespace {

constexpr std::size_t kMostExamples = 96;
constexpr std::size_t kFewestExamples = 24;
constexpr std::size_t kTexts = 6;
constexpr std::int64_t kMostRecords = 200;
constexpr double kWishedRecords = 40;
constexpr std::int64_t kTokenInterval = 8;
// Small batches of texts of like length: padding would be most of the work.
constexpr int kBatch = 8;
// A pass without gradients costs up to so much of a training step of as many examples, when the adapters are
// frozen; see bench_fusion_recording.
constexpr double kPassCost = 0.55;
constexpr double kCostShare = 0.025;

Site siteOf(BlockPart part) {
    return part == BlockPart::Attention ? Site::AttentionOutput : Site::FfnOutput;
}

/// As many as still allow a number of records worth looking at: a short run has fewer.
std::size_t affordableExamples(const ProbeSource& source) {
    const double steps = static_cast<double>(source.totalSteps) / kWishedRecords * kCostShare;
    const double examples = steps / kPassCost * source.batchSize;
    return std::clamp(static_cast<std::size_t>(examples), kFewestExamples, kMostExamples);
}

/// Examples of the split without repetition, in ascending order.
std::vector<std::int64_t> drawExamples(std::size_t size, std::size_t most, std::int64_t seed) {
    RandomStream random(static_cast<std::uint64_t>(seed), 0, RandomPurpose::FusionProbe);
    const std::vector<std::size_t> drawn = random.draw(size, std::min(most, size));
    return {drawn.begin(), drawn.end()};
}

std::string labelOf(const ProbeSource& source, std::size_t example) {
    if (source.classNames.empty() || source.split->labels.empty()) {
        return {};
    }
    const int label = source.split->labels[example];
    return label < 0 || static_cast<std::size_t>(label) >= source.classNames.size()
               ? std::string()
               : source.classNames[static_cast<std::size_t>(label)];
}

ProbeText textOf(const ProbeSource& source, std::size_t example) {
    ProbeText text{static_cast<std::int64_t>(example), labelOf(source, example), {}};
    for (std::size_t i = source.split->offsets[example]; i < source.split->offsets[example + 1]; ++i) {
        text.tokens.push_back(source.token(source.split->ids[i]));
    }
    return text;
}

/// Texts of different classes first.
std::vector<ProbeText> chooseTexts(const ProbeSource& source, const std::vector<std::int64_t>& examples) {
    std::vector<ProbeText> chosen;
    std::vector<std::string> seen;
    const auto take = [&](bool onlyNewClasses) {
        for (const std::int64_t example : examples) {
            if (chosen.size() == kTexts) {
                return;
            }
            const std::string label = labelOf(source, static_cast<std::size_t>(example));
            const bool isNew = std::ranges::find(seen, label) == seen.end();
            const bool isTaken = std::ranges::find(chosen, example, &ProbeText::example) != chosen.end();
            if (!isTaken && (isNew || !onlyNewClasses)) {
                seen.push_back(label);
                chosen.push_back(textOf(source, static_cast<std::size_t>(example)));
            }
        }
    };
    take(true);
    take(false);
    return chosen;
}

std::int64_t intervalFor(const ProbeSource& source, std::size_t examples) {
    const double passInSteps = kPassCost * static_cast<double>(examples) / source.batchSize;
    const double affordable = passInSteps / kCostShare;
    const double wished = static_cast<double>(source.totalSteps) / static_cast<double>(kMostRecords);
    return std::max<std::int64_t>(1, std::llround(std::max(affordable, wished)));
}

/// Sums over the tokens of one fusion layer.
struct Sums {
    torch::Tensor weights; ///< [K]
    torch::Tensor squares; ///< [K]
    torch::Tensor byClass; ///< [C, K]
    double entropy = 0;
    double tokens = 0;
};

/// Everything that one measuring needs to know of a row.
struct Rows {
    torch::Tensor mask;                            ///< [B, T]
    torch::Tensor classes;                         ///< [B, C], one-hot
    std::vector<std::optional<std::size_t>> texts; ///< for each row
    std::vector<std::int64_t> lengths;
};

/// Gathers the weights of one fusion over all batches.
class Gatherer {
public:
    Gatherer(const FusionProbe& probe, bool withTokens)
        : m_probe(probe)
        , m_sums(probe.places.size())
        , m_classTokens(torch::zeros({static_cast<std::int64_t>(probe.classes.size())}, torch::kFloat64)) {
        std::size_t begin = 0;
        for (const ProbeText& text : probe.texts) {
            m_textBegin.push_back(begin);
            begin += text.tokens.size();
        }
        if (withTokens) {
            m_byToken.resize(begin * probe.places.size() * probe.adapters.size());
        }
    }

    void beginBatch(const Rows& rows) {
        m_rows = &rows;
        m_classTokens += torch::matmul(rows.classes.t(), rows.mask.sum(1));
    }

    void add(const FusionObservation& seen) {
        const FusionPlace place{seen.layer, siteOf(seen.part)};
        const auto found = std::ranges::find(m_probe.places, place);
        if (found == m_probe.places.end() || seen.weights.size(0) != m_rows->mask.size(0) ||
            seen.weights.size(1) != m_rows->mask.size(1)) {
            return;
        }
        const auto index = static_cast<std::size_t>(found - m_probe.places.begin());
        const torch::Tensor weights = seen.weights.detach().to(torch::kFloat64);
        addSums(m_sums[index], weights);
        if (!m_byToken.empty()) {
            copyTokens(index, weights);
        }
    }

    FusionRecord finish(std::int64_t step) const;

private:
    void addSums(Sums& sums, const torch::Tensor& weights) {
        const torch::Tensor masked = weights * m_rows->mask.unsqueeze(2);
        const torch::Tensor byRow = masked.sum(1); // [B, K]
        const torch::Tensor squares = (masked * weights).sum(torch::IntArrayRef{0, 1});
        const torch::Tensor byClass = torch::matmul(m_rows->classes.t(), byRow);
        if (!sums.weights.defined()) {
            sums.weights = byRow.sum(0);
            sums.squares = squares;
            sums.byClass = byClass;
        } else {
            sums.weights += byRow.sum(0);
            sums.squares += squares;
            sums.byClass += byClass;
        }
        sums.entropy -= (masked * torch::log(weights.clamp_min(1e-12))).sum().item<double>();
        sums.tokens += m_rows->mask.sum().item<double>();
    }

    void copyTokens(std::size_t place, const torch::Tensor& weights) {
        const torch::Tensor values = weights.to(torch::kFloat32).contiguous();
        const auto access = values.accessor<float, 3>();
        const std::size_t adapters = m_probe.adapters.size();
        for (std::size_t row = 0; row < m_rows->texts.size(); ++row) {
            if (!m_rows->texts[row]) {
                continue;
            }
            const std::size_t begin = m_textBegin[*m_rows->texts[row]];
            for (std::int64_t token = 0; token < m_rows->lengths[row]; ++token) {
                const std::size_t cell =
                    ((begin + static_cast<std::size_t>(token)) * m_probe.places.size() + place) * adapters;
                for (std::size_t k = 0; k < adapters; ++k) {
                    m_byToken[cell + k] =
                        access[static_cast<std::int64_t>(row)][token][static_cast<std::int64_t>(k)];
                }
            }
        }
    }

    const FusionProbe& m_probe;
    std::vector<Sums> m_sums;
    torch::Tensor m_classTokens; ///< [C]
    std::vector<std::size_t> m_textBegin;
    std::vector<float> m_byToken;
    const Rows* m_rows = nullptr;
};

void append(std::vector<float>& to, const torch::Tensor& values) {
    const torch::Tensor numbers = values.to(torch::kFloat32).contiguous();
    to.insert(to.end(), numbers.data_ptr<float>(), numbers.data_ptr<float>() + numbers.numel());
}

FusionRecord Gatherer::finish(std::int64_t step) const {
    FusionRecord record;
    record.fusion = m_probe.fusion;
    record.step = step;
    const auto adapters = static_cast<std::int64_t>(m_probe.adapters.size());
    const double most = std::log(static_cast<double>(std::max<std::int64_t>(2, adapters)));
    std::vector<torch::Tensor> byClass;
    for (const Sums& sums : m_sums) {
        const double tokens = std::max(1.0, sums.tokens);
        const torch::Tensor none = torch::zeros({adapters}, torch::kFloat64);
        const torch::Tensor mean = sums.weights.defined() ? sums.weights / tokens : none;
        append(record.mean, mean);
        append(record.spread,
               sums.squares.defined() ? (sums.squares / tokens - mean * mean).clamp_min(0).sqrt() : none);
        record.entropy.push_back(static_cast<float>(sums.entropy / tokens / most));
        byClass.push_back(sums.byClass.defined()
                              ? sums.byClass / m_classTokens.clamp_min(1).unsqueeze(1)
                              : torch::zeros({static_cast<std::int64_t>(m_probe.classes.size()), adapters},
                                             torch::kFloat64));
    }
    if (!m_probe.classes.empty()) {
        append(record.byClass, torch::stack(byClass, 1)); // [C, P, K]
    }
    record.byToken = m_byToken;
    return record;
}

Rows rowsOf(const PaddedBatch& batch, const TokenizedSplit& split, const FusionProbe& probe) {
    Rows rows;
    const auto count = static_cast<std::int64_t>(batch.examples.size());
    rows.mask =
        torch::tensor(batch.attentionMask, torch::kInt64).view({count, batch.length}).to(torch::kFloat64);
    rows.classes = torch::zeros({count, static_cast<std::int64_t>(probe.classes.size())}, torch::kFloat64);
    for (std::int64_t row = 0; row < count; ++row) {
        const std::size_t example = batch.examples[static_cast<std::size_t>(row)];
        const auto found =
            std::ranges::find(probe.texts, static_cast<std::int64_t>(example), &ProbeText::example);
        rows.texts.push_back(found == probe.texts.end()
                                 ? std::nullopt
                                 : std::optional(static_cast<std::size_t>(found - probe.texts.begin())));
        rows.lengths.push_back(split.length(example));
        const auto place = std::ranges::find(probe.examples, static_cast<std::int64_t>(example));
        if (const int of = probe.classOf[static_cast<std::size_t>(place - probe.examples.begin())]; of >= 0) {
            rows.classes[row][of] = 1.0;
        }
    }
    return rows;
}

/// The classes of the probe's examples, in the order of the task, and the class of each example.
void nameClasses(const ProbeSource& source, FusionProbe& probe) {
    std::vector<std::string> labels;
    for (const std::int64_t example : probe.examples) {
        labels.push_back(labelOf(source, static_cast<std::size_t>(example)));
    }
    std::ranges::copy_if(source.classNames, std::back_inserter(probe.classes), [&](const std::string& name) {
        return std::ranges::find(labels, name) != labels.end();
    });
    for (const std::string& label : labels) {
        const auto found = std::ranges::find(probe.classes, label);
        probe.classOf.push_back(
            found == probe.classes.end() ? -1 : static_cast<int>(found - probe.classes.begin()));
    }
}

} // namespace

std::vector<FusionProbe> drawProbes(const AdapterModel& model, const ProbeSource& source) {
    std::vector<FusionProbe> probes;
    if (source.split == nullptr || source.split->size() == 0) {
        return probes;
    }
    FusionProbe common;
    common.split = source.split->name;
    common.seed = source.seed;
    common.examples = drawExamples(source.split->size(), affordableExamples(source), source.seed);
    common.texts = chooseTexts(source, common.examples);
    common.interval = intervalFor(source, common.examples.size());
    nameClasses(source, common);
    for (const std::string& fusion : model.fusionNames()) {
        FusionProbe probe = common;
        probe.fusion = fusion;
        probe.adapters = fusedAdapters(fusion);
        std::vector<const AdapterConfig*> configs;
        for (const std::string& adapter : probe.adapters) {
            configs.push_back(model.adapterConfig(adapter));
        }
        const auto places = fusionPlaces(configs, model.config());
        if (!places) {
            continue; // can't be: the fusion was made from them
        }
        for (const auto& [layer, site] : *places) {
            probe.places.push_back({layer, isAttentionSite(site) ? Site::AttentionOutput : Site::FfnOutput});
        }
        probes.push_back(std::move(probe));
    }
    return probes;
}

bool recordsFusionAt(const FusionProbe& probe, std::int64_t step, std::int64_t totalSteps) {
    return step % probe.interval == 0 || step == totalSteps;
}

bool recordsTokensAt(const FusionProbe& probe, std::int64_t step, std::int64_t totalSteps) {
    return step % (probe.interval * kTokenInterval) == 0 || step == totalSteps;
}

std::vector<FusionRecord> measureFusions(AdapterModel& model, BatchRunner& runner,
                                         const TokenizedSplit& split, const std::vector<FusionProbe>& probes,
                                         std::int64_t step, bool withTokens, ForwardContext context) {
    const torch::NoGradGuard guard;
    std::map<std::string, Gatherer> gatherers;
    std::map<std::string, double> temperatures;
    for (const FusionProbe& probe : probes) {
        gatherers.emplace(probe.fusion, Gatherer(probe, withTokens));
        temperatures[probe.fusion] = model.fusionTemperature(probe.fusion);
    }
    const FusionProbe& first = probes.front();
    std::vector<int> lengths;
    for (const std::int64_t example : first.examples) {
        lengths.push_back(split.length(static_cast<std::size_t>(example)));
    }
    context.training = false;
    context.observeFusion = [&](const FusionObservation& seen) {
        if (const auto found = gatherers.find(seen.fusion); found != gatherers.end()) {
            found->second.add(seen);
        }
    };
    for (const ExampleList& list : orderedBatches(lengths, kBatch)) {
        ExampleList examples;
        for (const std::size_t place : list) {
            examples.push_back(static_cast<std::size_t>(first.examples[place]));
        }
        const PaddedBatch batch = runner.pad(split, std::move(examples));
        const Rows rows = rowsOf(batch, split, first);
        for (auto& [name, gatherer] : gatherers) {
            gatherer.beginBatch(rows);
        }
        runner.run(split, batch, context);
    }
    std::vector<FusionRecord> records;
    for (const FusionProbe& probe : probes) {
        model.setFusionTemperature(probe.fusion, temperatures[probe.fusion]);
        records.push_back(gatherers.at(probe.fusion).finish(step));
    }
    return records;
}

} // namespace awb
