#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// What a SentencePiece model file holds, as far as cutting texts needs it (Kudo and Richardson 2018).
///
/// The format is read here and the rules are this program's own code: the SentencePiece library of Debian
/// brings an old copy of protobuf along, whose symbols collide with those of LibTorch's protobuf, so that a
/// program with both of them crashes.
struct SentencePieceModel {
    enum class Algorithm { Unigram, BytePairs };
    enum class Kind { Normal, Unknown, Control, UserDefined, Unused, Byte };

    struct Entry {
        std::string text;
        float score = 0;
        Kind kind = Kind::Normal;
    };

    std::vector<Entry> entries; ///< by id
    Algorithm algorithm = Algorithm::Unigram;
    bool byteFallback = false; ///< unknown characters become entries of kind Byte
    int unknownId = 0;
    std::vector<int> byteIds; ///< 256 with `byteFallback`, else none

    // How a text is normalised.
    std::string characterMap; ///< compiled: the size of a trie in bytes, the trie, texts that end with NUL
    bool blankInFront = true;
    bool blankAtEnd = false; ///< instead of in front
    bool removeExtraBlanks = true;
    bool markBlanks = true; ///< blanks become "▁"

    /// The id of the first entry with this text, or -1.
    int find(std::string_view text) const;
};

/// Reads a model file (protobuf message ModelProto). Errors: not such a file, cut off, an algorithm other
/// than unigram and BPE, an entry that is empty or stands twice, no unknown entry, missing bytes.
Result<SentencePieceModel> parseSentencePieceModel(std::string_view content);

} // namespace awb
