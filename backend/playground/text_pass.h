#pragma once

#include <string>
#include <vector>

#include <torch/types.h>

#include "backend/data/dataset.h"
#include "backend/playground/loaded_run.h"

namespace awb {

/// A text as the run's model reads it.
struct EncodedText {
    Encoding encoding;
    std::vector<std::string> words; ///< tagging
    int tokensLeftOut = 0;
};
/// Errors: an empty text; a pair of which one text is missing.
Result<EncodedText> encodeText(const LoadedRun& run, const PlaygroundText& text);

/// The same of an example of a data set, which may be empty.
EncodedText encodeExample(const LoadedRun& run, const Example& example, bool isPair);

/// Several encodings as one batch, padded on the right to the longest of them.
ModelInput batchOf(const std::vector<const Encoding*>& encodings, int padId);

/// The tokens of an answer; the rest of it is left as it is.
Answer beginAnswer(const EncodedText& text);

/// What a head's logits say of one text. `logits`: of this row, [C], [T', C], [1] or [T', V]; T' may be
/// longer than the text.
HeadAnswer readHead(const HeadConfig& head, const torch::Tensor& logits, const EncodedText& text,
                    const Tokenizer& tokenizer);

/// The run's answer to a text with a composition (in the run's own names), by itself.
Result<Answer> answerAlone(const LoadedRun& run, const Composition& composition, const EncodedText& text);

} // namespace awb
