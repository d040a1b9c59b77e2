#pragma once

#include <filesystem>
#include <memory>

#include <QObject>

#include "backend/data/dataset.h"
#include "backend/data/table_reader.h"
#include "backend/storage/run_store.h"
#include "backend/text/tokenizer.h"

namespace awb {

/// Numbers for the data page.
struct DatasetSummary {
    std::shared_ptr<const Dataset> dataset;
    struct SplitSummary {
        QString name;
        std::int64_t examples = 0;
        std::vector<std::int64_t> labelCounts;     ///< by class id; for tags words by tag id
        std::vector<std::int64_t> lengthHistogram; ///< tokens an example, bins of `lengthBin`
        int lengthBin = 4;
        double meanTokens = 0; ///< after truncation
        std::int64_t truncated =
            0;                     ///< examples longer than max_seq_length; texts for masked LM are never cut
        std::int64_t tokens = 0;   ///< of all examples, uncut, without special tokens
        std::int64_t blocks = 0;   ///< masked LM: blocks of max_seq_length that the texts fill
        std::int64_t words = 0;    ///< tagging
        std::int64_t untagged = 0; ///< tagging: words without a tag
        std::int64_t unlabelled = 0; ///< multi-label: examples of no class
        std::int64_t unknown = 0;    ///< labels and tags (one a word) that train does not have
        /// Tagging with tags that mark entities: how many of each type, the most frequent first.
        std::vector<std::pair<QString, std::int64_t>> entities;
        /// Regression: examples in ranges of equal width from the least number to the greatest; a single one
        /// where all are equal.
        std::vector<std::int64_t> valueCounts;
        double leastValue = 0;
        double greatestValue = 0;
        double meanValue = 0;
        double valueDeviation = 0; ///< standard deviation
    };
    std::vector<SplitSummary> splits;
};

/// Slow reads off the window's thread: previews, data sets, curves of past runs. Each request returns a token
/// that comes back with its answer. A newer request of the same kind cancels an older one, whose answer then
/// never comes.
class BackgroundReader : public QObject {
    Q_OBJECT

public:
    explicit BackgroundReader(const std::filesystem::path& workspace, QObject* parent = nullptr);
    ~BackgroundReader() override;

    quint64 preview(const std::filesystem::path& file, const TableOptions& options, int maxRows);
    quint64 loadData(const DataSpec& spec, HeadType task, const QString& baseModel, int maxSeqLength);
    quint64 loadSeries(qint64 run);
    /// How a text is cut into tokens by a base model's tokenizer.
    quint64 tokenize(const QString& baseModel, const QString& text, const QString& pair, int maxLength);
    /// The same for a text that is given as words: the encoding has `wordIds`. Counts as a request of the
    /// same kind.
    quint64 tokenizeWords(const QString& baseModel, const QStringList& words, int maxLength);

Q_SIGNALS:
    void previewReady(quint64 token, const awb::TablePreview& preview);
    void dataReady(quint64 token, const awb::DatasetSummary& summary);
    void seriesReady(quint64 token, qint64 run, const std::shared_ptr<const awb::RunSeries>& series);
    void tokensReady(quint64 token, const awb::Encoding& encoding);
    void progress(quint64 token, double fraction);
    void failed(quint64 token, const awb::Error& error);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb
