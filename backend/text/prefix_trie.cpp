#include "backend/text/prefix_trie.h"

#include <algorithm>
#include <cstddef>

namespace awb {

PrefixTrie::PrefixTrie(std::vector<std::pair<std::string_view, int>> texts) {
    std::ranges::sort(texts);
    /// Texts with a common begin of `depth` bytes, which is the text of `node`.
    struct Group {
        std::uint32_t node = kRoot;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t depth = 0;
    };
    std::vector<Group> groups{{kRoot, 0, texts.size(), 0}};
    for (std::size_t next = 0; next < groups.size(); ++next) {
        const Group group = groups[next];
        std::size_t begin = group.begin;
        if (begin < group.end && texts[begin].first.size() == group.depth) {
            m_nodes[group.node].number = texts[begin].second;
            ++begin;
        }
        m_nodes[group.node].firstChild = static_cast<std::uint32_t>(m_nodes.size());
        while (begin < group.end) {
            const char byte = texts[begin].first[group.depth];
            std::size_t end = begin + 1;
            while (end < group.end && texts[end].first[group.depth] == byte) {
                ++end;
            }
            const auto node = static_cast<std::uint32_t>(m_nodes.size());
            m_nodes.push_back({.byte = static_cast<std::uint8_t>(byte)});
            ++m_nodes[group.node].children;
            groups.push_back({node, begin, end, group.depth + 1});
            begin = end;
        }
    }
}

std::uint32_t PrefixTrie::child(std::uint32_t node, std::uint8_t byte) const {
    const Node& parent = m_nodes[node];
    const auto first = m_nodes.begin() + parent.firstChild;
    const auto last = first + parent.children;
    const auto found = std::ranges::lower_bound(first, last, byte, {}, &Node::byte);
    return found != last && found->byte == byte ? static_cast<std::uint32_t>(found - m_nodes.begin()) : kNone;
}

} // namespace awb
