#include "backend/data/tag_scheme.h"

#include <algorithm>
#include <array>
#include <utility>

namespace awb {

namespace {

constexpr std::array<std::pair<TagScheme, std::string_view>, 5> kSchemes{{{TagScheme::None, "none"},
                                                                          {TagScheme::Iob1, "iob1"},
                                                                          {TagScheme::Bio, "bio"},
                                                                          {TagScheme::Bioes, "bioes"},
                                                                          {TagScheme::Bilou, "bilou"}}};
constexpr std::string_view kOutside = "O";

bool hasPosition(std::string_view tag) {
    const bool shape = tag.size() == 1 || (tag.size() > 2 && tag[1] == '-');
    return shape && std::string_view("BIESLU").find(tag[0]) != std::string_view::npos;
}

/// L and U are other names of E and S.
char positionOf(std::string_view tag) {
    return tag[0] == 'L' ? 'E' : tag[0] == 'U' ? 'S' : tag[0];
}

bool begins(const ChunkTag& before, const ChunkTag& tag) {
    if (tag.position == 'O') {
        return false;
    }
    return tag.position == 'B' || tag.position == 'S' || before.position == 'O' || before.position == 'E' ||
           before.position == 'S' || before.type != tag.type;
}

} // namespace

std::string_view tagSchemeName(TagScheme scheme) {
    return kSchemes[static_cast<std::size_t>(scheme)].second;
}

std::optional<TagScheme> tagSchemeFromName(std::string_view name) {
    const auto found = std::ranges::find(kSchemes, name, &std::pair<TagScheme, std::string_view>::second);
    return found == kSchemes.end() ? std::nullopt : std::optional(found->first);
}

ChunkTags::ChunkTags(std::span<const std::string> tags) {
    for (const std::string& tag : tags) {
        if (!hasPosition(tag)) {
            m_tags.emplace_back();
            continue;
        }
        const std::string type = tag.size() > 2 ? tag.substr(2) : std::string();
        const auto found = std::ranges::find(m_types, type);
        const auto number = static_cast<int>(found - m_types.begin());
        if (found == m_types.end()) {
            m_types.push_back(type);
        }
        m_tags.push_back({positionOf(tag), number});
    }
}

std::string ChunkTags::name(const ChunkTag& tag, TagScheme scheme) const {
    if (tag.position == 'O') {
        return std::string(kOutside);
    }
    char letter = tag.position;
    if (scheme == TagScheme::Bilou) {
        letter = letter == 'E' ? 'L' : letter == 'S' ? 'U' : letter;
    }
    const std::string& type = m_types[static_cast<std::size_t>(tag.type)];
    return type.empty() ? std::string(1, letter) : std::string(1, letter) + '-' + type;
}

bool areChunkTags(std::span<const std::string> tags) {
    return std::ranges::all_of(tags, [](const std::string& t) { return t == kOutside || hasPosition(t); }) &&
           std::ranges::any_of(tags, hasPosition);
}

std::vector<Chunk> chunksOf(std::span<const ChunkTag> tags) {
    std::vector<Chunk> chunks;
    ChunkTag before;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (begins(before, tags[i])) {
            chunks.push_back({i, i + 1, tags[i].type});
        } else if (tags[i].position != 'O') {
            chunks.back().end = i + 1;
        }
        before = tags[i];
    }
    return chunks;
}

std::vector<ChunkTag> wellFormed(std::span<const ChunkTag> tags, TagScheme scheme) {
    const bool marksEnds = scheme == TagScheme::Bioes || scheme == TagScheme::Bilou;
    std::vector<ChunkTag> result(tags.size());
    Chunk before;
    for (const Chunk& chunk : chunksOf(tags)) {
        const bool touches = chunk.begin > 0 && before.end == chunk.begin && before.type == chunk.type;
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
            result[i] = {'I', chunk.type};
        }
        if (scheme != TagScheme::Iob1 || touches) {
            result[chunk.begin].position = 'B';
        }
        if (marksEnds) {
            result[chunk.end - 1].position = chunk.end - chunk.begin == 1 ? 'S' : 'E';
        }
        before = chunk;
    }
    return result;
}

void SchemeDetector::add(std::span<const ChunkTag> sentence) {
    ChunkTag before;
    for (const ChunkTag& tag : sentence) {
        if (tag.position != 'O' && tag.type != before.type) {
            ++(tag.position == 'B' ? m_beginsWithB : m_beginsWithI);
        }
        before = tag;
    }
}

TagScheme SchemeDetector::scheme(std::span<const std::string> tags) const {
    const auto anyOf = [tags](std::string_view letters) {
        return std::ranges::any_of(tags, [letters](const std::string& tag) {
            return hasPosition(tag) && letters.find(tag[0]) != std::string_view::npos;
        });
    };
    if (anyOf("LU")) {
        return TagScheme::Bilou;
    }
    if (anyOf("ES")) {
        return TagScheme::Bioes;
    }
    return m_beginsWithI > m_beginsWithB ? TagScheme::Iob1 : TagScheme::Bio;
}

std::string schemeFault(std::string_view before, std::string_view tag, std::string_view mended) {
    const bool changesStart = (mended[0] == 'B' || mended[0] == 'S' || mended[0] == 'U') &&
                              (tag[0] == 'I' || tag[0] == 'E' || tag[0] == 'L');
    if (tag[0] == 'B' && mended[0] == 'I') {
        return "begins an entity with " + std::string(tag) + " where none comes before it";
    }
    if (!changesStart) {
        return "ends an entity with " + std::string(tag);
    }
    if (before.empty() || before == kOutside) {
        return "starts an entity with " + std::string(tag);
    }
    return "goes from " + std::string(before) + " to " + std::string(tag);
}

} // namespace awb
