#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace awb {

/// A set of texts with numbers, made to find all of them with which a text begins.
class PrefixTrie {
public:
    static constexpr std::uint32_t kRoot = 0;
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    PrefixTrie() = default;
    /// The texts must differ and not be empty; the numbers are not negative.
    explicit PrefixTrie(std::vector<std::pair<std::string_view, int>> texts);

    /// The node that `byte` leads to, or kNone.
    std::uint32_t child(std::uint32_t node, std::uint8_t byte) const;
    /// The number of the text that ends at a node, or -1.
    int number(std::uint32_t node) const { return m_nodes[node].number; }

private:
    /// The children of a node stand one after the other, by rising byte.
    struct Node {
        std::uint32_t firstChild = 0;
        std::uint16_t children = 0;
        std::uint8_t byte = 0;
        int number = -1;
    };
    std::vector<Node> m_nodes{Node{}};
};

} // namespace awb
