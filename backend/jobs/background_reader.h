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
        std::vector<std::int64_t> labelCounts;     ///< by class id
        std::vector<std::int64_t> lengthHistogram; ///< tokens an example, bins of `lengthBin`
        int lengthBin = 4;
        double meanTokens = 0;      ///< after truncation
        std::int64_t truncated = 0; ///< examples longer than max_seq_length
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
