#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/console.h"
#include "app/reproducible_kernels.h"
#include "backend/checkpoint/verify.h"

namespace awb::app {

namespace {

enum class Verdict { Passed, Failed, Skipped };

void print(const Comparison& comparison, std::size_t width) {
    std::printf("  %-*s  abs %-9.3g  rel %-9.3g  %s\n", static_cast<int>(width), comparison.quantity.c_str(),
                comparison.worstAbsolute, comparison.worstRelative, comparison.passed ? "ok" : "MISSED");
    if (!comparison.detail.empty()) {
        std::printf("    %s\n", comparison.detail.c_str());
    }
}

Verdict verifyOne(const std::string& folder) {
    const Result<VerifyReport> report = verifyFolder(folder);
    if (!report) {
        std::printf("FAILED   %s\n", folder.c_str());
        complain(report.error());
        return Verdict::Failed;
    }
    if (!report->skipped.empty()) {
        std::printf("SKIPPED  %s: %s\n", report->name.c_str(), report->skipped.c_str());
        return Verdict::Skipped;
    }
    std::printf("%s   %s\n", report->passed() ? "passed" : "FAILED", report->name.c_str());
    std::size_t width = 0;
    for (const Comparison& comparison : report->comparisons) {
        width = std::max(width, comparison.quantity.size());
    }
    for (const Comparison& comparison : report->comparisons) {
        print(comparison, width);
    }
    return report->passed() ? Verdict::Passed : Verdict::Failed;
}

} // namespace

int runVerify(const std::vector<std::string>& folders) {
    std::vector<std::string> arguments{"verify"};
    arguments.insert(arguments.end(), folders.begin(), folders.end());
    restartWithAvx2Kernels(arguments);
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    for (const std::string& folder : folders) {
        switch (verifyOne(folder)) {
        case Verdict::Passed:
            ++passed;
            break;
        case Verdict::Failed:
            ++failed;
            break;
        case Verdict::Skipped:
            ++skipped;
            break;
        }
        std::fflush(stdout);
    }
    std::printf("%zu passed, %zu failed, %zu skipped (can't be computed by this version, so not proved)\n",
                passed, failed, skipped);
    return failed + skipped == 0 ? kSuccess : kFailed;
}

} // namespace awb::app
