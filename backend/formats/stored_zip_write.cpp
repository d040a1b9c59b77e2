#include <array>
#include <limits>
#include <type_traits>

#include "backend/core/files.h"
#include "backend/formats/stored_zip.h"

namespace awb {

namespace {

constexpr std::uint64_t kAlignment = 64;
constexpr std::size_t kLocalBytes = 30;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8Flag = 1U << 11U;
constexpr std::uint16_t kFirstDay = (1U << 5U) | 1U; ///< 1980-01-01: equal tensors give equal files
/// The field that PyTorch pads with; readers pass over fields that they do not know.
constexpr std::uint16_t kPaddingField = 0x4246;

constexpr std::array<std::uint32_t, 256> makeCrcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
        }
        table[i] = value;
    }
    return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = makeCrcTable();

/// Little-endian numbers one after the other.
class Record {
public:
    template<typename Number>
    Record& add(Number number) {
        static_assert(std::is_unsigned_v<Number>);
        for (std::size_t i = 0; i < sizeof number; ++i) {
            m_bytes += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
        }
        return *this;
    }
    Record& add(const std::string& text) {
        m_bytes += text;
        return *this;
    }
    const std::string& bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

/// The part that an entry's header and its record in the directory have in common.
void addCommon(Record& record, const ZipItem& item, std::uint32_t crc, std::size_t extraBytes) {
    const auto size = static_cast<std::uint32_t>(item.data.size());
    record.add(kVersion).add(kUtf8Flag).add(std::uint16_t{0}).add(std::uint16_t{0}).add(kFirstDay);
    record.add(crc).add(size).add(size);
    record.add(static_cast<std::uint16_t>(item.name.size())).add(static_cast<std::uint16_t>(extraBytes));
}

std::string localHeader(const ZipItem& item, std::uint32_t crc, std::uint64_t position) {
    constexpr std::size_t kFieldHeader = 4;
    const std::uint64_t unpadded = position + kLocalBytes + item.name.size() + kFieldHeader;
    const std::size_t padding = (kAlignment - unpadded % kAlignment) % kAlignment;
    Record record;
    record.add(std::uint32_t{0x04034b50});
    addCommon(record, item, crc, kFieldHeader + padding);
    record.add(item.name).add(kPaddingField).add(static_cast<std::uint16_t>(padding));
    record.add(std::string(padding, 'Z'));
    return record.bytes();
}

void addToDirectory(Record& directory, const ZipItem& item, std::uint32_t crc, std::uint64_t position) {
    directory.add(std::uint32_t{0x02014b50}).add(kVersion);
    addCommon(directory, item, crc, 0);
    directory.add(std::uint16_t{0}).add(std::uint16_t{0}).add(std::uint16_t{0}).add(std::uint32_t{0});
    directory.add(static_cast<std::uint32_t>(position)).add(item.name);
}

Result<void> checkSizes(const std::filesystem::path& file, const std::vector<ZipItem>& items) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    constexpr std::size_t kMostEntries = std::numeric_limits<std::uint16_t>::max() - 1;
    std::uint64_t total = 0;
    for (const ZipItem& item : items) {
        // Name twice, two headers and the padding.
        total += item.data.size() + 2 * item.name.size() + 256;
    }
    if (total > kMost || items.size() > kMostEntries) {
        return fail("The tensors are too many or too large for this format (" + std::to_string(items.size()) +
                        " entries, " + std::to_string(total) + " bytes)",
                    file.string(), "Save them as safetensors");
    }
    return {};
}

} // namespace

std::uint32_t crc32(std::span<const std::byte> bytes) {
    std::uint32_t value = ~std::uint32_t{0};
    for (const std::byte byte : bytes) {
        value = kCrcTable[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xffU] ^ (value >> 8U);
    }
    return ~value;
}

Result<void> writeStoredZip(const std::filesystem::path& file, const std::vector<ZipItem>& items) {
    if (const Result<void> fits = checkSizes(file, items); !fits) {
        return fits;
    }
    Result<AtomicFile> target = AtomicFile::create(file);
    if (!target) {
        return fail(target.error());
    }
    Record directory;
    std::uint64_t position = 0;
    const auto write = [&](std::span<const std::byte> bytes) {
        position += bytes.size();
        return target->write(bytes);
    };
    for (const ZipItem& item : items) {
        const std::uint32_t crc = crc32(item.data);
        addToDirectory(directory, item, crc, position);
        const std::string header = localHeader(item, crc, position);
        Result<void> written = write(std::as_bytes(std::span(header)));
        if (written) {
            written = write(item.data);
        }
        if (!written) {
            return written;
        }
    }
    const auto entries = static_cast<std::uint16_t>(items.size());
    Record end;
    end.add(std::uint32_t{0x06054b50}).add(std::uint16_t{0}).add(std::uint16_t{0}).add(entries).add(entries);
    end.add(static_cast<std::uint32_t>(directory.bytes().size())).add(static_cast<std::uint32_t>(position));
    end.add(std::uint16_t{0});
    for (const std::string* bytes : {&directory.bytes(), &end.bytes()}) {
        if (Result<void> written = target->write(std::as_bytes(std::span(*bytes))); !written) {
            return written;
        }
    }
    return target->commit();
}

} // namespace awb
