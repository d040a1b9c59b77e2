#include "backend/data/wordnet_hierarchy.h"

#include <unordered_map>
#include <utility>

namespace awb {

Hierarchy::Hierarchy(std::span<const Synset> nouns)
    : m_parents(nouns.size())
    , m_children(nouns.size())
    , m_depth(nouns.size(), -1) {
    std::unordered_map<std::uint32_t, std::size_t> byOffset;
    for (std::size_t i = 0; i < nouns.size(); ++i) {
        byOffset.emplace(nouns[i].offset, i);
    }
    for (std::size_t i = 0; i < nouns.size(); ++i) {
        for (const std::uint32_t offset : nouns[i].hypernyms) {
            if (const auto parent = byOffset.find(offset); parent != byOffset.end()) {
                m_parents[i].push_back(parent->second);
                m_children[parent->second].push_back(i);
            }
        }
    }
    measureDepths();
}

std::unordered_set<std::size_t> Hierarchy::ancestors(std::size_t noun) const {
    std::unordered_set<std::size_t> found;
    std::vector<std::size_t> open{noun};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for (const std::size_t parent : m_parents[at]) {
            if (found.insert(parent).second) {
                open.push_back(parent);
            }
        }
    }
    return found;
}

void Hierarchy::measureDepths() {
    std::vector<std::size_t> level;
    for (std::size_t i = 0; i < m_parents.size(); ++i) {
        if (m_parents[i].empty() && !m_children[i].empty()) {
            m_depth[i] = 0;
            level.push_back(i);
        }
    }
    for (int depth = 1; !level.empty(); ++depth) {
        std::vector<std::size_t> next;
        for (const std::size_t at : level) {
            for (const std::size_t child : m_children[at]) {
                if (m_depth[child] < 0) {
                    m_depth[child] = depth;
                    next.push_back(child);
                }
            }
        }
        level = std::move(next);
    }
}

} // namespace awb
