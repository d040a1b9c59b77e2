#pragma once

#include <cstddef>
#include <span>
#include <unordered_set>
#include <vector>

#include "backend/data/wordnet.h"

namespace awb {

/// The noun hierarchy: who is above whom, by index into the synsets.
class Hierarchy {
public:
    explicit Hierarchy(std::span<const Synset> nouns);

    const std::vector<std::size_t>& parents(std::size_t noun) const { return m_parents[noun]; }
    const std::vector<std::size_t>& children(std::size_t noun) const { return m_children[noun]; }
    /// Fewest steps to a root; -1 for what hangs under none.
    int depth(std::size_t noun) const { return m_depth[noun]; }
    /// All that a noun is a kind of, however many steps up.
    std::unordered_set<std::size_t> ancestors(std::size_t noun) const;

private:
    void measureDepths();

    std::vector<std::vector<std::size_t>> m_parents;
    std::vector<std::vector<std::size_t>> m_children;
    std::vector<int> m_depth;
};

} // namespace awb
