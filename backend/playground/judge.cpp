#include "backend/playground/judge.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include <torch/types.h>

#include "backend/playground/text_pass.h"
#include "backend/train/batching.h"
#include "backend/train/run_control.h"

namespace awb {

namespace {

constexpr int kRowsPerPass = 64;
constexpr double kCloseEnough = 0.5; ///< regression: counted as right

std::string numberText(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string joined(const std::vector<std::string>& parts, const char* separator) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : separator) + part;
    }
    return text;
}

/// Judges examples of one split and counts them.
class Judge {
public:
    Judge(const LoadedRun& run, const Dataset& dataset, ErrorReport& report)
        : m_run(run)
        , m_dataset(dataset)
        , m_report(report) {
        m_report.labels = dataset.labels;
        const std::vector<std::string> own = run.labels();
        for (std::size_t id = 0; id < own.size(); ++id) {
            const auto found = std::ranges::find(dataset.labels, own[id]);
            m_inData.push_back(
                found == dataset.labels.end() ? -1 : static_cast<int>(found - dataset.labels.begin()));
        }
        for (const std::string& label : dataset.labels) {
            const auto found = std::ranges::find(own, label);
            m_inHead.push_back(found == own.end() ? -1 : static_cast<int>(found - own.begin()));
        }
        if (dataset.task == HeadType::Classification || dataset.task == HeadType::Tagging) {
            m_report.confusion.assign(dataset.labels.size() * dataset.labels.size(), 0);
        }
    }

    /// `logits`: of this example, see readHead.
    void add(const Example& example, JudgedExample& judged, const EncodedText& text,
             const torch::Tensor& logits) {
        const HeadAnswer answer = readHead(m_run.headConfig(), logits, text, *m_run.base().tokenizer);
        switch (m_dataset.task) {
        case HeadType::Regression:
            judged.right = numberText(static_cast<double>(example.value));
            judged.predicted = numberText(answer.value);
            judged.loss = std::pow(answer.value - static_cast<double>(example.value), 2);
            judged.probability = std::numeric_limits<double>::quiet_NaN();
            judged.isRight = std::sqrt(judged.loss) < kCloseEnough;
            break;
        case HeadType::MultiLabel:
            addLabels(example, answer, judged);
            break;
        case HeadType::Tagging:
            addTags(example, text, logits, answer, judged);
            break;
        default:
            addClass(example, logits, answer, judged);
        }
    }

private:
    void addClass(const Example& example, const torch::Tensor& logits, const HeadAnswer& answer,
                  JudgedExample& judged) {
        const auto predicted = static_cast<std::size_t>(answer.best() - answer.labels.data());
        judged.predicted = answer.labels[predicted].label;
        const int known = example.label < 0 ? -1 : m_inHead[static_cast<std::size_t>(example.label)];
        judged.right =
            example.label < 0 ? std::string() : m_dataset.labels[static_cast<std::size_t>(example.label)];
        setLoss(judged, known < 0 ? std::numeric_limits<double>::infinity() : lossOf(logits, known));
        judged.isRight = judged.predicted == judged.right;
        count(example.label, static_cast<int>(predicted));
    }

    void addLabels(const Example& example, const HeadAnswer& answer, JudgedExample& judged) {
        std::vector<std::string> right;
        std::vector<std::string> predicted;
        double loss = 0;
        for (std::size_t label = 0; label < m_dataset.labels.size(); ++label) {
            const bool has =
                std::ranges::find(example.labels, static_cast<int>(label)) != example.labels.end();
            const int inHead = m_inHead[label];
            const double probability =
                inHead < 0 ? 0.0 : answer.labels[static_cast<std::size_t>(inHead)].probability;
            loss -= std::log(has ? probability : 1 - probability);
            if (has) {
                right.push_back(m_dataset.labels[label]);
            }
            if (probability >= 0.5) {
                predicted.push_back(m_dataset.labels[label]);
            }
        }
        setLoss(judged, loss / static_cast<double>(std::max<std::size_t>(1, m_dataset.labels.size())));
        judged.right = joined(right, ", ");
        judged.predicted = joined(predicted, ", ");
        judged.isRight = right == predicted && example.unknownLabels == 0;
    }

