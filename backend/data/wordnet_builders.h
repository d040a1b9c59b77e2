#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/data/wordnet.h"

namespace awb {

// What the tasks made from WordNet share: fixed splits by a hash of the text.

/// Most examples of train, validation and test.
inline constexpr std::array<std::size_t, 3> kMostWordnetExamples{20'000, 2'000, 2'000};

/// Spreads the low entropy of a hash's high bits (splitmix64's finalizer).
std::uint64_t mixedHash(std::uint64_t hash);
/// FNV-1a of a text, mixed: it decides split and place.
std::uint64_t textHash(std::string_view text);
/// 0 train (80 %), 1 validation, 2 test.
std::size_t splitOfHash(std::uint64_t hash);

/// A synset with the hash of its definition.
struct Placed {
    const Synset* synset = nullptr;
    std::uint64_t hash = 0;
};
/// Synsets with a definition, each definition and label once, by split and in the order of the hash.
/// `labelOf` gives a negative number for what is left out.
std::array<std::vector<Placed>, 3> placeSynsets(std::span<const Synset> synsets,
                                                const std::function<int(const Synset&)>& labelOf);

/// A data set without examples, with its three splits.
Dataset emptyWordnetDataset(std::string_view task, std::vector<std::string> labels, bool pairs);

// The builders; see wordnet.h for the tasks.

Dataset wordnetKindOf(std::span<const Synset> nouns);
Dataset wordnetKinds(std::span<const Synset> nouns);
Dataset wordnetDefinitions(std::span<const Synset> synsets);
/// `synsets` of all parts of speech. Reads the lists of irregular forms in `folder`.
Result<Dataset> wordnetWordClass(std::span<const Synset> synsets, const std::filesystem::path& folder);

} // namespace awb
