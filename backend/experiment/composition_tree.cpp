#include "backend/experiment/composition_tree.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace awb::design {

namespace {

using Kind = Composition::Kind;

bool hasSizes(const Composition& block) {
    return block.kind == Kind::Split || (block.kind == Kind::BatchSplit && block.sizes.size() != 1);
}

template<typename T>
void moveItem(std::vector<T>& items, std::size_t from, std::size_t to) {
    const auto at = [&](std::size_t index) { return items.begin() + static_cast<std::ptrdiff_t>(index); };
    if (to > from) {
        std::rotate(at(from), at(from + 1), at(to));
    } else {
        std::rotate(at(to), at(from), at(from + 1));
    }
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

Composition* nodeAt(Composition& composition, const CompositionPath& path) {
    return const_cast<Composition*>(design::nodeAt(std::as_const(composition), path));
}

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
        block.weights.insert(block.weights.begin() + std::min<std::ptrdiff_t>(at, static_cast<std::ptrdiff_t>(
                                                                                      block.weights.size())),
                             mean);
    }
}

void reorderChild(Composition& block, std::size_t from, std::size_t to) {
    const std::size_t count = block.children.size();
    moveItem(block.children, from, to);
    if (block.sizes.size() == count) {
        moveItem(block.sizes, from, to);
        const auto rest = std::find(block.sizes.begin(), block.sizes.end(), 0);
        if (block.kind == Kind::Split && rest != block.sizes.end()) {
            std::iter_swap(rest, block.sizes.end() - 1); // only the last part may be the rest
        }
    }
    if (block.weights.size() == count) {
        moveItem(block.weights, from, to);
    }
}

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

} // namespace awb::design
