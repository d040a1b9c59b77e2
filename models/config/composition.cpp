#include "models/config/composition.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace awb {

namespace {

using Kind = Composition::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 8> kKindNames{{{Kind::None, "None"},
                                                                       {Kind::Name, "Name"},
                                                                       {Kind::Stack, "Stack"},
                                                                       {Kind::Fuse, "Fuse"},
                                                                       {Kind::Split, "Split"},
                                                                       {Kind::BatchSplit, "BatchSplit"},
                                                                       {Kind::Parallel, "Parallel"},
                                                                       {Kind::Average, "Average"}}};

void collect(const Composition& composition, std::vector<std::string>& names) {
    if (composition.kind == Kind::Name) {
        names.push_back(composition.name);
    }
    for (const Composition& child : composition.children) {
        collect(child, names);
    }
}

void collectFusions(const Composition& composition, std::vector<std::string>& names) {
    if (composition.kind == Kind::Fuse) {
        const std::string name = fusionName(composition);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    for (const Composition& child : composition.children) {
        collectFusions(child, names);
    }
}

} // namespace

Composition Composition::of(std::string adapterName) {
    Composition leaf;
    leaf.kind = Kind::Name;
    leaf.name = std::move(adapterName);
    return leaf;
}

Composition Composition::block(Kind kind, std::vector<Composition> children) {
    Composition block;
    block.kind = kind;
    block.children = std::move(children);
    return block;
}

std::vector<std::string> Composition::leaves() const {
    std::vector<std::string> names;
    collect(*this, names);
    return names;
}

std::string Composition::first() const {
    if (kind == Kind::Name) {
        return name;
    }
    return children.empty() ? std::string() : children.front().first();
}

std::string Composition::last() const {
    if (kind == Kind::Name) {
        return name;
    }
    return children.empty() ? std::string() : children.back().last();
}

std::vector<double> Composition::childFactors() const {
    const auto count = static_cast<double>(children.size());
    std::vector<double> factors =
        weights.empty() ? std::vector<double>(children.size(), 1.0 / count) : weights;
    if (!weights.empty() && normalizeWeights) {
        const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
        for (double& factor : factors) {
            factor /= sum;
        }
    }
    if (!weightedSum) {
        for (double& factor : factors) {
            factor /= count;
        }
    }
    return factors;
}

std::string_view compositionKindName(Kind kind) {
    return std::find_if(kKindNames.begin(), kKindNames.end(),
                        [kind](const auto& entry) { return entry.first == kind; })
        ->second;
}

std::string_view compositionBlockKey(Kind kind) {
    switch (kind) {
    case Kind::Stack:
        return "stack";
    case Kind::Fuse:
        return "fuse";
    case Kind::Split:
        return "split";
    case Kind::BatchSplit:
        return "batch_split";
    case Kind::Parallel:
        return "parallel";
    case Kind::Average:
        return "average";
    case Kind::None:
    case Kind::Name:
        break;
    }
    return {};
}

std::string fusionName(const Composition& fuse) {
    std::string name;
    for (const Composition& child : fuse.children) {
        name += (name.empty() ? "" : ",") + child.last();
    }
    return name;
}

std::vector<std::string> fusedAdapters(std::string_view fusionName) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= fusionName.size();) {
        const std::size_t end = std::min(fusionName.find(',', begin), fusionName.size());
        names.emplace_back(fusionName.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

std::vector<std::string> fusionNames(const Composition& composition) {
    std::vector<std::string> names;
    collectFusions(composition, names);
    return names;
}

std::vector<std::string> headBranches(const Composition& composition) {
    switch (composition.kind) {
    case Kind::Stack:
        return composition.children.empty() ? std::vector<std::string>()
                                            : headBranches(composition.children.back());
    case Kind::Parallel:
    case Kind::BatchSplit: {
        std::vector<std::string> branches;
        for (const Composition& child : composition.children) {
            const std::vector<std::string> inner = headBranches(child);
            if (inner.empty()) {
                branches.push_back(child.last());
            } else {
                branches.insert(branches.end(), inner.begin(), inner.end());
            }
        }
        return branches;
    }
    default:
        return {};
    }
}

} // namespace awb
