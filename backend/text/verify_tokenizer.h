#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// One quantity of one case that differs from the expectation.
struct TokenizerMismatch {
    std::int64_t line = 0; ///< in cases.jsonl, counted from 1
    std::string kind;      ///< "single", "pair", ...
    std::string quantity;  ///< "ids", "type_ids", "attention_mask" or "tokens"
    std::string expected;  ///< JSON, shortened
    std::string actual;
};

struct TokenizerVerification {
    std::int64_t cases = 0;
    std::int64_t failedCases = 0;
    std::map<std::string, std::int64_t> casesByKind;
    std::vector<TokenizerMismatch> firstMismatches; ///< at most 20

    bool passed() const { return cases > 0 && failedCases == 0; }
};

/// Whether `folder` has the layout that `verifyTokenizerCases` reads: a `cases.jsonl` beside a tokenizer.
bool hasTokenizerCases(const std::filesystem::path& folder);

/// Loads the tokenizer of a folder and runs its `cases.jsonl`, one JSON object a line: `kind`, `text` and
/// `pair` or `texts` [and `pairs`], `max_length`, `truncation`, `padding`, and the expected `ids`,
/// `type_ids`, `attention_mask` and `tokens` (each a list, for a batch a list of lists; null or left out is
/// not compared). Errors: no tokenizer, no cases, a line that is no case.
Result<TokenizerVerification> verifyTokenizerCases(const std::filesystem::path& folder);

} // namespace awb
