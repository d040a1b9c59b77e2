#include "backend/playground/mixed_batch.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <torch/types.h>

#include "models/config/composition_text.h"
#include "models/config/method_composition.h"

namespace awb {

namespace {

using Kind = Composition::Kind;

Composition batchSplitOf(std::vector<Composition> children, std::vector<std::int64_t> sizes) {
    Composition split = Composition::block(Kind::BatchSplit, std::move(children));
    split.sizes = std::move(sizes);
    return split;
}

/// None where the run's composition may be a part of a BatchSplit and does there what it does by itself.
std::optional<AloneBecause> reasonToRunAlone(const LoadedRun& run) {
    if (run.hasGate()) {
        return AloneBecause::Gate;
    }
    if (!run.skipLayers().empty()) {
        return AloneBecause::AdapterDrop;
    }
    const Composition own = run.inBase(run.source().experiment.composition);
    const Composition split = batchSplitOf({own}, {1});
    const auto configOf = [&](const std::string& name) { return run.base().model.adapterConfig(name); };
    const bool fits = checkComposition(split).empty() && headBranches(split).size() == 1 &&
                      checkMethodsInComposition(split, configOf).empty();
    return fits ? std::nullopt : std::optional(AloneBecause::Composition);
}

double millisecondsSince(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

struct MixedBatch::Part {
    LoadedRun* run = nullptr;
    Rows rows;
    std::vector<EncodedText> texts; ///< one for each row
};

Result<LoadedRun*> MixedBatch::loaded(std::int64_t run) {
    if (const auto* found = m_cache.find(run)) {
        return found->get();
    }
    m_cache.makeRoom();
    auto loaded = m_load(run);
    if (!loaded) {
        return fail(loaded.error());
    }
    return m_cache.insert(run, std::move(*loaded)).get();
}

BatchReport MixedBatch::run(const std::vector<BatchRow>& rows, std::size_t cacheSize) {
    const torch::NoGradGuard guard;
    const auto begin = std::chrono::steady_clock::now();
    m_cache.setCapacity(cacheSize);
    const CacheCounts before = m_cache.counts();
    BatchReport report;
    report.rows.resize(rows.size());
    std::vector<std::int64_t> order; // runs as they are first asked for
    std::map<std::int64_t, Rows> rowsOf;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rowsOf[rows[row].run].empty()) {
            order.push_back(rows[row].run);
        }
        rowsOf[rows[row].run].push_back(row);
    }
    std::vector<Part> together;
    std::size_t used = 0; // runs taken from the cache since the last pass of many
    const auto flush = [&] {
        runTogether(together, report);
        together.clear();
        used = 0;
    };
    for (const std::int64_t id : order) {
        // The next run may push one of the waiting ones out of the cache.
        if (used >= m_cache.capacity()) {
            flush();
        }
        ++used;
        const Result<LoadedRun*> run = loaded(id);
        Part part;
        for (const std::size_t row : rowsOf[id]) {
            Result<EncodedText> text = run ? encodeText(**run, rows[row].text) : fail(run.error());
            if (!text) {
                report.rows[row].error = text.error();
                continue;
            }
            part.rows.push_back(row);
            part.texts.push_back(std::move(*text));
        }
        if (part.rows.empty()) {
            continue;
        }
        part.run = *run;
        if (const auto reason = reasonToRunAlone(*part.run)) {
            runAlone(part, *reason, report);
            continue;
        }
        if (!together.empty() && &together.front().run->base() != &part.run->base()) {
            flush();
        }
        together.push_back(std::move(part));
    }
    flush();
    const CacheCounts& after = m_cache.counts();
    report.cache = {after.hits - before.hits, after.misses - before.misses,
                    after.evictions - before.evictions};
    report.loaded = m_cache.keys();
    report.adapterBytes = m_cache.sum([](const auto& run) { return run->allBytes(); });
    report.milliseconds = millisecondsSince(begin);
    return report;
}

void MixedBatch::runTogether(const std::vector<Part>& parts, BatchReport& report) {
    if (parts.empty()) {
        return;
    }
    std::vector<Composition> children;
    std::vector<std::int64_t> sizes;
    std::vector<std::string> heads;
    std::vector<const Encoding*> encodings;
    for (const Part& part : parts) {
        const Composition& own = part.run->source().experiment.composition;
        children.push_back(part.run->inBase(own));
        sizes.push_back(static_cast<std::int64_t>(part.rows.size()));
        heads.push_back(part.run->headsFor(own).front());
        for (const EncodedText& text : part.texts) {
            encodings.push_back(&text.encoding);
        }
    }
    SharedBase& base = parts.front().run->base();
    const auto active = base.model.setActive(batchSplitOf(std::move(children), std::move(sizes)), heads);
    ForwardContext context;
    const ModelInput input = batchOf(encodings, base.tokenizer->padId());
    context.attentionMask = input.attentionMask;
    const ModelOutput output = active ? base.model.forward(input, context) : ModelOutput{};
    ++report.passes;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Composition& own = parts[i].run->source().experiment.composition;
        for (std::size_t j = 0; j < parts[i].rows.size(); ++j) {
            BatchRowAnswer& row = report.rows[parts[i].rows[j]];
            if (!active) {
                row.error = active.error();
                continue;
            }
            row.answer = beginAnswer(parts[i].texts[j]);
            row.answer.composition = compositionToText(own);
            row.answer.baseBytes = base.bytes;
            row.answer.addedBytes = parts[i].run->addedBytes(own);
            row.answer.heads = {readHead(*base.model.headConfig(heads[i]),
                                         output.heads[i].logits[static_cast<std::int64_t>(j)],
                                         parts[i].texts[j], *base.tokenizer)};
        }
    }
}

void MixedBatch::runAlone(const Part& part, AloneBecause reason, BatchReport& report) {
    for (std::size_t j = 0; j < part.rows.size(); ++j) {
        BatchRowAnswer& row = report.rows[part.rows[j]];
        row.alone = reason;
        auto answer = answerAlone(*part.run, part.run->source().experiment.composition, part.texts[j]);
        ++report.passes;
        if (answer) {
            row.answer = std::move(*answer);
        } else {
            row.error = answer.error();
        }
    }
}

} // namespace awb
