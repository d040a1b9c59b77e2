#include "backend/checkpoint/verify_run.h"

#include <torch/types.h>

#include "backend/checkpoint/verify_outputs.h"
#include "backend/checkpoint/verify_training.h"

namespace awb {

Result<VerifyReport> runFixtureCase(const FixtureCase& fixture) try {
    Result<VerifySetup> prepared = prepareCase(fixture);
    if (!prepared) {
        return fail(prepared.error());
    }
    VerifySetup& setup = *prepared;
    const std::string& hashBefore = setup.baseHash;
    VerifyReport report{.name = fixture.name};
    const bool trainsBase = setTrainable(setup);
    const ModelOutput output = forwardPass(setup, true);
    const torch::Tensor loss = lossOf(setup, output);
    compareOutputs(setup, output, loss, report);
    compareNames(setup, report);
    // Merged weights are for inference: the format has no gradients for them.
    const bool isDifferentiated = fixture.merged.empty() && loss.requires_grad();
    if (isDifferentiated && !fixture.trainable.empty()) {
        loss.backward();
    }
    compareGradients(setup, report);
    compareRegularizer(setup, report);
    if (isDifferentiated) {
        for (const auto& [mode, numbers] : fixture.adamw) {
            compareAdamW(setup, mode, numbers, report);
        }
    }
    setup.model.unmerge();
    if (!trainsBase) {
        report.comparisons.push_back(compareFrozenBase(setup, output, hashBefore));
    }
    return report;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), fixture.folder.string());
} catch (const std::exception& error) {
    return fail(error.what(), fixture.folder.string());
}

} // namespace awb
