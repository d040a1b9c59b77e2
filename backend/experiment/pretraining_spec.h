#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backend/experiment/experiment.h"

namespace awb {

class JsonFields;

/// A base to be trained from scratch as a masked language model.
struct PretrainingSpec {
    PretrainingSpec();

    std::string name = "base";      ///< of the run
    std::vector<std::string> texts; ///< files of plain text: one text a line, blank lines between documents
    std::int64_t linesPerText = 0;  ///< at most so many lines of each file; 0: all
    std::int64_t holdOutEvery = 50; ///< every so-many-th line only validates; 0: none
    bool cased = false;             ///< keeps upper case and accents
    int vocabSize = 8192;           ///< of the WordPiece vocabulary at most
    std::int64_t minFrequency = 2;  ///< see WordPieceTraining
    /// A small BERT; `vocabSize` is what the vocabulary comes to, `maxPositions` is
    /// `training.maxSeqLength`.
    ModelConfig shape;
    TrainingSpec training;

    bool operator==(const PretrainingSpec&) const = default;
};

/// Reads the keys of a pretraining: those of PretrainingSpec in snake case without `name` and `texts`, the
/// shape's as in config.json, and `training`.
PretrainingSpec readPretraining(JsonFields& fields);

/// What can't be trained, with the key: impossible sizes, no text. None when all is well.
std::optional<Error> problemOf(const PretrainingSpec& spec);

/// The run that trains the base: all parameters, masked words of train.txt in `prepared`, begun with the
/// fresh base in `prepared`/start. `validates`: validation.txt has lines.
Experiment pretrainingDesign(const PretrainingSpec& spec, const std::filesystem::path& prepared,
                             bool validates);

} // namespace awb
