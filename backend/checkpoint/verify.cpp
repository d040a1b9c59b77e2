#include "backend/checkpoint/verify.h"

#include <algorithm>
#include <utility>

#include "backend/checkpoint/verify_case.h"
#include "backend/checkpoint/verify_run.h"
#include "backend/text/verify_tokenizer.h"

namespace awb {

namespace {

std::string folderName(const std::filesystem::path& folder) {
    const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
    return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

Result<VerifyReport> verifyTokenizerFolder(const std::filesystem::path& folder) {
    VerifyReport report{.name = folderName(folder)};
    const Result<TokenizerVerification> verification = verifyTokenizerCases(folder);
    if (!verification) {
        return fail(verification.error());
    }
    for (const auto& [kind, count] : verification->casesByKind) {
        Comparison comparison{.quantity = std::to_string(count) + " cases of kind " + kind};
        const auto& mismatches = verification->firstMismatches;
        const auto first =
            std::find_if(mismatches.begin(), mismatches.end(),
                         [&](const TokenizerMismatch& mismatch) { return mismatch.kind == kind; });
        if (first != mismatches.end()) {
            comparison.passed = false;
            comparison.detail = "line " + std::to_string(first->line) + ", " + first->quantity + ": " +
                                first->actual + ", expected " + first->expected;
        }
        report.comparisons.push_back(std::move(comparison));
    }
    if (!verification->passed() && report.passed()) {
        report.comparisons.push_back({.quantity = "all cases",
                                      .passed = false,
                                      .detail = std::to_string(verification->failedCases) + " cases differ"});
    }
    return report;
}

} // namespace

bool VerifyReport::passed() const {
    return std::all_of(comparisons.begin(), comparisons.end(),
                       [](const Comparison& comparison) { return comparison.passed; });
}

Result<VerifyReport> verifyFolder(const std::filesystem::path& folder) try {
    if (!std::filesystem::is_directory(folder)) {
        return fail("there is no such folder", folder.string());
    }
    if (std::filesystem::exists(folder / "case.json")) {
        const Result<FixtureCase> fixture = readFixtureCase(folder);
        if (!fixture) {
            return fail(fixture.error());
        }
        if (!fixture->skipped.empty()) {
            return VerifyReport{.name = fixture->name, .skipped = fixture->skipped};
        }
        return runFixtureCase(*fixture);
    }
    if (hasTokenizerCases(folder)) {
        return verifyTokenizerFolder(folder);
    }
    return fail("the folder is no fixture", folder.string(),
                "It must hold a case.json, or a tokenizer with its cases.jsonl");
} catch (const std::filesystem::filesystem_error& error) {
    return fail(error.code().message(), folder.string());
}

} // namespace awb
