#include "backend/experiment/composition_edit.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/experiment/experiment_keys.h"
#include "models/config/method_composition.h"

namespace awb::design {

namespace {

using Kind = Composition::Kind;

Composition* nodeAt(Composition& composition, const CompositionPath& path) {
    return const_cast<Composition*>(design::nodeAt(std::as_const(composition), path));
}

Error noSuchPlace() {
    return {"the composition has no such place", "/composition", {}};
}

bool hasSizes(const Composition& block) {
    return block.kind == Kind::Split || (block.kind == Kind::BatchSplit && block.sizes.size() != 1);
}

/// Sizes that a fresh Split or BatchSplit begins with: equal shares, Split's last child takes the rest.
std::vector<std::int64_t> freshSizes(Kind kind, std::size_t children, const TrainingSpec& training) {
    if (children == 0 || (kind != Kind::Split && kind != Kind::BatchSplit)) {
        return {};
    }
    const int all = kind == Kind::Split ? training.maxSeqLength : training.batchSize;
    const auto share = std::max<std::int64_t>(1, all / static_cast<std::int64_t>(children));
    std::vector<std::int64_t> sizes(children, share);
    if (kind == Kind::Split) {
        sizes.back() = 0;
    } else {
        sizes.back() = std::max<std::int64_t>(1, all - share * static_cast<std::int64_t>(children - 1));
    }
    return sizes;
}

void eraseChild(Composition& block, std::size_t index) {
    const auto at = static_cast<std::ptrdiff_t>(index);
    block.children.erase(block.children.begin() + at);
    if (hasSizes(block) && index < block.sizes.size()) {
        block.sizes.erase(block.sizes.begin() + at);
        if (block.kind == Kind::Split && !block.sizes.empty()) {
            block.sizes.back() = 0; // what the child left goes to the last one
        }
    }
    if (index < block.weights.size()) {
        block.weights.erase(block.weights.begin() + at);
    }
}

void insertChild(Composition& block, std::size_t index, Composition node) {
    const auto at = static_cast<std::ptrdiff_t>(index);
    block.children.insert(block.children.begin() + at, std::move(node));
    if (hasSizes(block)) {
        const bool isLast = index >= block.sizes.size();
        const std::int64_t first = block.sizes.empty() ? 1 : std::max<std::int64_t>(1, block.sizes.front());
        if (isLast && block.kind == Kind::Split && !block.sizes.empty() && block.sizes.back() == 0) {
            block.sizes.back() = first;
            block.sizes.push_back(0);
        } else {
            block.sizes.insert(isLast ? block.sizes.end() : block.sizes.begin() + at, first);
        }
    }
    if (!block.weights.empty()) {
        const double mean = std::accumulate(block.weights.begin(), block.weights.end(), 0.0) /
                            static_cast<double>(block.weights.size());
        block.weights.insert(block.weights.begin() + std::min<std::ptrdiff_t>(
                                                         at, static_cast<std::ptrdiff_t>(block.weights.size())),
                             mean);
    }
}

/// Blocks without children vanish, those with one child give way to it, and a Stack in a Stack dissolves.
void tidy(Composition& node) {
    for (std::size_t i = node.children.size(); i-- > 0;) {
        tidy(node.children[i]);
        if (node.children[i].kind == Kind::None) {
            eraseChild(node, i);
        } else if (node.kind == Kind::Stack && node.children[i].kind == Kind::Stack) {
            std::vector<Composition> inner = std::move(node.children[i].children);
            const auto at = node.children.erase(node.children.begin() + static_cast<std::ptrdiff_t>(i));
            node.children.insert(at, std::make_move_iterator(inner.begin()),
                                 std::make_move_iterator(inner.end()));
        }
    }
    if (!node.isBlock()) {
        return;
    }
    if (node.children.empty()) {
        node = Composition{};
    } else if (node.children.size() == 1) {
        Composition only = std::move(node.children.front());
        node = std::move(only);
    }
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
        const std::string old = has(oldFusions, fusions[i])              ? fusions[i]
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

const Composition* nodeAt(const Composition& composition, const CompositionPath& path) {
    const Composition* node = &composition;
    for (const std::size_t step : path) {
        if (step >= node->children.size()) {
            return nullptr;
        }
        node = &node->children[step];
    }
    return node;
}

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
    const bool isInside = block.size() >= from.size() && std::equal(from.begin(), from.end(), block.begin());
    if (isInside) {
        return fail("a block can't be moved into itself");
    }
    if (const std::string reason = refusal(target->kind, node->kind, static_cast<int>(block.size()));
        !reason.empty()) {
        return fail(reason);
    }
    // First in, then out: an emptied place keeps all numbers as they are until everything is tidied up.
    Composition composition = experiment.composition;
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

Result<Experiment> joinAt(Experiment experiment, const CompositionPath& path, Kind kind, Composition other) {
    Composition composition = experiment.composition;
    Composition* node = nodeAt(composition, path);
    if (node == nullptr || node->kind == Kind::None || compositionBlockKey(kind).empty()) {
        return fail(noSuchPlace());
    }
    *node = Composition::block(kind, {std::move(*node), std::move(other)});
    node->sizes = freshSizes(kind, 2, experiment.training);
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

Result<Experiment> setFusion(Experiment experiment, FusionSpec fusion) {
    if (const auto preset = fusionPreset(fusion.preset); !preset) {
        return fail(preset.error());
    }
    experiment.fusion = std::move(fusion);
    // The file's own rules decide what the options may be.
    return experimentFromJson(toJson(experiment));
}

Result<Experiment> addAdapter(Experiment experiment, AdapterSpec adapter) {
    adapter.name = freshName(experiment, adapter.name);
    experiment.adapters.push_back(std::move(adapter));
    return experimentFromJson(toJson(experiment));
}

Result<Experiment> removeAdapter(Experiment experiment, std::string_view name) {
    const auto erased =
        std::erase_if(experiment.adapters, [&](const AdapterSpec& adapter) { return adapter.name == name; });
    if (erased == 0) {
        return fail("there is no adapter named `" + std::string(name) + "`");
    }
    return adoptAdapters(std::move(experiment), {});
}

Result<Experiment> setTrained(Experiment experiment, std::string_view name, bool isTrained) {
    std::erase(experiment.train, name);
    if (isTrained) {
        std::erase(experiment.train, "full");
        experiment.train.emplace_back(name);
    }
    // In the order of the design, so that the file does not depend on the order of clicks.
    const std::vector<std::string> chosen = std::exchange(experiment.train, {});
    std::vector<std::string> order;
    for (const AdapterSpec& adapter : experiment.adapters) {
        order.push_back(adapter.name);
    }
    for (const std::string& fusion : fusionNames(experiment.composition)) {
        order.push_back(std::string(kFusePrefix) + fusion);
    }
    order.emplace_back("full");
    for (const std::string& each : order) {
        if (std::find(chosen.begin(), chosen.end(), each) != chosen.end()) {
            experiment.train.push_back(each);
        }
    }
    if (isTrained && std::find(experiment.train.begin(), experiment.train.end(), name) == experiment.train.end()) {
        return fail("the design has nothing named `" + std::string(name) + "` to train");
    }
    return experimentFromJson(toJson(experiment));
}

std::string freshName(const Experiment& experiment, std::string_view wish) {
    std::string base;
    for (const char c : wish) {
        // "compacter++" and "pfeiffer+inv" are presets' names
        base += isName(std::string_view(&c, 1)) ? c : '-';
    }
    base.erase(base.find_last_not_of('-') + 1);
    if (base.empty() || base == "full") {
        base = "adapter";
    }
    std::string name = wish.ends_with("++") ? base + "-pp" : base;
    const std::string stem = name;
    for (int number = 2; experiment.findAdapter(name) != nullptr; ++number) {
        name = stem + "-" + std::to_string(number);
    }
    return name;
}

Result<Experiment> adoptAdapters(Experiment experiment, const std::set<std::string>& added) {
    Composition composition = experiment.composition;
    prune(composition,
          [&](const std::string& name) { return experiment.findAdapter(name) != nullptr; });
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
