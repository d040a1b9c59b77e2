#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace awb::ui {

/// Finds the points that a curve needs at a given width: for each bucket of neighbouring samples the smallest
/// and the largest. Appending costs O(1), a query O(buckets) whatever the number of samples, and no extreme
/// is ever lost.
class MinMaxPyramid {
public:
    static constexpr std::size_t kFanOut = 16;

    void clear();
    /// Values that are not finite are kept, but are no extreme of any bucket.
    void append(float value);
    std::size_t size() const { return m_values.size(); }
    float at(std::size_t index) const { return m_values[index]; }

    /// Appends to `out`, in order, the indices to draw for samples begin..end-1: all of them when they fit
    /// into 2 * maxBuckets, otherwise each bucket's minimum and maximum. A bucket without a finite sample
    /// gives its first index (a gap). Buckets are aligned to multiples of their width, so that a growing
    /// curve doesn't flicker.
    void query(std::size_t begin, std::size_t end, std::size_t maxBuckets,
               std::vector<std::size_t>& out) const;

private:
    struct Node {
        std::uint32_t low = kNone;  ///< index of the smallest finite sample
        std::uint32_t high = kNone; ///< index of the largest
    };
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void merge(Node& node, std::uint32_t low, std::uint32_t high) const;
    Node extremes(std::size_t begin, std::size_t end, std::size_t level, std::size_t width) const;

    std::vector<float> m_values;
    std::vector<std::vector<Node>> m_levels; ///< m_levels[k]: one node for 16^(k+1) samples
};

} // namespace awb::ui
