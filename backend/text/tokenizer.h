#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// A text cut into tokens. All vectors have one entry a token.
struct Encoding {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> typeIds;       ///< 0 first text, 1 second
    std::vector<std::int32_t> attentionMask; ///< 1 token, 0 padding
    std::vector<std::string> tokens;
    /// Half-open range in the text it came from, in Unicode code points; {0, 0} for special tokens and
    /// padding.
    struct Span {
        std::int32_t begin = 0;
        std::int32_t end = 0;
        bool operator==(const Span&) const = default;
    };
    std::vector<Span> offsets;
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

    virtual int vocabSize() const = 0;
    virtual int padId() const = 0;
    /// The token that stands for a hidden one; -1 where the vocabulary has none.
    virtual int maskId() const { return -1; }
    /// The token of an id; empty for an id outside the vocabulary.
    virtual std::string_view token(int id) const = 0;
    /// The longest input that the model folder names (`model_max_length`), special tokens included.
    virtual std::optional<int> modelMaxLength() const = 0;
};

/// Reads the tokenizer of a model folder (`vocab.txt`, `tokenizer_config.json`). Errors name the missing or
/// broken file.
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& modelFolder);

/// Pads all encodings on the right to the longest of them.
void padToLongest(std::vector<Encoding>& batch, int padId);

} // namespace awb
