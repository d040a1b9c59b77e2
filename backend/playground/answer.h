#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/playground/lru_cache.h"
#include "models/config/head_config.h"
#include "models/config/result.h"

namespace awb {

/// What a model is asked.
struct PlaygroundText {
    std::string first;
    std::string second; ///< for tasks with pairs of texts

    bool operator==(const PlaygroundText&) const = default;
};

/// Which of a run's adapters are on.
struct SetupChoice {
    enum class Kind {
        Own,  ///< the run's composition
        Off,  ///< the head on the base alone
        Other ///< another composition of the run's adapters
    };
    Kind kind = Kind::Own;
    std::string text; ///< of `Other`, as `compositionFromText` reads it

    bool operator==(const SetupChoice&) const = default;
};

struct Question {
    std::int64_t run = 0;
    SetupChoice setup;

    bool operator==(const Question&) const = default;
};

/// A run that answers, as a person chooses it.
struct RunInfo {
    std::int64_t run = 0;
    std::string name;
    std::string baseModel;
    HeadType type = HeadType::Classification;
    std::vector<std::string> labels;
    bool pairs = false;
    int maxLength = 0;                 ///< tokens of a text, special ones included
    std::vector<std::string> adapters; ///< that its compositions may name
    std::string composition;           ///< its own, as text
    bool hasTrainedBase = false;       ///< full fine-tuning: "off" leaves the trained base
    std::string maskToken;             ///< of masked language models
};

struct LabelScore {
    std::string label;
    double probability = 0;
};

/// The label of a word.
struct WordLabel {
    std::string word;
    std::string label; ///< empty where the text is cut before the word
    double probability = 0;
    int token = -1; ///< its first token
};

/// What could stand at a mask.
struct MaskAnswer {
    int token = 0;
    std::vector<LabelScore> best; ///< the most probable tokens, the best first
};

/// What one head says of one text; which members count depends on its type.
struct HeadAnswer {
    std::string head;
    HeadType type = HeadType::Classification;
    std::vector<LabelScore> labels; ///< by class; they sum to 1, but for multi-label tasks, where each is
                                    ///< between 0 and 1
    double value = 0;               ///< regression
    std::vector<WordLabel> words;   ///< tagging
    std::vector<MaskAnswer> masks;  ///< masked language models; empty for a text without a mask

    /// The most probable label; null without labels.
    const LabelScore* best() const;
};

struct AnswerToken {
    std::string text;
    bool isSpecial = false;
    int word = -1; ///< tagging: which word it is of
};

struct Answer {
    std::vector<AnswerToken> tokens;
    int tokensLeftOut = 0; ///< beyond the model's longest text
    std::string composition;
    std::vector<HeadAnswer> heads; ///< one a branch of the composition, else one
    std::int64_t baseBytes = 0;    ///< of the base's parameters
    std::int64_t addedBytes = 0;   ///< of the adapters and fusions that are on, and the heads
};

/// Milliseconds of repeated passes.
struct Timing {
    double median = 0;
    double lower = 0; ///< first quartile
    double upper = 0; ///< third quartile
};

/// How long one text takes with a composition and, in turn with it, with the adapters switched off.
struct Latency {
    Timing adapted;
    Timing base;
    int repeats = 0;
    int warmUps = 0;
    int tokens = 0;
};

/// A text for one run's own composition.
struct BatchRow {
    std::int64_t run = 0;
    PlaygroundText text;
};

/// Why a run can't share a BatchSplit with others.
enum class AloneBecause {
    Composition, ///< it is not allowed there
    Gate,        ///< its gates look at the padding of their batch
    AdapterDrop, ///< its lowest layers run without adapters
};

struct BatchRowAnswer {
    Answer answer;
    std::optional<Error> error;        ///< the row has no answer then
    std::optional<AloneBecause> alone; ///< set where it ran by itself
};

struct BatchReport {
    std::vector<BatchRowAnswer> rows;
    CacheCounts cache;                ///< of this batch
    std::vector<std::int64_t> loaded; ///< runs whose adapters are in memory afterwards, the newest first
    int passes = 0;
    double milliseconds = 0;
    std::int64_t adapterBytes = 0; ///< of all that is in the cache
};

} // namespace awb
