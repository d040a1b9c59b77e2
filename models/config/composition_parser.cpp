// The reading half of composition_text.h.
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "models/config/composition_text.h"

namespace awb {

namespace {

using Kind = Composition::Kind;
using Problem = CompositionTextProblem;

constexpr int kDeepestNesting = 8;
constexpr std::string_view kNone = "None";

bool isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string quoted(std::string_view text) {
    return "`" + std::string(text) + "`";
}

/// Reads a text from left to right; the first problem ends it.
class Reader {
public:
    explicit Reader(std::string_view text)
        : m_text(text) {}

    tl::expected<CompositionText, Problem> read() {
        CompositionText result;
        skipSpaces();
        if (m_at < m_text.size() && !(peekWord() == kNone && isAlone())) {
            auto node = readNode("/composition", 0);
            if (!node) {
                return tl::unexpected(node.error());
            }
            result.composition = std::move(*node);
            skipSpaces();
            if (m_at < m_text.size()) {
                return problem("nothing more");
            }
        }
        m_positions.emplace("/composition", 0);
        result.positions = std::move(m_positions);
        return result;
    }

private:
    using Node = tl::expected<Composition, Problem>;
    using Done = std::optional<Problem>;

    tl::unexpected<Problem> problem(std::string expected) const {
        return problemAt(m_at, std::move(expected));
    }

    tl::unexpected<Problem> problemAt(std::size_t at, std::string expected) const {
        return tl::unexpected(Problem{at, std::move(expected), wordAt(at)});
    }

    /// What stands at a place, for people: a word, a character (all of its UTF-8 bytes) or the end.
    std::string wordAt(std::size_t at) const {
        if (at >= m_text.size()) {
            return "the end";
        }
        std::size_t end = at;
        while (end < m_text.size() && (isWordCharacter(m_text[end]) || m_text[end] == '.')) {
            ++end;
        }
        if (end == at) {
            ++end;
            while (end < m_text.size() && (static_cast<unsigned char>(m_text[end]) & 0xc0U) == 0x80U) {
                ++end;
            }
        }
        return quoted(m_text.substr(at, end - at));
    }

