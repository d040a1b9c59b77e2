#include "backend/jobs/background_reader.h"

#include <array>
#include <atomic>
#include <chrono>
#include <exception>

#include "backend/checkpoint/inspect.h"
#include "backend/jobs/dataset_summary.h"
#include "backend/jobs/task_thread.h"

namespace awb {

namespace {

constexpr std::size_t kKinds = 4;
// How much of a data set's time goes into reading it; the rest counts its tokens.
constexpr double kReadShare = 0.5;

/// Loads tokenizers and keeps the last one. For one thread.
class TokenizerCache {
public:
    Result<std::shared_ptr<const Tokenizer>> get(const std::string& baseModel) {
        const Result<std::filesystem::path> folder = resolveBaseModel(baseModel);
        if (!folder) {
            return fail(folder.error());
        }
        if (m_tokenizer == nullptr || m_folder != *folder) {
            Result<std::shared_ptr<const Tokenizer>> loaded = loadTokenizer(*folder);
            if (!loaded) {
                return loaded;
            }
            m_tokenizer = *loaded;
            m_folder = *folder;
        }
        return m_tokenizer;
    }

private:
    std::filesystem::path m_folder;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

EncodeOptions withLength(int maxLength) {
    EncodeOptions options;
    if (maxLength > 0) {
        options.maxLength = maxLength;
    }
    return options;
}

/// At most 20 calls a second get through.
class Throttle {
public:
    bool passes() {
        const auto now = std::chrono::steady_clock::now();
        if (now < m_next) {
            return false;
        }
        m_next = now + std::chrono::milliseconds(50);
        return true;
    }

private:
    std::chrono::steady_clock::time_point m_next;
};

} // namespace

struct BackgroundReader::Private {
    enum class Kind : std::size_t { Preview, Data, Series, Tokens };

    explicit Private(BackgroundReader* owner, std::filesystem::path folder)
        : reader(owner)
        , workspace(std::move(folder)) {}

    std::atomic<quint64>& newest(Kind kind) { return newestTokens[static_cast<std::size_t>(kind)]; }

    quint64 nextToken(Kind kind) {
        const quint64 token = ++lastToken;
        newest(kind) = token;
        return token;
    }

    /// Emits in the reader's thread, unless a newer request of the kind has come meanwhile.
    template<typename Emit>
    void answer(Kind kind, quint64 token, Emit emission) {
        QMetaObject::invokeMethod(
            reader,
            [this, kind, token, emission = std::move(emission)] {
                if (newest(kind) == token) {
                    emission();
                }
            },
            Qt::QueuedConnection);
    }

    void answerError(Kind kind, quint64 token, const Error& error) {
        answer(kind, token, [this, token, error] { Q_EMIT reader->failed(token, error); });
    }

    /// Queues `work(cancelled)`, which gives a Result; its value goes to `emission(token, value)`.
    template<typename Work, typename Emission>
    quint64 request(Kind kind, TaskThread& thread, Work work, Emission emission) {
        const quint64 token = nextToken(kind);
        thread.post([this, kind, token, work = std::move(work), emission](const std::stop_token& stop) {
            const auto cancelled = [&] { return stop.stop_requested() || newest(kind) != token; };
            if (cancelled()) {
                return;
            }
            try {
                auto result = work(token, cancelled);
                if (!result) {
                    answerError(kind, token, result.error());
                    return;
                }
                answer(kind, token,
                       [token, emission, value = std::move(*result)] { emission(token, value); });
            } catch (const std::exception& exception) {
                answerError(kind, token, Error{std::string("Reading failed: ") + exception.what(), {}, {}});
            }
        });
        return token;
    }

    Result<DatasetSummary> load(quint64 token, const DataSpec& spec, HeadType task,
                                const std::string& baseModel, int maxSeqLength,
                                const std::function<bool()>& cancelled);
    Result<std::shared_ptr<const RunSeries>> readSeries(std::int64_t run);

    BackgroundReader* reader;
    std::filesystem::path workspace;
    quint64 lastToken = 0;
    std::array<std::atomic<quint64>, kKinds> newestTokens{};

    // Used by the thread below that carries the same name only.
    TokenizerCache dataTokenizers;
    TokenizerCache quickTokenizers;
    std::unique_ptr<RunStore> store;

