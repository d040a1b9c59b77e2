#include "backend/data/hold_out.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>

namespace awb {

namespace {

constexpr std::size_t kHoldOutEvery = 10;
constexpr std::size_t kFewestToHoldOut = 20;

} // namespace

std::size_t exampleKey(const Example& example) {
    const std::hash<std::string_view> hash;
    return hash(example.text) * 31 + hash(example.textPair);
}

void holdOutValidation(Dataset& dataset, std::string_view unit, WarningLog& log) {
    Split& train = dataset.splits.front();
    const std::string name(unit);
    const std::size_t all = train.examples.size();
    if (all < kFewestToHoldOut) {
        log.addSentence("There is no validation file, and train has too few " + name +
                        "s to hold any out (fewer than " + std::to_string(kFewestToHoldOut) +
                        "), so nothing is measured while training");
        return;
    }
    const bool running = dataset.task == HeadType::MaskedLm;
    const auto isHeldOut = [running, all](std::size_t i) {
        return running ? i >= all - all / kHoldOutEvery : i % kHoldOutEvery == kHoldOutEvery - 1;
    };
    Split validation{.name = "validation", .examples = {}};
    std::vector<Example> kept;
    std::unordered_set<std::size_t> keptKeys;
    for (std::size_t i = 0; i < all; ++i) {
        if (!isHeldOut(i)) {
            keptKeys.insert(exampleKey(train.examples[i]));
        }
        (isHeldOut(i) ? validation.examples : kept).push_back(std::move(train.examples[i]));
    }
    const auto doubled = std::ranges::count_if(
        validation.examples, [&](const Example& example) { return keptKeys.contains(exampleKey(example)); });
    train.examples = std::move(kept);
    validation.rowsRead = static_cast<std::int64_t>(validation.examples.size());
    const auto count = validation.rowsRead;
    log.addSentence(
        "There is no validation file, so " +
            (running ? "the last tenth of train (" : "each tenth " + name + " of train (") +
            std::to_string(count) + " " + name + "s) is held out for validation and not trained on" +
            (doubled > 0 ? "; " + std::to_string(doubled) +
                               " of them also stand among the others, so their score will be too good"
                         : std::string()),
        {}, count);
    dataset.splits.insert(dataset.splits.begin() + 1, std::move(validation));
}

} // namespace awb
