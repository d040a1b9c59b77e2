#pragma once

#include <cstddef>
#include <functional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/text/byte_pairs.h"

namespace awb {

/// Remembers how words were merged, since texts repeat their words. For any number of threads.
class MergeCache {
public:
    using Symbols = std::vector<BytePairMerger::Symbol>;

    /// What was kept for a word, or null. It stays as long as the cache: nothing is ever removed.
    const Symbols* find(std::string_view word) const;
    /// Keeps the symbols, unless the word is long or the cache is full.
    void insert(std::string_view word, const Symbols& symbols);

private:
    mutable std::shared_mutex m_mutex;
    std::unordered_map<std::string, Symbols, TextHash, std::equal_to<>> m_words;
};

} // namespace awb