    void skipSpaces() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t' || m_text[m_at] == '\n' ||
                                        m_text[m_at] == '\r')) {
            ++m_at;
        }
    }

    bool take(char wanted) {
        skipSpaces();
        if (m_at < m_text.size() && m_text[m_at] == wanted) {
            ++m_at;
            return true;
        }
        return false;
    }

    std::string_view peekWord() const {
        std::size_t end = m_at;
        while (end < m_text.size() && isWordCharacter(m_text[end])) {
            ++end;
        }
        return m_text.substr(m_at, end - m_at);
    }

    /// True where nothing but spaces follows the next word.
    bool isAlone() const {
        return m_text.find_first_not_of(" \t\r\n", m_at + peekWord().size()) == std::string_view::npos;
    }

    /// The character behind the next word, spaces left out; 0 at the end.
    char behindWord() const {
        const std::size_t at = m_text.find_first_not_of(" \t\r\n", m_at + peekWord().size());
        return at == std::string_view::npos ? '\0' : m_text[at];
    }

    Node readNode(const std::string& pointer, int depth) {
        skipSpaces();
        const std::size_t start = m_at;
        m_positions.emplace(pointer, start);
        if (m_at < m_text.size() && (m_text[m_at] == '"' || m_text[m_at] == '\'')) {
            return readQuotedName();
        }
        if (m_text.substr(m_at).starts_with("ac.")) {
            m_at += 3;
        }
        const std::string_view word = peekWord();
        if (word.empty()) {
            return problem("an adapter's name or a block");
        }
        if (behindWord() != '(') {
            m_at += word.size();
            return Composition::of(std::string(word));
        }
        for (const Kind kind : kCompositionBlocks) {
            if (word == compositionKindName(kind)) {
                if (depth >= kDeepestNesting) {
                    return problemAt(start, "fewer blocks inside each other");
                }
                m_at += word.size();
                return readBlock(kind, pointer + "/" + std::string(compositionBlockKey(kind)), start, depth);
            }
        }
        return problemAt(start, "Stack, Fuse, Split, BatchSplit, Parallel or Average in front of `(`");
    }

    Node readQuotedName() {
        const char quote = m_text[m_at++];
        const std::string_view word = peekWord();
        if (word.empty()) {
            return problem("an adapter's name");
        }
        m_at += word.size();
        if (m_at >= m_text.size() || m_text[m_at] != quote) {
            return problem(quoted(std::string(1, quote)));
        }
        ++m_at;
        return Composition::of(std::string(word));
    }

    Node readBlock(Kind kind, const std::string& pointer, std::size_t start, int depth) {
        m_positions.emplace(pointer, start);
        take('(');
        Composition block = Composition::block(kind, {});
        bool hasOption = false;
        while (true) {
            skipSpaces();
            if (!peekWord().empty() && behindWord() == '=') {
                if (Done wrong = readOption(block)) {
                    return tl::unexpected(*wrong);
                }
                hasOption = true;
            } else if (hasOption) {
                return problem("an option such as " + optionExample(kind));
            } else {
                auto child = readNode(pointer + "/" + std::to_string(block.children.size()), depth + 1);
                if (!child) {
                    return child;
                }
                block.children.push_back(std::move(*child));
            }
            if (take(')')) {
                return block;
            }
            if (!take(',')) {
                return problem("a comma or `)`");
            }
        }
    }

    static std::string optionExample(Kind kind) {
        switch (kind) {
        case Kind::Split:
            return "`splits=[32, 0]`";
        case Kind::BatchSplit:
            return "`batch_sizes=[4, 4]`";
        default:
            return "`weights=[2, 1]`";
        }
    }

    Done readOption(Composition& block) {
        const std::size_t start = m_at;
        const std::string_view key = peekWord();
        m_at += key.size();
        take('=');
        const auto refuse = [&](std::string expected) -> Done {
            return problemAt(start, std::move(expected)).value();
        };
        if (block.kind == Kind::Split) {
            return key == "splits" ? readSizes(block.sizes, false) : refuse("`splits`");
        }
        if (block.kind == Kind::BatchSplit) {
            return key == "batch_sizes" ? readSizes(block.sizes, true) : refuse("`batch_sizes`");
        }
        if (block.kind != Kind::Average) {
            return refuse("adapters or blocks alone: " + std::string(compositionKindName(block.kind)) +
                          " has no options");
        }
        if (key == "weights") {
            return readList(block.weights, "a number");
        }
        if (key == "normalize_weights") {
            return readFlag(block.normalizeWeights);
        }
        if (key == "weighted_sum") {
            return readFlag(block.weightedSum);
        }
        return refuse("`weights`, `normalize_weights` or `weighted_sum`");
    }

    Done readFlag(bool& flag) {
        skipSpaces();
        const std::string_view word = peekWord();
        if (word != "True" && word != "False" && word != "true" && word != "false") {
            return problem("True or False").value();
        }
        flag = word == "True" || word == "true";
        m_at += word.size();
        return {};
    }

    Done readSizes(std::vector<std::int64_t>& sizes, bool takesOne) {
        skipSpaces();
        if (takesOne && m_at < m_text.size() && m_text[m_at] != '[') {
            return readNumber(sizes, "a whole number or `[`");
        }
        return readList(sizes, "a whole number");
    }

    template<typename Number>
    Done readList(std::vector<Number>& into, const char* expected) {
        if (!take('[')) {
            return problem("`[`").value();
        }
        while (true) {
            if (Done wrong = readNumber(into, expected)) {
                return wrong;
            }
            if (take(']')) {
                return {};
            }
            if (!take(',')) {
                return problem("a comma or `]`").value();
            }
        }
    }

    template<typename Number>
    Done readNumber(std::vector<Number>& into, const char* expected) {
        skipSpaces();
        Number value{};
        const char* begin = m_text.data() + m_at;
        const auto [end, code] = std::from_chars(begin, m_text.data() + m_text.size(), value);
        const bool isCut = code == std::errc() && end != m_text.data() + m_text.size() &&
                           (isWordCharacter(*end) || *end == '.'); // "3.5" is no whole number
        if (code != std::errc() || isCut || !isFinite(value)) {
            return problem(expected).value();
        }
        into.push_back(value);
        m_at += static_cast<std::size_t>(end - begin);
        return {};
    }

    static bool isFinite(double value) { return std::isfinite(value); }
    static bool isFinite(std::int64_t) { return true; }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::map<std::string, std::size_t> m_positions;
};

} // namespace

tl::expected<CompositionText, CompositionTextProblem> compositionFromText(std::string_view text) {
    return Reader(text).read();
}

} // namespace awb