    void addTags(const Example& example, const EncodedText& text, const torch::Tensor& logits,
                 const HeadAnswer& answer, JudgedExample& judged) {
        std::vector<std::string> right;
        std::vector<std::string> predicted;
        double loss = 0;
        int counted = 0;
        judged.isRight = true;
        for (std::size_t word = 0; word < text.words.size(); ++word) {
            const int tag = example.tags[word];
            const WordLabel& label = answer.words[word];
            right.emplace_back(tag == kNoTag ? "_" : m_dataset.tagName(tag));
            predicted.push_back(label.token < 0 ? "?" : label.label);
            if (tag == kNoTag || label.token < 0) {
                continue;
            }
            judged.isRight = judged.isRight && right.back() == predicted.back();
            const bool isKnown = static_cast<std::size_t>(tag) < m_inHead.size() &&
                                 m_inHead[static_cast<std::size_t>(tag)] >= 0;
            const torch::Tensor row = logits[label.token];
            loss += isKnown ? lossOf(row, m_inHead[static_cast<std::size_t>(tag)])
                            : std::numeric_limits<double>::infinity();
            ++counted;
            count(isKnown ? tag : -1, static_cast<int>(row.argmax().item<std::int64_t>()));
        }
        setLoss(judged, counted == 0 ? 0 : loss / counted);
        judged.right = joined(right, " ");
        judged.predicted = joined(predicted, " ");
    }

    static double lossOf(const torch::Tensor& logits, int right) {
        return -torch::log_softmax(logits, 0)[right].item<double>();
    }
    static void setLoss(JudgedExample& judged, double loss) {
        judged.loss = loss;
        judged.probability = std::exp(-loss);
    }
    /// `right`: a class of the data; `predicted`: one of the head.
    void count(int right, int predicted) {
        const int column = m_inData[static_cast<std::size_t>(predicted)];
        if (right >= 0 && column >= 0) {
            ++m_report.confusion[static_cast<std::size_t>(right) * m_report.labels.size() +
                                 static_cast<std::size_t>(column)];
        }
    }

    const LoadedRun& m_run;
    const Dataset& m_dataset;
    ErrorReport& m_report;
    std::vector<int> m_inData; ///< the data's class of each class of the head; -1: none
    std::vector<int> m_inHead; ///< and the other way round
};

Result<void> checkTask(const LoadedRun& run, const Dataset& dataset) {
    if (isLanguageModel(run.type())) {
        return fail("a masked language model is not judged by examples", run.source().row.name,
                    "Its texts have no right answer but the hidden words; type one with [MASK] instead");
    }
    if (run.type() != dataset.task) {
        return fail("the run has another task than the data", run.source().row.name,
                    "Choose a run with the same kind of head");
    }
    return {};
}

} // namespace

Result<ErrorReport> judgeSplit(const LoadedRun& run, const Dataset& dataset, const std::string& split,
                               const std::function<bool(double)>& progress) try {
    const torch::NoGradGuard guard;
    if (auto fits = checkTask(run, dataset); !fits) {
        return fail(fits.error());
    }
    const Split* data = dataset.split(split);
    if (data == nullptr || data->examples.empty()) {
        return fail("the data have no " + split + " part", dataset.name, "Choose another part");
    }
    ErrorReport report;
    report.run = run.source().row.id;
    report.split = split;
    report.dataset = dataset.name;
    report.datasetHash = dataset.contentHash;
    report.type = dataset.task;
    report.examples.resize(data->examples.size());
    std::vector<EncodedText> texts(data->examples.size());
    std::vector<int> lengths(texts.size(), 0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        report.examples[i].number = static_cast<std::int64_t>(i);
        report.examples[i].text = data->examples[i].text;
        report.examples[i].textPair = data->examples[i].textPair;
        texts[i] = encodeExample(run, data->examples[i], dataset.pairs);
        lengths[i] = static_cast<int>(texts[i].encoding.size());
    }
    Judge judge(run, dataset, report);
    std::size_t done = 0;
    for (const ExampleList& batch : orderedBatches(lengths, run.hasGate() ? 1 : kRowsPerPass)) {
        if (!progress(static_cast<double>(done) / static_cast<double>(texts.size()))) {
            return fail("the evaluation was cancelled");
        }
        if (auto active = run.activate(run.source().experiment.composition); !active) {
            return fail(active.error());
        }
        std::vector<const Encoding*> encodings;
        for (const std::size_t example : batch) {
            encodings.push_back(&texts[example].encoding);
        }
        ForwardContext context = run.context();
        const ModelInput input = batchOf(encodings, run.base().tokenizer->padId());
        context.attentionMask = input.attentionMask;
        // On a large base a pass takes seconds: a stop must not wait for its end.
        context.safePoint = [&] {
            if (!progress(static_cast<double>(done) / static_cast<double>(texts.size()))) {
                throw StopRequested();
            }
        };
        const torch::Tensor logits = run.base().model.forward(input, context).logits;
        for (std::size_t row = 0; row < batch.size(); ++row) {
            judge.add(data->examples[batch[row]], report.examples[batch[row]], texts[batch[row]],
                      logits[static_cast<std::int64_t>(row)]);
        }
        done += batch.size();
    }
    (void)progress(1);
    return report;
} catch (const StopRequested&) {
    return fail("the evaluation was cancelled");
}

} // namespace awb
