#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>
#include <vector>

namespace awb {

/// How often a cache had what it was asked for.
struct CacheCounts {
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t evictions = 0;

    bool operator==(const CacheCounts&) const = default;
};

/// Keeps the values that were used last. For few entries: a search looks at each of them.
template<typename Key, typename Value>
class LruCache {
public:
    /// `capacity`: how many entries it holds, at least one.
    explicit LruCache(std::size_t capacity)
        : m_capacity(std::max<std::size_t>(capacity, 1)) {}

    /// The value, which is the newest then, or null. Counts a hit or a miss.
    Value* find(const Key& key) {
        const auto found =
            std::ranges::find_if(m_entries, [&](const auto& entry) { return entry.first == key; });
        if (found == m_entries.end()) {
            ++m_counts.misses;
            return nullptr;
        }
        ++m_counts.hits;
        m_entries.splice(m_entries.begin(), m_entries, found);
        return &m_entries.front().second;
    }
    /// Drops the oldest entries until one more fits: before loading it, so that memory stays within bounds.
    void makeRoom() { shrinkTo(m_capacity - 1); }
    /// Adds a value whose key is not there, as the newest.
    Value& insert(Key key, Value value) {
        makeRoom();
        m_entries.emplace_front(std::move(key), std::move(value));
        return m_entries.front().second;
    }
    void setCapacity(std::size_t capacity) {
        m_capacity = std::max<std::size_t>(capacity, 1);
        shrinkTo(m_capacity);
    }

    std::size_t capacity() const { return m_capacity; }
    const CacheCounts& counts() const { return m_counts; }
    /// The newest first.
    std::vector<Key> keys() const {
        std::vector<Key> all;
        for (const auto& entry : m_entries) {
            all.push_back(entry.first);
        }
        return all;
    }
    /// The sum of `measure(value)` over all values.
    template<typename Measure>
    std::int64_t sum(const Measure& measure) const {
        std::int64_t total = 0;
        for (const auto& entry : m_entries) {
            total += measure(entry.second);
        }
        return total;
    }

private:
    void shrinkTo(std::size_t size) {
        while (m_entries.size() > size) {
            m_entries.pop_back();
            ++m_counts.evictions;
        }
    }

    std::size_t m_capacity;
    std::list<std::pair<Key, Value>> m_entries;
    CacheCounts m_counts;
};

} // namespace awb
