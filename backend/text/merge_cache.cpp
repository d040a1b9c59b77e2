#include "backend/text/merge_cache.h"

#include <mutex>

namespace awb {

namespace {

constexpr std::size_t kMostWords = 1U << 16U; ///< some 10 MB
constexpr std::size_t kLongestWord = 64;      ///< bytes; longer ones hardly come again

} // namespace

const MergeCache::Symbols* MergeCache::find(std::string_view word) const {
    const std::shared_lock lock(m_mutex);
    const auto found = m_words.find(word);
    return found == m_words.end() ? nullptr : &found->second;
}

void MergeCache::insert(std::string_view word, const Symbols& symbols) {
    if (word.size() > kLongestWord) {
        return;
    }
    const std::unique_lock lock(m_mutex);
    if (m_words.size() < kMostWords) {
        m_words.try_emplace(std::string(word), symbols);
    }
}

} // namespace awb
