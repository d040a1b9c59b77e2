#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "models/config/composition.h"

namespace awb {

namespace {

using Kind = Composition::Kind;

/// Which blocks a block may hold directly (the grammar of AdapterHub's library).
const std::set<Kind>& allowedIn(Kind parent) {
    static const std::set<Kind> stack{Kind::Fuse, Kind::Split, Kind::Parallel, Kind::BatchSplit,
                                      Kind::Average};
    static const std::set<Kind> fuse{Kind::Stack};
    static const std::set<Kind> split{Kind::Split, Kind::Stack, Kind::BatchSplit, Kind::Average};
    static const std::set<Kind> batchSplit{Kind::Stack, Kind::Split, Kind::BatchSplit, Kind::Average};
    static const std::set<Kind> parallel{Kind::Stack, Kind::BatchSplit, Kind::Average};
    static const std::set<Kind> average{Kind::Stack, Kind::Split, Kind::BatchSplit};
    static const std::set<Kind> none;
    switch (parent) {
    case Kind::Stack:
        return stack;
    case Kind::Fuse:
        return fuse;
    case Kind::Split:
        return split;
    case Kind::BatchSplit:
        return batchSplit;
    case Kind::Parallel:
        return parallel;
    case Kind::Average:
        return average;
    default:
        return none;
    }
}

std::string title(Kind kind) {
    return std::string(compositionKindName(kind));
}

/// "Stack, Fuse or a plain name"
std::string allowedText(Kind parent) {
    std::string text;
    for (const Kind kind : allowedIn(parent)) {
        text += title(kind) + ", ";
    }
    return text.substr(0, text.size() - 2) + " or adapters";
}

class Checker {
public:
    explicit Checker(std::vector<Error>& errors)
        : m_errors(errors) {}

    void check(const Composition& node, const std::string& pointer, int level) {
        if (!node.isBlock()) {
            return;
        }
        const std::string place = pointer + "/" + std::string(compositionBlockKey(node.kind));
        if (node.children.empty()) {
            add(title(node.kind) + " needs at least one child", place,
                "Put an adapter into it, or remove it");
        }
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const std::string childPlace = place + "/" + std::to_string(i);
            const Composition& child = node.children[i];
            if (const std::string reason = refusal(node.kind, child.kind, level); !reason.empty()) {
                add(reason, childPlace, title(node.kind) + " can hold " + allowedText(node.kind));
            }
            check(child, childPlace, level + 1);
        }
        checkOptions(node, place);
    }

private:
    void add(std::string what, std::string where, std::string advice) {
        m_errors.push_back({std::move(what), std::move(where), std::move(advice)});
    }

    void checkOptions(const Composition& node, const std::string& place) {
        const std::size_t count = node.children.size();
        if (node.kind == Kind::Fuse && count < 2) {
            add("Fuse needs at least two adapters to choose between", place, "Add another adapter");
        }
        if (node.kind == Kind::Split || node.kind == Kind::BatchSplit) {
            const bool isForAll = node.kind == Kind::BatchSplit && node.sizes.size() == 1;
            if (node.sizes.size() != count && !isForAll) {
                add(title(node.kind) + " has " + std::to_string(count) + " children and " +
                        std::to_string(node.sizes.size()) + " sizes",
                    place, "Give one size for each child");
            }
            checkSizes(node, place);
        }
        if (node.kind == Kind::Average && !node.weights.empty()) {
            if (node.weights.size() != count) {
                add("Average has " + std::to_string(count) + " children and " +
                        std::to_string(node.weights.size()) + " weights",
                    place, "Give one weight for each child, or none for equal weights");
            }
            const double sum = std::accumulate(node.weights.begin(), node.weights.end(), 0.0);
            if (!std::isfinite(sum) || (node.normalizeWeights && std::abs(sum) < 1e-12)) {
                add("the weights of Average sum to zero, so they can't be normalised", place,
                    "Choose other weights, or switch normalize_weights off");
            }
        }
    }

    void checkSizes(const Composition& node, const std::string& place) {
        for (std::size_t i = 0; i < node.sizes.size(); ++i) {
            const bool isOpenEnd =
                node.kind == Kind::Split && i + 1 == node.sizes.size() && node.sizes[i] == 0;
            if (node.sizes[i] < 1 && !isOpenEnd) {
                add("the sizes of " + title(node.kind) + " must be above 0", place,
                    node.kind == Kind::Split ? "Only the last part of Split may be 0: the rest of the tokens"
                                             : "Give each child at least one text");
                return;
            }
        }
    }

    std::vector<Error>& m_errors;
};

void findRepeated(const Composition& composition, std::vector<Error>& errors) {
    std::set<std::string> seen;
    for (const std::string& name : composition.leaves()) {
        if (!seen.insert(name).second) {
            errors.push_back({"the adapter `" + name + "` stands in the composition twice", "/composition",
                              "Use each adapter once"});
            return;
        }
    }
}

} // namespace

std::string refusal(Kind parent, Kind child, int level) {
    if (child == Kind::Name) {
        return {};
    }
    if (child == Kind::None) {
        return "an empty place can't stand inside a block";
    }
    if (!allowedIn(parent).contains(child)) {
        return title(child) + " can't stand inside " + title(parent);
    }
    if (level >= 1 && child != Kind::Stack) {
        return title(child) +
               " is nested too deeply: below the second level only adapters and Stack may stand";
    }
    if (level >= 2) {
        return "blocks can be nested two levels deep";
    }
    return {};
}

std::vector<Error> checkComposition(const Composition& composition) {
    std::vector<Error> errors;
    Checker(errors).check(composition, "/composition", 0);
    findRepeated(composition, errors);
    return errors;
}

} // namespace awb
