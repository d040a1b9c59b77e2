#include "backend/experiment/design_findings.h"

#include <algorithm>

namespace awb {

namespace {

constexpr int kDeep = 3;

bool isLanguageAdapter(const Experiment& experiment, const std::string& name) {
    const AdapterSpec* spec = experiment.findAdapter(name);
    return spec != nullptr && std::ranges::any_of(spec->config.parts, [](const MethodConfig& part) {
               return part.isBottleneck() && part.bottleneck.invertible != InvertibleKind::None;
           });
}

void findReversed(const Experiment& experiment, const Composition& node,
                  std::vector<DesignFinding>& findings) {
    std::string below; // the first adapter of the stack that is not a language's
    for (const Composition& child : node.children) {
        findReversed(experiment, child, findings);
        if (node.kind != Composition::Kind::Stack) {
            continue;
        }
        for (const std::string& leaf : child.leaves()) {
            const bool isLanguage = isLanguageAdapter(experiment, leaf);
            if (isLanguage && !below.empty()) {
                findings.push_back({DesignFinding::Kind::ReversedMadx, leaf, below, 0});
            } else if (!isLanguage && below.empty()) {
                below = leaf;
            }
        }
    }
}

/// How many adapters run one after the other.
int depthOf(const Composition& node) {
    if (!node.isBlock()) {
        return node.kind == Composition::Kind::Name ? 1 : 0;
    }
    int sum = 0;
    int deepest = 0;
    for (const Composition& child : node.children) {
        const int depth = depthOf(child);
        sum += depth;
        deepest = std::max(deepest, depth);
    }
    return node.kind == Composition::Kind::Stack ? sum : deepest;
}

} // namespace

std::vector<DesignFinding> findingsIn(const Experiment& experiment) {
    std::vector<DesignFinding> findings;
    findReversed(experiment, experiment.composition, findings);
    const std::vector<std::string> used = experiment.composition.leaves();
    if (experiment.trainsBase() && !used.empty()) {
        findings.push_back({DesignFinding::Kind::TrainedBase, {}, {}, 0});
    }
    if (const int depth = depthOf(experiment.composition); depth >= kDeep) {
        findings.push_back({DesignFinding::Kind::DeepStack, {}, {}, depth});
    }
    return findings;
}

} // namespace awb
