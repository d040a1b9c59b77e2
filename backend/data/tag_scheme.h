#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace awb {

/// How tags mark entities (chunks) of several words. `O` is outside everywhere, `X` a type.
enum class TagScheme : std::uint8_t {
    None,  ///< every word has a tag of its own, e.g. its part of speech
    Iob1,  ///< I-X inside; B-X only where an entity directly follows another one of its type
    Bio,   ///< B-X begins every entity, I-X goes on (IOB2)
    Bioes, ///< as Bio, with E-X at the end and S-X for an entity of one word
    Bilou, ///< as Bioes with the letters L and U
};
/// "none", "iob1", "bio", "bioes", "bilou", as in the experiment file.
std::string_view tagSchemeName(TagScheme scheme);
std::optional<TagScheme> tagSchemeFromName(std::string_view name);

/// A tag taken apart: "B-PER" is B and the type of PER; a bare "B" has the type of the empty name. L and U
/// are kept as E and S.
struct ChunkTag {
    char position = 'O'; ///< B, I, E, S or O
    int type = -1;       ///< number of the type; -1 for O
    bool operator==(const ChunkTag&) const = default;
};

/// The parts of all tags of a tag set.
class ChunkTags {
public:
    /// Tags that are no chunk tags count as O; see `areChunkTags`.
    explicit ChunkTags(std::span<const std::string> tags);

    const ChunkTag& operator[](std::size_t tag) const { return m_tags[tag]; }
    const std::vector<std::string>& types() const { return m_types; }
    /// The text of a tag in a scheme.
    std::string name(const ChunkTag& tag, TagScheme scheme) const;

private:
    std::vector<ChunkTag> m_tags;
    std::vector<std::string> m_types;
};

/// Whether all tags are `O` or begin with one of the letters B, I, E, S, L, U, with a type behind a hyphen or
/// bare, and at least one isn't `O`.
bool areChunkTags(std::span<const std::string> tags);

/// An entity: words `begin` to `end` - 1 of a sentence.
struct Chunk {
    std::size_t begin = 0;
    std::size_t end = 0;
    int type = -1;
    bool operator==(const Chunk&) const = default;
};

/// The entities of a sentence by the rules of conlleval (Tjong Kim Sang and Buchholz 2000), extended to E and
/// S: a word begins an entity after O, after E or S, where it is B or S, or where its type is not that of the
/// word before. So tags that are not well-formed give entities too.
std::vector<Chunk> chunksOf(std::span<const ChunkTag> tags);

/// The tags of a sentence that mark the same entities in a well-formed way.
std::vector<ChunkTag> wellFormed(std::span<const ChunkTag> tags, TagScheme scheme);

/// Gathers tagged sentences to say by which scheme they are tagged: E and S (L and U) mean BIOES (BILOU).
/// Else look at the entities that do not directly follow another one of their type: where most begin with I
/// the scheme is IOB1, else BIO.
class SchemeDetector {
public:
    void add(std::span<const ChunkTag> sentence);
    /// For chunk tags; `tags` is the tag set.
    TagScheme scheme(std::span<const std::string> tags) const;

private:
    std::int64_t m_beginsWithB = 0; ///< entities that begin with B where IOB1 has I
    std::int64_t m_beginsWithI = 0;
};

/// Why `tag`, which follows `before` (empty at the beginning of a sentence), is not well-formed where
/// `mended` would be: "starts an entity with I-MISC", "goes from B-PER to I-LOC".
std::string schemeFault(std::string_view before, std::string_view tag, std::string_view mended);

} // namespace awb
