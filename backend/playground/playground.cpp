#include "backend/playground/playground.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <torch/types.h>

#include "backend/data/dataset.h"
#include "backend/playground/judge.h"
#include "backend/playground/latency.h"
#include "backend/playground/mixed_batch.h"
#include "models/config/composition_text.h"

namespace awb {

namespace {

constexpr std::size_t kOpenRuns = 8;

/// What the library throws becomes an error.
template<typename Work>
auto guarded(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const c10::Error& error) {
        return fail(error.what_without_backtrace());
    } catch (const std::exception& error) {
        return fail(error.what());
    }
}

} // namespace

struct Playground::Impl {
    explicit Impl(std::filesystem::path folder)
        : workspace(std::move(folder)) {}

    Result<RunSource> source(std::int64_t run);
    Result<std::unique_ptr<LoadedRun>> load(std::int64_t run, const std::string& prefix);
    Result<LoadedRun*> opened(std::int64_t run);
    /// A question's run and composition.
    struct Asked {
        LoadedRun* run = nullptr;
        Composition composition;
    };
    Result<Asked> asked(const Question& question);
    Result<std::shared_ptr<const Dataset>> dataOf(std::int64_t run, const Progress& progress);

    std::filesystem::path workspace;
    std::unique_ptr<RunStore> store;
    BasePool bases;
    LruCache<std::int64_t, std::unique_ptr<LoadedRun>> runs{kOpenRuns};
    MixedBatch batches{[this](std::int64_t run) { return load(run, 'b' + std::to_string(run) + '_'); }};
    std::int64_t datasetOf = 0; ///< run
    std::shared_ptr<const Dataset> dataset;
};

Result<RunSource> Playground::Impl::source(std::int64_t run) {
    if (!store) {
        auto opened = RunStore::open(workspace);
        if (!opened) {
            return fail(opened.error());
        }
        store = std::move(*opened);
    }
    return readRunSource(*store, run);
}

Result<std::unique_ptr<LoadedRun>> Playground::Impl::load(std::int64_t run, const std::string& prefix) {
    auto found = source(run);
    if (!found) {
        return fail(found.error());
    }
    auto base = bases.get(found->baseFolder);
    if (!base) {
        return fail(base.error());
    }
    return LoadedRun::load(std::move(*found), std::move(*base), prefix);
}

Result<LoadedRun*> Playground::Impl::opened(std::int64_t run) {
    if (const auto* found = runs.find(run)) {
        return found->get();
    }
    auto loaded = load(run, 'r' + std::to_string(run) + '_');
    if (!loaded) {
        return fail(loaded.error());
    }
    return runs.insert(run, std::move(*loaded)).get();
}

Result<Playground::Impl::Asked> Playground::Impl::asked(const Question& question) {
    const auto run = opened(question.run);
    if (!run) {
        return fail(run.error());
    }
    auto composition = (*run)->compositionOf(question.setup);
    if (!composition) {
        return fail(composition.error());
    }
    return Asked{*run, std::move(*composition)};
}

Result<std::shared_ptr<const Dataset>> Playground::Impl::dataOf(std::int64_t run, const Progress& progress) {
    if (dataset && datasetOf == run) {
        return dataset;
    }
    const auto found = source(run);
    if (!found) {
        return fail(found.error());
    }
    const Experiment& experiment = found->experiment;
    auto loaded = loadDataset(experiment.data, experiment.head.type, progress);
    if (loaded) {
        dataset = *loaded;
        datasetOf = run;
    }
    return loaded;
}

Playground::Playground(const std::filesystem::path& workspace)
    : m_impl(std::make_unique<Impl>(workspace)) {}

Playground::~Playground() = default;

Result<RunInfo> Playground::open(std::int64_t run) {
    return guarded([&]() -> Result<RunInfo> {
        const auto opened = m_impl->opened(run);
        if (!opened) {
            return fail(opened.error());
        }
        const LoadedRun& loaded = **opened;
        const Tokenizer& tokenizer = *loaded.base().tokenizer;
        RunInfo info;
        info.run = run;
        info.name = loaded.source().row.name;
        info.baseModel = loaded.source().experiment.baseModel;
        info.type = loaded.type();
        info.labels = loaded.labels();
        info.pairs = loaded.readsPairs();
        info.maxLength = loaded.maxLength();
        info.adapters = loaded.adapterNames();
        info.composition = compositionToText(loaded.source().experiment.composition);
        info.hasTrainedBase = loaded.source().experiment.trainsBase();
        if (isLanguageModel(info.type) && tokenizer.maskId() >= 0) {
            info.maskToken = tokenizer.token(tokenizer.maskId());
        }
        return info;
    });
}

Result<Answer> Playground::answer(const Question& question, const PlaygroundText& text) {
    return guarded([&]() -> Result<Answer> {
        const auto asked = m_impl->asked(question);
        if (!asked) {
            return fail(asked.error());
        }
        const auto encoded = encodeText(*asked->run, text);
        if (!encoded) {
            return fail(encoded.error());
        }
        return answerAlone(*asked->run, asked->composition, *encoded);
    });
}

Result<std::vector<Latency>> Playground::measure(const std::vector<Question>& questions,
                                                 const PlaygroundText& text, int repeats,
                                                 const Progress& progress) {
    return guarded([&]() -> Result<std::vector<Latency>> {
        std::vector<TimedPass> passes;
        for (const Question& question : questions) {
            const auto asked = m_impl->asked(question);
            if (!asked) {
                return fail(asked.error());
            }
            auto encoded = encodeText(*asked->run, text);
            if (!encoded) {
                return fail(encoded.error());
            }
            passes.push_back({asked->run, asked->composition, std::move(*encoded)});
        }
        return measureLatency(passes, repeats, progress);
    });
}

Result<BatchReport> Playground::batch(const std::vector<BatchRow>& rows, std::size_t cacheSize) {
    return guarded([&]() -> Result<BatchReport> { return m_impl->batches.run(rows, cacheSize); });
}

Result<std::vector<PlaygroundText>> Playground::examples(std::int64_t run, std::size_t most,
                                                         const Progress& progress) {
    return guarded([&]() -> Result<std::vector<PlaygroundText>> {
        const auto data = m_impl->dataOf(run, progress);
        if (!data) {
            return fail(data.error());
        }
        std::vector<PlaygroundText> texts;
        for (const char* name : {"validation", "test", "train"}) {
            const Split* split = (*data)->split(name);
            if (split == nullptr || !texts.empty()) {
                continue;
            }
            for (const Example& example : split->examples) {
                if (texts.size() < most && !example.text.empty()) {
                    texts.push_back({example.text, example.textPair});
                }
            }
        }
        return texts;
    });
}

Result<ErrorReport> Playground::judge(std::int64_t run, std::int64_t dataOf, const std::string& split,
                                      const Progress& progress) {
    return guarded([&]() -> Result<ErrorReport> {
        const auto data = m_impl->dataOf(dataOf, progress);
        if (!data) {
            return fail(data.error());
        }
        const auto opened = m_impl->opened(run);
        if (!opened) {
            return fail(opened.error());
        }
        return judgeSplit(**opened, **data, split, progress);
    });
}

} // namespace awb
