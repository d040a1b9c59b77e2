#include "backend/text/sentencepiece_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace awb {

namespace {

constexpr const char* kAdvice = "Download the model's SentencePiece file again";
constexpr std::size_t kBytes = 256;

tl::unexpected<Error> broken(std::string what) {
    return fail(std::move(what), {}, kAdvice);
}

/// Reads the fields of one protobuf message in the order of the file.
class MessageReader {
public:
    explicit MessageReader(std::string_view content)
        : m_rest(content) {}

    /// Moves to the next field; false at the end or where the message is broken (`isBroken` tells).
    bool next() {
        if (m_rest.empty() || m_broken) {
            return false;
        }
        const std::uint64_t tag = varint();
        m_field = tag >> 3U;
        m_number = 0;
        m_text = {};
        switch (tag & 7U) {
        case 0:
            m_number = varint();
            break;
        case 1:
            m_text = take(8);
            break;
        case 2:
            m_text = take(varint());
            break;
        case 5:
            m_text = take(4);
            break;
        default:
            m_broken = true;
        }
        m_type = tag & 7U;
        m_broken = m_broken || m_field == 0;
        return !m_broken;
    }

    bool isBroken() const { return m_broken; }
    std::uint64_t field() const { return m_field; }
    std::uint64_t number() const { return m_number; }
    std::string_view text() const { return m_text; }
    bool isText() const { return m_type == 2; }
    bool isFloat() const { return m_type == 5; }
    bool isNumber() const { return m_type == 0; }

    /// Little-endian IEEE 754.
    float real() const {
        std::uint32_t bits = 0;
        for (std::size_t i = m_text.size(); i-- > 0;) {
            bits = (bits << 8U) | static_cast<std::uint8_t>(m_text[i]);
        }
        return std::bit_cast<float>(bits);
    }

private:
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        m_broken = true;
        return 0;
    }

    std::string_view take(std::uint64_t length) {
        if (length > m_rest.size()) {
            m_broken = true;
            return {};
        }
        const std::string_view taken = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return taken;
    }

    std::string_view m_rest;
    std::uint64_t m_field = 0;
    std::uint64_t m_type = 0;
    std::uint64_t m_number = 0;
    std::string_view m_text;
    bool m_broken = false;
};

std::optional<SentencePieceModel::Kind> kindOf(std::uint64_t number) {
    using enum SentencePieceModel::Kind;
    constexpr std::array kKinds{Normal, Unknown, Control, UserDefined, Unused, Byte};
    return number >= 1 && number <= kKinds.size() ? std::optional(kKinds[number - 1]) : std::nullopt;
}

bool readEntry(std::string_view content, SentencePieceModel& model) {
    MessageReader reader(content);
    SentencePieceModel::Entry entry;
    while (reader.next()) {
        if (reader.field() == 1 && reader.isText()) {
            entry.text = reader.text();
        } else if (reader.field() == 2 && reader.isFloat()) {
            entry.score = reader.real();
        } else if (reader.field() == 3 && reader.isNumber()) {
            const auto kind = kindOf(reader.number());
            if (!kind) {
                return false;
            }
            entry.kind = *kind;
        }
    }
    model.entries.push_back(std::move(entry));
    return !reader.isBroken() && std::isfinite(model.entries.back().score);
}

/// The number of the training algorithm, from the message TrainerSpec.
bool readTraining(std::string_view content, SentencePieceModel& model, std::uint64_t& algorithm) {
    MessageReader reader(content);
    while (reader.next()) {
        if (reader.field() == 3) {
            algorithm = reader.number();
        } else if (reader.field() == 24) {
            model.blankAtEnd = reader.number() != 0;
        } else if (reader.field() == 35) {
            model.byteFallback = reader.number() != 0;
        }
    }
    return !reader.isBroken();
}

bool readNormalizer(std::string_view content, SentencePieceModel& model) {
    MessageReader reader(content);
    while (reader.next()) {
        if (reader.field() == 2) {
            model.characterMap = reader.text();
        } else if (reader.field() == 3) {
            model.blankInFront = reader.number() != 0;
        } else if (reader.field() == 4) {
            model.removeExtraBlanks = reader.number() != 0;
        } else if (reader.field() == 5) {
            model.markBlanks = reader.number() != 0;
        }
    }
    return !reader.isBroken();
}

/// The value of an entry "<0x41>", or -1.
int byteOf(std::string_view text) {
    int value = -1;
    if (text.size() != 6 || !text.starts_with("<0x") || !text.ends_with('>')) {
        return -1;
    }
    const auto [end, error] = std::from_chars(text.data() + 3, text.data() + 5, value, 16);
    return error == std::errc() && end == text.data() + 5 ? value : -1;
}

Result<void> checkEntries(SentencePieceModel& model) {
    std::unordered_set<std::string_view> reserved;
    std::unordered_set<std::string_view> others;
    int unknown = -1;
    std::vector<int> bytes(kBytes, -1);
    for (std::size_t id = 0; id < model.entries.size(); ++id) {
        using enum SentencePieceModel::Kind;
        const SentencePieceModel::Entry& entry = model.entries[id];
        if (entry.text.empty()) {
            return broken("the entry " + std::to_string(id) + " is empty");
        }
        const bool isReserved = entry.kind == Unknown || entry.kind == Control || entry.kind == Byte;
        if (!(isReserved ? reserved : others).insert(entry.text).second) {
            return broken("the entry " + entry.text + " stands twice");
        }
        if (entry.kind == Unknown) {
            if (unknown >= 0) {
                return broken("there are two entries for unknown text");
            }
            unknown = static_cast<int>(id);
        } else if (entry.kind == Byte) {
            const int byte = byteOf(entry.text);
            if (byte < 0) {
                return broken("the entry " + entry.text + " is to be a byte and is none");
            }
            bytes[static_cast<std::size_t>(byte)] = static_cast<int>(id);
        }
    }
    if (unknown < 0) {
        return broken("there is no entry for unknown text");
    }
    model.unknownId = unknown;
    if (model.byteFallback) {
        if (std::ranges::find(bytes, -1) != bytes.end()) {
            return broken("unknown characters are to become bytes, but not all 256 bytes have an entry");
        }
        model.byteIds = std::move(bytes);
    }
    return {};
}

} // namespace

int SentencePieceModel::find(std::string_view text) const {
    const auto found = std::ranges::find(entries, text, &Entry::text);
    return found == entries.end() ? -1 : static_cast<int>(found - entries.begin());
}

Result<SentencePieceModel> parseSentencePieceModel(std::string_view content) {
    SentencePieceModel model;
    std::uint64_t algorithm = 1;
    MessageReader reader(content);
    bool good = true;
    while (good && reader.next()) {
        if (!reader.isText()) {
            continue;
        }
        if (reader.field() == 1) {
            good = readEntry(reader.text(), model);
        } else if (reader.field() == 2) {
            good = readTraining(reader.text(), model, algorithm);
        } else if (reader.field() == 3) {
            good = readNormalizer(reader.text(), model);
        }
    }
    if (!good || reader.isBroken() || model.entries.empty()) {
        return broken("the file is no SentencePiece model, or is damaged");
    }
    if (algorithm != 1 && algorithm != 2) {
        return fail("the model was made with an algorithm other than unigram and BPE", {},
                    "Choose a model with a unigram or BPE tokenizer");
    }
    model.algorithm =
        algorithm == 1 ? SentencePieceModel::Algorithm::Unigram : SentencePieceModel::Algorithm::BytePairs;
    if (auto checked = checkEntries(model); !checked) {
        return fail(checked.error());
    }
    return model;
}

} // namespace awb
