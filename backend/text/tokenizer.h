#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// A text cut into tokens. All vectors have one entry a token, but for `wordIds`, which only words have.
struct Encoding {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> typeIds;       ///< what the model is told of the texts; some say 0 for both
    std::vector<std::int32_t> attentionMask; ///< 1 token, 0 padding
    std::vector<std::string> tokens;
    /// Half-open range in the text it came from (in its word after `encodeWords`), in Unicode code points;
    /// {0, 0} for special tokens and padding. A blank that a token begins with is not part of its range; the
    /// parts of a cut character have the range of the whole character.
    struct Span {
        std::int32_t begin = 0;
        std::int32_t end = 0;
        bool operator==(const Span&) const = default;
    };
    std::vector<Span> offsets;
    std::vector<std::int32_t> textIds; ///< 0 first text, 1 second, -1 special tokens and padding
    /// After `encodeWords` the index of the word, -1 for special tokens and padding; empty otherwise.
    std::vector<std::int32_t> wordIds;
    bool truncated = false;

    std::size_t size() const { return ids.size(); }
};

struct EncodeOptions {
    /// Truncates longest-first, special tokens included in the length. The special tokens always stay, so a
    /// length below 2 (3 for a pair) acts like that number.
    std::optional<int> maxLength;
    bool padToMaxLength = false;
};

/// Cuts texts into the tokens of a model's vocabulary. Immutable after loading, so usable from any thread.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Text must be UTF-8; invalid bytes are treated as U+FFFD.
    virtual Encoding encode(std::string_view text, const EncodeOptions& options = {}) const = 0;
    virtual Encoding encodePair(std::string_view first, std::string_view second,
                                const EncodeOptions& options = {}) const = 0;
    /// One text that is already split into words; `wordIds` says which word a token is of. Each word is cut
    /// by itself, as one that follows a blank where it is not the first. A word in which the tokenizer finds
    /// nothing (an empty one, only control characters) has no token.
    virtual Encoding encodeWords(std::span<const std::string> words,
                                 const EncodeOptions& options = {}) const = 0;

    virtual int vocabSize() const = 0;
    virtual int padId() const = 0;
    /// The token that stands for a hidden one; -1 where the vocabulary has none.
    virtual int maskId() const { return -1; }
    /// The token of an id; empty for an id outside the vocabulary.
    virtual std::string_view token(int id) const = 0;
    /// The longest input that the model folder names (`model_max_length`), special tokens included.
    virtual std::optional<int> modelMaxLength() const = 0;
};

/// Reads the tokenizer of a model folder. Its class is what `tokenizer_config.json` names, else what belongs
/// to the `model_type` of `config.json`, else what the files tell. It is read from its vocabulary files
/// (`vocab.txt`; `vocab.json` and `merges.txt`; a SentencePiece model) or, without them, from
/// `tokenizer.json`. Errors name the missing or broken file.
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& modelFolder);

/// The files beside `config.json` that `loadTokenizer` may read.
std::span<const char* const> tokenizerFiles();

/// Pads all encodings of the tokenizer on the right to the longest of them.
void padToLongest(std::vector<Encoding>& batch, const Tokenizer& tokenizer);

} // namespace awb
