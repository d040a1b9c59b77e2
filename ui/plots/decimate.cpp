#include "ui/plots/decimate.h"

#include <algorithm>
#include <cmath>

namespace awb::ui {

void MinMaxPyramid::clear() {
    m_values.clear();
    m_levels.clear();
}

void MinMaxPyramid::merge(Node& node, std::uint32_t low, std::uint32_t high) const {
    if (low == kNone) {
        return;
    }
    if (node.low == kNone || m_values[low] < m_values[node.low]) {
        node.low = low;
    }
    if (node.high == kNone || m_values[high] > m_values[node.high]) {
        node.high = high;
    }
}

void MinMaxPyramid::append(float value) {
    const std::size_t index = m_values.size();
    m_values.push_back(value);
    const bool finite = std::isfinite(value);
    const auto id = static_cast<std::uint32_t>(index);
    std::size_t width = kFanOut;
    for (std::size_t level = 0;; ++level, width *= kFanOut) {
        if (level == m_levels.size()) {
            if (index + 1 < width) {
                return;
            }
            m_levels.emplace_back();
            // The samples so far are the new level's first node.
            Node first;
            if (level == 0) {
                for (std::uint32_t i = 0; i < id; ++i) {
                    merge(first, std::isfinite(m_values[i]) ? i : kNone, i);
                }
            } else {
                for (const Node& node : m_levels[level - 1]) {
                    merge(first, node.low, node.high);
                }
            }
            m_levels.back().push_back(first);
        }
        auto& nodes = m_levels[level];
        if (index / width == nodes.size()) {
            nodes.emplace_back();
        }
        if (finite) {
            merge(nodes.back(), id, id);
        }
    }
}

MinMaxPyramid::Node MinMaxPyramid::extremes(std::size_t begin, std::size_t end, std::size_t level,
                                            std::size_t width) const {
    Node node;
    std::size_t i = begin;
    if (level > 0) {
        const auto& nodes = m_levels[level - 1];
        for (; i + width <= end; i += width) {
            merge(node, nodes[i / width].low, nodes[i / width].high);
        }
    }
    for (; i < end; ++i) {
        const auto id = static_cast<std::uint32_t>(i);
        merge(node, std::isfinite(m_values[i]) ? id : kNone, id);
    }
    return node;
}

void MinMaxPyramid::query(std::size_t begin, std::size_t end, std::size_t maxBuckets,
                          std::vector<std::size_t>& out) const {
    end = std::min(end, m_values.size());
    if (begin >= end) {
        return;
    }
    maxBuckets = std::max<std::size_t>(maxBuckets, 1);
    const std::size_t count = end - begin;
    if (count <= 2 * maxBuckets) {
        for (std::size_t i = begin; i < end; ++i) {
            out.push_back(i);
        }
        return;
    }

    const std::size_t wanted = (count + maxBuckets - 1) / maxBuckets;
    std::size_t level = 0;
    std::size_t width = 1;
    while (level < m_levels.size() && width * kFanOut <= wanted) {
        width *= kFanOut;
        ++level;
    }
    const std::size_t bucket = (wanted + width - 1) / width * width;
    for (std::size_t start = begin / bucket * bucket; start < end; start += bucket) {
        const Node node = extremes(start, std::min(start + bucket, m_values.size()), level, width);
        if (node.low == kNone) {
            out.push_back(start);
        } else {
            out.push_back(std::min(node.low, node.high));
            if (node.low != node.high) {
                out.push_back(std::max(node.low, node.high));
            }
        }
    }
}

} // namespace awb::ui
