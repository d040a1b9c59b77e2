#include "backend/experiment/composition_edit.h"

#include <algorithm>
#include <utility>

#include "backend/experiment/composition_tree.h"
#include "models/config/method_composition.h"

namespace awb::design {

namespace {

using Kind = Composition::Kind;

Error noSuchPlace() {
    return {"the composition has no such place", "/composition", {}};
}

/// True for a node and everything inside it.
bool isWithin(const CompositionPath& path, const CompositionPath& node) {
    return path.size() >= node.size() && std::equal(node.begin(), node.end(), path.begin());
}

/// Puts a block around a node and another one.
void join(Composition& node, Kind kind, Composition other, Side side, const TrainingSpec& training) {
    std::vector<Composition> children;
    children.push_back(std::move(node));
    children.insert(side == Side::Before ? children.begin() : children.end(), std::move(other));
    node = Composition::block(kind, std::move(children));
    node.sizes = freshSizes(kind, 2, training);
}

/// Takes the leaves away that `isKept` refuses.
template<typename IsKept>
void prune(Composition& node, const IsKept& isKept) {
    if (node.kind == Kind::Name && !isKept(node.name)) {
        node = Composition{};
    }
    for (Composition& child : node.children) {
        prune(child, isKept);
    }
}

std::vector<Error> problemsOf(const Experiment& experiment) {
    std::vector<Error> problems = checkComposition(experiment.composition);
    const ConfigLookup configOf = [&](const std::string& name) -> const AdapterConfig* {
        const AdapterSpec* adapter = experiment.findAdapter(name);
        return adapter == nullptr || adapter->isUnread() ? nullptr : &adapter->config;
    };
    for (Error& error : checkMethodsInComposition(experiment.composition, configOf)) {
        problems.push_back(std::move(error));
    }
    return problems;
}

/// What is trained after the composition changed from `before`; `added` adapters are, new saved ones not.
void adoptTrain(Experiment& experiment, const Composition& before, const std::set<std::string>& added) {
    const std::vector<std::string> oldLeaves = before.leaves();
    const std::vector<std::string> leaves = experiment.composition.leaves();
    const auto has = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    std::vector<std::string> train;
    for (const AdapterSpec& adapter : experiment.adapters) {
        const bool isNew = !has(oldLeaves, adapter.name) && adapter.from.empty();
        if (has(leaves, adapter.name) &&
            (added.contains(adapter.name) || isNew || has(experiment.train, adapter.name))) {
            train.push_back(adapter.name);
        }
    }
    const std::vector<std::string> oldFusions = fusionNames(before);
    const std::vector<std::string> fusions = fusionNames(experiment.composition);
    for (std::size_t i = 0; i < fusions.size(); ++i) {
        // A fusion whose adapters changed keeps its place in the order, and so whether it is trained.
        const std::string old = has(oldFusions, fusions[i])           ? fusions[i]
                                : oldFusions.size() == fusions.size() ? oldFusions[i]
                                                                      : std::string();
        if (old.empty() || has(experiment.train, std::string(kFusePrefix) + old)) {
            train.push_back(std::string(kFusePrefix) + fusions[i]);
        }
    }
    if (has(experiment.train, "full") && added.empty()) {
        train.emplace_back("full");
    }
    experiment.train = std::move(train);
}

/// The experiment with `composition`, unless that brings a problem that was not there before.
Result<Experiment> changed(Experiment experiment, Composition composition,
                           const std::set<std::string>& added = {}) {
    const std::vector<Error> old = problemsOf(experiment);
    const Composition before = std::exchange(experiment.composition, std::move(composition));
    for (const std::string& name : experiment.composition.leaves()) {
        if (experiment.findAdapter(name) == nullptr) {
            return fail("there is no adapter named `" + name + "`", "/composition");
        }
    }
    for (const Error& problem : problemsOf(experiment)) {
        const bool isOld =
            std::any_of(old.begin(), old.end(), [&](const Error& each) { return each.what == problem.what; });
        if (!isOld) {
            return fail(problem);
        }
    }
    adoptTrain(experiment, before, added);
    return experiment;
}

/// Appends an adapter where it disturbs least: behind the others, but in front of branches with heads.
void append(Composition& root, std::string name) {
    Composition leaf = Composition::of(std::move(name));
    if (root.kind == Kind::None) {
        root = std::move(leaf);
        return;
    }
    if (root.kind != Kind::Stack) {
        root = Composition::block(Kind::Stack, {std::move(root)});
    }
    const bool hasBranches = !headBranches(root).empty();
    root.children.insert(hasBranches ? root.children.end() - 1 : root.children.end(), std::move(leaf));
}

} // namespace

Result<Experiment> setComposition(Experiment experiment, Composition composition) {
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> insertInto(Experiment experiment, const CompositionPath& block, std::size_t index,
                              Composition node) {
    Composition composition = experiment.composition;
    Composition* target = nodeAt(composition, block);
    if (target == nullptr) {
        return fail(noSuchPlace());
    }
    if (target->kind == Kind::None) {
        return changed(std::move(experiment), std::move(node));
    }
    if (!target->isBlock()) {
        return fail("`" + target->name + "` is an adapter, not a block", {},
                    "Put a block around both of them");
    }
    if (index > target->children.size()) {
        return fail(noSuchPlace());
    }
    if (const std::string reason = refusal(target->kind, node.kind, static_cast<int>(block.size()));
        !reason.empty()) {
        return fail(reason);
    }
    insertChild(*target, index, std::move(node));
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> removeAt(Experiment experiment, const CompositionPath& path) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || node->kind == Kind::None) {
        return fail(noSuchPlace());
    }
    *node = Composition{};
    tidy(composition);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> moveTo(Experiment experiment, const CompositionPath& from, const CompositionPath& block,
                          std::size_t index) {
    const Composition* node = design::nodeAt(experiment.composition, from);
    const Composition* target = design::nodeAt(experiment.composition, block);
    if (node == nullptr || target == nullptr || from.empty() || !target->isBlock() ||
        index > target->children.size()) {
        return fail(noSuchPlace());
    }
    if (isWithin(block, from)) {
        return fail("a block can't be moved into itself");
    }
    if (const std::string reason = refusal(target->kind, node->kind, static_cast<int>(block.size()));
        !reason.empty()) {
        return fail(reason);
    }
    Composition composition = experiment.composition;
    if (std::ranges::equal(block, CompositionPath(from.begin(), from.end() - 1))) {
        reorderChild(*nodeAt(composition, block), from.back(), index);
        return changed(std::move(experiment), std::move(composition));
    }
    // First in, then out: an emptied place keeps all numbers as they are until everything is tidied up.
    Composition moved = std::exchange(*nodeAt(composition, from), Composition{});
    insertChild(*nodeAt(composition, block), index, std::move(moved));
    tidy(composition);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> wrapIn(Experiment experiment, const CompositionPath& path, Kind kind) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || node->kind == Kind::None || compositionBlockKey(kind).empty()) {
        return fail(noSuchPlace());
    }
    *node = Composition::block(kind, {std::move(*node)});
    node->sizes = freshSizes(kind, 1, experiment.training);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> joinAt(Experiment experiment, const CompositionPath& path, Kind kind, Composition other,
                          Side side) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || node->kind == Kind::None || compositionBlockKey(kind).empty()) {
        return fail(noSuchPlace());
    }
    join(*node, kind, std::move(other), side, experiment.training);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> joinMoved(Experiment experiment, const CompositionPath& path, Kind kind,
                             const CompositionPath& from, Side side) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    Composition* other = nodeAt(composition, from);
    if (node == nullptr || other == nullptr || from.empty() || compositionBlockKey(kind).empty()) {
        return fail(noSuchPlace());
    }
    if (isWithin(path, from)) {
        return fail("a block can't be moved into itself");
    }
    Composition moved = std::exchange(*other, Composition{});
    join(*node, kind, std::move(moved), side, experiment.training);
    tidy(composition);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> unwrapAt(Experiment experiment, const CompositionPath& path) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || !node->isBlock()) {
        return fail(noSuchPlace());
    }
    if (node->children.size() == 1) {
        Composition only = std::move(node->children.front());
        *node = std::move(only);
        return changed(std::move(experiment), std::move(composition));
    }
    if (path.empty()) {
        if (node->kind == Kind::Stack) {
            return fail("several adapters need a block around them", {}, "Take adapters out first");
        }
        return setKindAt(std::move(experiment), path, Kind::Stack);
    }
    Composition* parent = nodeAt(composition, {path.begin(), path.end() - 1});
    std::vector<Composition> inner = std::move(node->children);
    std::size_t index = path.back();
    eraseChild(*parent, index);
    for (Composition& child : inner) {
        insertChild(*parent, index++, std::move(child));
    }
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> setKindAt(Experiment experiment, const CompositionPath& path, Kind kind) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || !node->isBlock() || compositionBlockKey(kind).empty()) {
        return fail(noSuchPlace());
    }
    *node = Composition::block(kind, std::move(node->children));
    node->sizes = freshSizes(kind, node->children.size(), experiment.training);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> setSizes(Experiment experiment, const CompositionPath& path,
                            std::vector<std::int64_t> sizes) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || (node->kind != Kind::Split && node->kind != Kind::BatchSplit)) {
        return fail("only Split and BatchSplit have sizes", "/composition");
    }
    node->sizes = std::move(sizes);
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> setWeights(Experiment experiment, const CompositionPath& path, std::vector<double> weights,
                              bool normalize, bool weightedSum) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || node->kind != Kind::Average) {
        return fail("only Average has weights", "/composition");
    }
    node->weights = std::move(weights);
    node->normalizeWeights = normalize;
    node->weightedSum = weightedSum;
    return changed(std::move(experiment), std::move(composition));
}

Result<Experiment> removeAdapter(Experiment experiment, std::string_view name) {
    const auto erased =
        std::erase_if(experiment.adapters, [&](const AdapterSpec& adapter) { return adapter.name == name; });
    if (erased == 0) {
        return fail("there is no adapter named `" + std::string(name) + "`");
    }
    return adoptAdapters(std::move(experiment), {});
}

Result<Experiment> adoptAdapters(Experiment experiment, const std::set<std::string>& added) {
    Composition composition = experiment.composition;
    prune(composition, [&](const std::string& name) { return experiment.findAdapter(name) != nullptr; });
    tidy(composition);
    const std::vector<std::string> leaves = composition.leaves();
    for (const AdapterSpec& adapter : experiment.adapters) {
        const bool isActive = std::find(leaves.begin(), leaves.end(), adapter.name) != leaves.end();
        if (added.contains(adapter.name) && !isActive) {
            append(composition, adapter.name);
        }
    }
    return changed(std::move(experiment), std::move(composition), added);
}

} // namespace awb::design
