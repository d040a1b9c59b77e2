#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "backend/experiment/pretraining_spec.h"
#include "backend/run/trials.h"

namespace awb {

/// A base that was trained from scratch.
struct PretrainedBase {
    std::filesystem::path folder; ///< of Hugging Face's BertForMaskedLM, with its tokenizer
    RunRow run;
    int vocabSize = 0;
};

/// Learns a vocabulary from the texts, makes a fresh BERT and trains it as a masked language model. What it
/// prepares lies in WORKSPACE/bases/NAME-HASH, where the hash is of the options and the texts, so that an
/// interrupted pretraining goes on where it was and a finished one is found again. Gives the folder `to`, or
/// one of the workspace where `to` is empty. Errors: `problemOf`; texts that can't be read or have no words;
/// `to` holds something else; as for a run.
Result<PretrainedBase> pretrain(const RunStore& store, Trials& trials, const PretrainingSpec& spec,
                                const std::filesystem::path& to);
/// The folder of such a base that the workspace has already; none where it would have to be trained. Errors:
/// as above.
Result<std::optional<std::filesystem::path>> findPretrained(const RunStore& store, KnownRuns& known,
                                                            const PretrainingSpec& spec);

} // namespace awb
