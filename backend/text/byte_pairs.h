#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// Lets a map with strings as keys be asked for a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Two tokens that become one, as `merges.txt` and `tokenizer.json` list them: the earlier the stronger.
using TokenPair = std::pair<std::string, std::string>;

/// Tokens of a byte-level vocabulary by id. A token's text has a printable stand-in for every byte ("Ġ" for
/// the blank).
class ByteVocabulary {
public:
    /// Reads the content of a `vocab.json`: an object of ids by token. Errors: no such object, an id that is
    /// no sensible number, two tokens with one id.
    static Result<ByteVocabulary> parse(std::string_view text, const std::string& fileName);
    static Result<ByteVocabulary> create(std::vector<std::pair<std::string, int>> tokens);

    /// One more than the largest id.
    int size() const { return static_cast<int>(m_tokens.size()); }
    /// Empty for an id that no token has.
    std::string_view token(int id) const;
    /// The id, or -1.
    int find(std::string_view token) const;
    /// Gives an id a token beyond the vocabulary's own (`added_tokens.json`).
    void add(std::string token, int id);

private:
    std::vector<std::string> m_tokens;
    std::unordered_map<std::string, int, TextHash, std::equal_to<>> m_ids;
};

/// Reads the content of a `merges.txt`: a line a pair, a blank between its tokens, after an optional line
/// "#version". The error names the line that is no pair.
Result<std::vector<TokenPair>> parseMerges(std::string_view text);

/// Appends the printable stand-in of a byte: itself where it is printable in Latin-1, else a character from
/// U+0100 on.
void appendStandIn(std::string& out, std::uint8_t byte);

/// Byte-pair encoding (Sennrich et al. 2016) over bytes: a word begins as its bytes, and of all neighbours
/// the pair with the lowest rank is merged, wherever it stands, until no pair is left.
class BytePairMerger {
public:
    struct Symbol {
        int id = -1;             ///< -1 for a byte that the vocabulary lacks
        std::uint32_t bytes = 0; ///< how many bytes of the word it stands for
    };

    /// Errors name the first pair whose tokens, or whose result, the vocabulary lacks.
    static Result<BytePairMerger> create(const ByteVocabulary& vocabulary,
                                         const std::vector<TokenPair>& merges);

    /// The symbols of a word of any length, in time n log n.
    std::vector<Symbol> merge(std::string_view word) const;

private:
    struct Merge {
        std::uint32_t rank = 0;
        int result = 0;
    };
    struct Link;
    class Run;

    static std::uint64_t key(int left, int right) {
        return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) |
               static_cast<std::uint32_t>(right);
    }
    const Merge* find(int left, int right) const;

    std::array<int, 256> m_bytes{};
    std::unordered_map<std::uint64_t, Merge> m_merges;
};

} // namespace awb
