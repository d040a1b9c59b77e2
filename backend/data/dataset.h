#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/data/tag_scheme.h"
#include "backend/experiment/experiment.h"
#include "models/config/result.h"

namespace awb {

/// The tag of a word that has none: it is neither learned nor scored.
inline constexpr int kNoTag = -100;

/// One example of a task; which members count depends on it.
struct Example {
    std::string text;
    std::string textPair;           ///< empty: single text
    int label = -1;                 ///< class id; -1 where the split has a label that train does not know
    float value = 0;                ///< regression target
    std::vector<int> labels;        ///< multi-label: class ids, ascending
    int unknownLabels = 0;          ///< multi-label: how many more it has, which train does not know
    std::vector<std::string> words; ///< tagging; `text` is these with blanks between
    std::vector<int> tags;          ///< tagging: an id for each word, see Dataset::tagName, or kNoTag
    bool startsDocument = true;     ///< masked LM: the text does not go on from the one before
};

/// A remark about data that loads all the same: what, where (file and lines), what became of it.
struct DataWarning {
    std::string text; ///< a whole sentence
    std::string file;
    std::vector<std::int64_t> lines; ///< first few, counted from 1 with the header as line 1
    std::int64_t count = 0;          ///< how many rows are concerned
};

struct Split {
    std::string name; ///< "train", "validation", "test"
    std::vector<Example> examples;
    std::int64_t rowsRead = 0;
    std::int64_t rowsLeftOut = 0;
};

/// A task ready for training.
struct Dataset {
    std::string name; ///< "wordnet:noun-topic", or the train file's name
    HeadType task = HeadType::Classification;
    bool pairs = false;
    std::vector<std::string> labels; ///< class names or tags in the order of their ids
    /// Tags that other splits have but train does not: their ids go on from `labels`.
    std::vector<std::string> otherTags;
    TagScheme tagScheme = TagScheme::None; ///< how tags mark entities
    std::vector<Split> splits;
    std::vector<DataWarning> warnings;
    std::string contentHash; ///< XXH3-128 of all examples, 32 hex digits
    std::string note;        ///< to be shown with every score, e.g. what the base has already seen

    const Split* split(std::string_view splitName) const;
    /// The text of a tag id; empty for kNoTag.
    std::string_view tagName(int tag) const;
};

/// Loads the data of an experiment for a task. `progress` (may be empty) gets 0..1 and returns false to stop.
using LoadProgress = std::function<bool(double)>;
Result<std::shared_ptr<const Dataset>> loadDataset(const DataSpec& spec, HeadType task,
                                                   const LoadProgress& progress = {});

/// A built-in task: "wordnet:noun-topic" and the like.
struct BuiltinTask {
    std::string source;
    std::string title;
    std::string description; ///< what the input is, what is predicted, how the splits are made
    bool pairs = false;
    HeadType task = HeadType::Classification;
};
const std::vector<BuiltinTask>& builtinTasks();
/// Why a built-in source can't be used here (WordNet is not installed), or none when it can.
std::optional<Error> builtinUnavailable(const std::string& source);

} // namespace awb