    TaskThread data;  ///< data sets: seconds to minutes
    TaskThread quick; ///< all else
};

Result<DatasetSummary> BackgroundReader::Private::load(quint64 token, const DataSpec& spec, HeadType task,
                                                       const std::string& baseModel, int maxSeqLength,
                                                       const std::function<bool()>& cancelled) {
    Throttle throttle;
    const auto report = [&](double fraction) {
        if (throttle.passes()) {
            answer(Kind::Data, token, [this, token, fraction] { Q_EMIT reader->progress(token, fraction); });
        }
        return !cancelled();
    };
    const Result<std::shared_ptr<const Tokenizer>> tokenizer = dataTokenizers.get(baseModel);
    if (!tokenizer) {
        return fail(tokenizer.error());
    }
    Result<std::shared_ptr<const Dataset>> dataset =
        loadDataset(spec, task, [&](double fraction) { return report(fraction * kReadShare); });
    if (!dataset) {
        return fail(dataset.error());
    }
    return summarize(std::move(*dataset), **tokenizer, maxSeqLength,
                     [&](double fraction) { return report(kReadShare + fraction * (1 - kReadShare)); });
}

Result<std::shared_ptr<const RunSeries>> BackgroundReader::Private::readSeries(std::int64_t run) {
    if (store == nullptr) {
        Result<std::unique_ptr<RunStore>> opened = RunStore::open(workspace);
        if (!opened) {
            return fail(opened.error());
        }
        store = std::move(*opened);
    }
    Result<RunSeries> series = store->series(run);
    if (!series) {
        return fail(series.error());
    }
    return std::make_shared<const RunSeries>(std::move(*series));
}

BackgroundReader::BackgroundReader(const std::filesystem::path& workspace, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, workspace)) {}

BackgroundReader::~BackgroundReader() = default;

quint64 BackgroundReader::preview(const std::filesystem::path& file, const TableOptions& options,
                                  int maxRows) {
    return d->request(
        Private::Kind::Preview, d->quick,
        [file, options, maxRows](quint64, const auto&) { return previewTable(file, options, maxRows); },
        [this](quint64 token, const TablePreview& preview) { Q_EMIT previewReady(token, preview); });
}

quint64 BackgroundReader::loadData(const DataSpec& spec, HeadType task, const QString& baseModel,
                                   int maxSeqLength) {
    return d->request(
        Private::Kind::Data, d->data,
        [p = d.get(), spec, task, base = baseModel.toStdString(), maxSeqLength](quint64 token,
                                                                                const auto& cancelled) {
            return p->load(token, spec, task, base, maxSeqLength, cancelled);
        },
        [this](quint64 token, const DatasetSummary& summary) { Q_EMIT dataReady(token, summary); });
}

quint64 BackgroundReader::loadSeries(qint64 run) {
    return d->request(
        Private::Kind::Series, d->quick,
        [p = d.get(), run](quint64, const auto&) { return p->readSeries(run); },
        [this, run](quint64 token, const std::shared_ptr<const RunSeries>& series) {
            Q_EMIT seriesReady(token, run, series);
        });
}

quint64 BackgroundReader::tokenizeWords(const QString& baseModel, const QStringList& words, int maxLength) {
    std::vector<std::string> list;
    for (const QString& word : words) {
        list.push_back(word.toStdString());
    }
    return d->request(
        Private::Kind::Tokens, d->quick,
        [p = d.get(), base = baseModel.toStdString(), list = std::move(list),
         maxLength](quint64, const auto&) -> Result<Encoding> {
            const Result<std::shared_ptr<const Tokenizer>> tokenizer = p->quickTokenizers.get(base);
            if (!tokenizer) {
                return fail(tokenizer.error());
            }
            return (*tokenizer)->encodeWords(list, withLength(maxLength));
        },
        [this](quint64 token, const Encoding& encoding) { Q_EMIT tokensReady(token, encoding); });
}

quint64 BackgroundReader::tokenize(const QString& baseModel, const QString& text, const QString& pair,
                                   int maxLength) {
    return d->request(
        Private::Kind::Tokens, d->quick,
        [p = d.get(), base = baseModel.toStdString(), first = text.toStdString(), second = pair.toStdString(),
         maxLength](quint64, const auto&) -> Result<Encoding> {
            const Result<std::shared_ptr<const Tokenizer>> tokenizer = p->quickTokenizers.get(base);
            if (!tokenizer) {
                return fail(tokenizer.error());
            }
            const EncodeOptions options = withLength(maxLength);
            return second.empty() ? (*tokenizer)->encode(first, options)
                                  : (*tokenizer)->encodePair(first, second, options);
        },
        [this](quint64 token, const Encoding& encoding) { Q_EMIT tokensReady(token, encoding); });
}

} // namespace awb
