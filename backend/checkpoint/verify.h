#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// One compared quantity of a fixture case.
struct Comparison {
    std::string quantity; ///< "logits", "grad.bert.encoder...", "adamw.plain.losses", "trainable names", ...
    double worstAbsolute = 0;
    double worstRelative = 0; ///< relative to 1 + |e|, the largest gradient or |e|: what the tolerance is for
    bool passed = true;
    std::string detail = {}; ///< for failures: where the worst value is, or what differs
};

struct VerifyReport {
    std::string name;
    std::string skipped =
        {}; ///< why the case can't be computed (a method this version does not have); else empty
    std::vector<Comparison> comparisons = {};

    bool passed() const;
};

/// Recomputes a fixture folder (a case with its case.json, or a tokenizer with its cases.jsonl) and compares
/// every quantity with the tolerances of the format: forward |a - e| <= 1e-5 (1 + |e|); gradients max|a - e|
/// <= 1e-4 max(|e|max, 1e-2 max_abs_grad); AdamW losses and sums of squares 1e-4
/// relative. Error: the folder is not of
/// the format.
Result<VerifyReport> verifyFolder(const std::filesystem::path& folder);

} // namespace awb
