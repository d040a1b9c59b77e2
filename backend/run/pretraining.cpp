#include "backend/run/pretraining.h"

#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/checkpoint/inspect.h"
#include "backend/checkpoint/new_base.h"
#include "backend/checkpoint/pretrained_head.h"
#include "backend/core/files.h"
#include "backend/data/text_corpus.h"
#include "backend/text/wordpiece_files.h"
#include "backend/text/wordpiece_trainer.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownDigits = 16;
constexpr std::uintmax_t kLongestText = std::uintmax_t{1} << 30U;

/// Hash of all that the prepared texts and the fresh base follow from.
Result<std::string> hashOf(const PretrainingSpec& spec) {
    Hasher hasher;
    const ModelConfig& shape = spec.shape;
    hasher.add(nlohmann::json{spec.linesPerText, spec.holdOutEvery, spec.cased, spec.vocabSize,
                              spec.minFrequency, shape.hiddenSize, shape.numLayers, shape.numHeads,
                              shape.intermediateSize, shape.hiddenDropout, shape.attentionDropout,
                              spec.training.maxSeqLength, spec.training.seed}
                   .dump());
    for (const std::string& file : spec.texts) {
        const auto text = readTextFile(file, kLongestText);
        if (!text) {
            return fail(text.error());
        }
        hasher.add(*text);
    }
    return hasher.hex().substr(0, kShownDigits);
}

/// Texts, vocabulary and fresh base; the base's weights are written last, so where they are all is there.
Result<void> prepare(const PretrainingSpec& spec, const fs::path& folder) {
    std::error_code ignored;
    const fs::path start = folder / "start";
    if (fs::exists(start / "model.safetensors", ignored)) {
        return {};
    }
    WordPieceTrainer vocabulary(
        {.vocabSize = spec.vocabSize,
         .minFrequency = spec.minFrequency,
         .split = {.lowerCase = !spec.cased, .stripAccents = !spec.cased, .neverSplit = {}}});
    CorpusOptions corpus{.files = {spec.texts.begin(), spec.texts.end()},
                         .linesPerFile = spec.linesPerText,
                         .holdOutEvery = spec.holdOutEvery};
    const auto lines = writeCorpus(corpus, folder, [&](std::string_view line) { vocabulary.add(line); });
    if (!lines) {
        return fail(lines.error());
    }
    const auto tokens = vocabulary.train();
    if (!tokens) {
        return fail(tokens.error());
    }
    const int longest = spec.training.maxSeqLength;
    if (auto written = writeWordPieceFiles(*tokens, !spec.cased, longest, start); !written) {
        return written;
    }
    ModelConfig config = spec.shape;
    config.vocabSize = static_cast<int>(tokens->size());
    config.maxPositions = longest;
    return writeNewBase(config, static_cast<std::uint64_t>(spec.training.seed), start);
}

/// A folder that is there and holds no base is somebody's: nothing is written into it.
Result<void> checkTarget(const fs::path& to) {
    std::error_code ignored;
    if (!fs::exists(to, ignored) || fs::exists(to / "config.json", ignored) ||
        (fs::is_directory(to, ignored) && fs::is_empty(to, ignored))) {
        return {};
    }
    return fail("there is something else at this place", to.string(), "Name a new or empty folder");
}

/// Where what is prepared for the spec lies.
Result<fs::path> preparedFolder(const RunStore& store, const PretrainingSpec& spec) {
    if (auto problem = problemOf(spec)) {
        return fail(std::move(*problem));
    }
    const auto hash = hashOf(spec);
    if (!hash) {
        return fail(hash.error());
    }
    return store.workspace() / "bases" / (spec.name + "-" + *hash);
}

/// The run over the prepared texts.
Result<Experiment> preparedDesign(const PretrainingSpec& spec, const fs::path& folder) {
    const auto validation = readTextFile(folder / "validation.txt", kLongestText);
    if (!validation) {
        return fail(validation.error());
    }
    return pretrainingDesign(spec, folder, validation->find_first_not_of('\n') != std::string::npos);
}

fs::path resultOf(const RunStore& store, std::int64_t run) {
    return store.runFolder(run) / "pretrained";
}

} // namespace

Result<std::optional<fs::path>> findPretrained(const RunStore& store, KnownRuns& known,
                                               const PretrainingSpec& spec) {
    const auto folder = preparedFolder(store, spec);
    if (!folder) {
        return fail(folder.error());
    }
    std::error_code ignored;
    if (!fs::exists(*folder / "start" / "model.safetensors", ignored)) {
        return std::nullopt;
    }
    const auto design = preparedDesign(spec, *folder);
    if (!design) {
        return fail(design.error());
    }
    const auto run = known.finished(*design);
    if (!run) {
        return fail(run.error());
    }
    if (!*run || !fs::exists(resultOf(store, (*run)->id) / "config.json", ignored)) {
        return std::nullopt;
    }
    return resultOf(store, (*run)->id);
}

Result<PretrainedBase> pretrain(const RunStore& store, Trials& trials, const PretrainingSpec& spec,
                                const fs::path& to) {
    if (auto free = checkTarget(to); !free) {
        return fail(free.error());
    }
    const auto folder = preparedFolder(store, spec);
    if (!folder) {
        return fail(folder.error());
    }
    if (auto prepared = prepare(spec, *folder); !prepared) {
        return fail(prepared.error());
    }
    const auto design = preparedDesign(spec, *folder);
    if (!design) {
        return fail(design.error());
    }
    auto run = trials.run(*design);
    if (!run) {
        return fail(run.error());
    }
    const fs::path runFolder = store.runFolder(run->id);
    const fs::path target = to.empty() ? resultOf(store, run->id) : to;
    if (auto joined = joinBaseAndHead(runFolder / "base", runFolder / "heads" / "masked_lm", target);
        !joined) {
        return fail(joined.error());
    }
    const auto config = loadBaseConfig(target.string());
    if (!config) {
        return fail(config.error());
    }
    return PretrainedBase{target, std::move(*run), config->vocabSize};
}

} // namespace awb
