#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <utility>

#include "backend/core/message_text.h"
#include "backend/formats/stored_zip.h"
#include "backend/text/unicode.h"

namespace awb {

static_assert(std::endian::native == std::endian::little, "the format's numbers are little-endian");

namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::uint32_t kIn64 = 0xffffffff; ///< a number that stands in the ZIP64 part instead
constexpr std::uint16_t kExtra64 = 0x0001;
// Real checkpoints stay far below these.
constexpr std::size_t kMaxNameBytes = 1024;
constexpr std::size_t kMaxEntries = 1'000'000;

constexpr std::uint16_t kDescriptorFlag = 1U << 3U;
constexpr std::uint16_t kUtf8Flag = 1U << 11U;
constexpr std::uint16_t kEncryptedFlags = (1U << 0U) | (1U << 6U) | (1U << 13U);
/// Two bits that only say how hard a compressor tried.
constexpr std::uint16_t kHarmlessFlags = (1U << 1U) | (1U << 2U);

constexpr const char* kDamaged = "The file is damaged or cut off: get it again";
constexpr const char* kNotOurs = "PyTorch writes no such archive: get the file from a source that you trust";

template<typename Number>
Number numberAt(std::span<const std::byte> bytes, std::size_t at) {
    Number number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}
std::uint16_t u16(std::span<const std::byte> bytes, std::size_t at) {
    return numberAt<std::uint16_t>(bytes, at);
}
std::uint32_t u32(std::span<const std::byte> bytes, std::size_t at) {
    return numberAt<std::uint32_t>(bytes, at);
}
std::uint64_t u64(std::span<const std::byte> bytes, std::size_t at) {
    return numberAt<std::uint64_t>(bytes, at);
}

tl::unexpected<Error> notAnArchive(std::string what) {
    return fail(std::move(what), "zip directory", kDamaged);
}

/// Where the central directory lies.
struct Directory {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    std::uint64_t entries = 0;
};

/// The last record of the archive; only its comment may follow.
std::optional<std::size_t> findEnd(std::span<const std::byte> archive) {
    if (archive.size() < kEndBytes) {
        return std::nullopt;
    }
    const std::size_t last = archive.size() - kEndBytes;
    const std::size_t first = last > kMaxComment ? last - kMaxComment : 0;
    for (std::size_t at = last + 1; at-- > first;) {
        if (u32(archive, at) == kEndSignature && at + kEndBytes + u16(archive, at + 20) == archive.size()) {
            return at;
        }
    }
    return std::nullopt;
}

Result<Directory> findDirectory(std::span<const std::byte> archive) {
    const std::optional<std::size_t> end = findEnd(archive);
    if (!end) {
        return notAnArchive("the archive has no directory at its end");
    }
    const auto record = archive.subspan(*end);
    if (u16(record, 4) != 0 || u16(record, 6) != 0 || u16(record, 8) != u16(record, 10)) {
        return notAnArchive("the archive is split over several files");
    }
    Directory directory{u32(record, 16), u32(record, 12), u16(record, 10)};
    std::uint64_t directoryEnd = *end;
    const bool has64 = *end >= kLocator64Bytes && u32(archive, *end - kLocator64Bytes) == kLocator64Signature;
    if (has64) {
        const std::uint64_t at = u64(archive, *end - kLocator64Bytes + 8);
        const std::uint64_t locator = *end - kLocator64Bytes;
        if (at > locator || locator - at < kEnd64Bytes || u32(archive, at) != kEnd64Signature ||
            u64(archive, at + 4) != locator - at - 12) {
            return notAnArchive("its ZIP64 record is not where the locator says");
        }
        const auto record64 = archive.subspan(at);
        const Directory wide{u64(record64, 48), u64(record64, 40), u64(record64, 32)};
        if (u64(record64, 24) != wide.entries || u32(record64, 16) != 0 || u32(record64, 20) != 0) {
            return notAnArchive("the archive is split over several files");
        }
        // Two readers must never see two archives in one file.
        if ((directory.begin != kIn64 && directory.begin != wide.begin) ||
            (directory.size != kIn64 && directory.size != wide.size) ||
            (directory.entries != 0xffff && directory.entries != wide.entries)) {
            return notAnArchive("its two end records contradict each other");
        }
        directory = wide;
        directoryEnd = at;
    }
    if (directory.begin > directoryEnd || directory.size != directoryEnd - directory.begin) {
        return notAnArchive("the directory's place (byte " + std::to_string(directory.begin) + ", " +
                            std::to_string(directory.size) + " bytes) is not in front of the end record");
    }
    if (directory.entries > kMaxEntries) {
        return notAnArchive("the archive claims to have " + std::to_string(directory.entries) +
                            " entries; at most " + std::to_string(kMaxEntries) + " are allowed");
    }
    return directory;
}

std::string entryPlace(std::string_view name) {
    return "zip entry \"" + printable(name) + "\"";
}

Result<void> checkName(std::string_view name) {
    const auto bad = [&](std::string what) { return fail(std::move(what), entryPlace(name), kNotOurs); };
    if (name.empty()) {
        return bad("it has no name");
    }
    if (name.size() > kMaxNameBytes) {
        return bad("its name has " + std::to_string(name.size()) + " bytes; at most " +
                   std::to_string(kMaxNameBytes) + " are allowed");
    }
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (findIllFormed(name) != std::string_view::npos || std::ranges::any_of(name, isControl)) {
        return fail("a name has control characters or is not UTF-8", "zip directory", kNotOurs);
    }
    if (name.front() == '/' || name.find('\\') != std::string_view::npos) {
        return bad("its name is not a relative path");
    }
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        if (name.substr(begin, end - begin) == "..") {
            return bad("its name leaves the archive's folder");
        }
        begin = end + 1;
    }
    return {};
}

/// One record of the directory, with the sizes that the ZIP64 part may hold in its place.
struct CentralRecord {
    std::string_view name;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint64_t compressed = 0;
    std::uint64_t size = 0;
    std::uint64_t header = 0; ///< offset of the entry's own header
};

/// Replaces the numbers that do not fit their 32 bits; those stand in this order.
Result<void> readExtra(std::span<const std::byte> extra, CentralRecord& record) {
    for (std::size_t at = 0; at + 4 <= extra.size();) {
        const std::size_t length = u16(extra, at + 2);
        if (length > extra.size() - at - 4) {
            return fail("its additional fields are cut off", entryPlace(record.name), kDamaged);
        }
        std::span<const std::byte> field = extra.subspan(at + 4, length);
        if (u16(extra, at) == kExtra64) {
            for (std::uint64_t* number : {&record.size, &record.compressed, &record.header}) {
                if (*number != kIn64) {
                    continue;
                }
                if (field.size() < 8) {
                    return fail("its ZIP64 field is too short", entryPlace(record.name), kDamaged);
                }
                *number = u64(field, 0);
                field = field.subspan(8);
            }
            return {};
        }
        at += 4 + length;
    }
    return {};
}

Result<void> checkRecord(const CentralRecord& record) {
    if (const Result<void> name = checkName(record.name); !name) {
        return name;
    }
    if ((record.flags & kEncryptedFlags) != 0) {
        return fail("it is encrypted", entryPlace(record.name), kNotOurs);
    }
    if ((record.flags & ~(kDescriptorFlag | kUtf8Flag | kHarmlessFlags)) != 0) {
        return fail("it has the unknown flags " + std::to_string(record.flags), entryPlace(record.name),
                    kNotOurs);
    }
    if (record.method != 0) {
        return fail(
            "it is compressed (method " + std::to_string(record.method) + ")", entryPlace(record.name),
            "Only stored entries are read: save the weights with torch.save(model.state_dict(), file)");
    }
    if (record.compressed != record.size) {
        return fail("it is stored, yet its size is " + std::to_string(record.size) + " packed into " +
                        std::to_string(record.compressed) + " bytes",
                    entryPlace(record.name), kDamaged);
    }
    return {};
}

/// The entry's own header must tell the same story; behind it are the bytes.
Result<ZipEntry> locate(std::span<const std::byte> archive, std::uint64_t limit,
                        const CentralRecord& record) {
    const auto bad = [&](std::string what) {
        return fail(std::move(what), entryPlace(record.name), kDamaged);
    };
    if (record.header > limit || limit - record.header < kLocalBytes) {
        return bad("it lies outside the archive");
    }
    const auto local = archive.subspan(record.header, limit - record.header);
    if (u32(local, 0) != kLocalSignature) {
        return bad("there is no entry where the directory says");
    }
    const std::uint64_t nameBytes = u16(local, 26);
    const std::uint64_t before = kLocalBytes + nameBytes + u16(local, 28);
    if (before > local.size() || record.size > local.size() - before) {
        return bad("its " + std::to_string(record.size) + " bytes do not fit into the archive");
    }
    const std::string_view name(reinterpret_cast<const char*>(local.data()) + kLocalBytes, nameBytes);
    if (name != record.name || u16(local, 6) != record.flags || u16(local, 8) != record.method) {
        return bad("its own header contradicts the directory");
    }
    // With a descriptor behind the bytes the sizes in front of them may be unknown.
    const bool sizeKnown = (record.flags & kDescriptorFlag) == 0;
    for (const std::uint32_t size : {u32(local, 18), u32(local, 22)}) {
        if (size != record.size && size != kIn64 && (sizeKnown || size != 0)) {
            return bad("its own header contradicts the directory");
        }
    }
    return ZipEntry{std::string(record.name), record.header + before, record.size};
}

Result<void> checkOverlaps(const std::vector<ZipEntry>& entries, const std::vector<std::uint64_t>& headers) {
    struct Range {
        std::uint64_t begin;
        std::uint64_t end;
        const std::string* name;
    };
    std::vector<Range> ranges;
    ranges.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        ranges.push_back({headers[i], entries[i].begin + entries[i].size, &entries[i].name});
    }
    std::ranges::sort(ranges, {}, &Range::begin);
    for (std::size_t i = 1; i < ranges.size(); ++i) {
        if (ranges[i].begin < ranges[i - 1].end) {
            return fail("its bytes overlap those of \"" + printable(*ranges[i - 1].name) + "\"",
                        entryPlace(*ranges[i].name), kNotOurs);
        }
    }
    return {};
}

} // namespace

bool looksLikeZip(std::span<const std::byte> bytes) {
    return bytes.size() >= 4 && (u32(bytes, 0) == kLocalSignature || u32(bytes, 0) == kEndSignature);
}

Result<std::vector<ZipEntry>> readStoredZip(std::span<const std::byte> archive) {
    const Result<Directory> directory = findDirectory(archive);
    if (!directory) {
        return fail(directory.error());
    }
    std::span<const std::byte> rest = archive.subspan(directory->begin, directory->size);
    if (directory->entries > rest.size() / kCentralBytes) {
        return notAnArchive("the directory is too small for its " + std::to_string(directory->entries) +
                            " entries");
    }
    std::vector<ZipEntry> entries;
    std::vector<std::uint64_t> headers;
    std::unordered_set<std::string_view> names;
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        if (rest.size() < kCentralBytes || u32(rest, 0) != kCentralSignature) {
            return notAnArchive("entry " + std::to_string(i + 1) + " of the directory is damaged");
        }
        const std::size_t nameBytes = u16(rest, 28);
        const std::size_t extraBytes = u16(rest, 30);
        const std::size_t recordBytes = kCentralBytes + nameBytes + extraBytes + u16(rest, 32);
        if (recordBytes > rest.size()) {
            return notAnArchive("entry " + std::to_string(i + 1) + " of the directory is cut off");
        }
        CentralRecord record{{reinterpret_cast<const char*>(rest.data()) + kCentralBytes, nameBytes},
                             u16(rest, 8),
                             u16(rest, 10),
                             u32(rest, 20),
                             u32(rest, 24),
                             u32(rest, 42)};
        Result<void> checked = readExtra(rest.subspan(kCentralBytes + nameBytes, extraBytes), record);
        if (checked) {
            checked = checkRecord(record);
        }
        if (!checked) {
            return fail(checked.error());
        }
        if (!names.insert(record.name).second) {
            return fail("two entries have this name", entryPlace(record.name), kNotOurs);
        }
        Result<ZipEntry> entry = locate(archive, directory->begin, record);
        if (!entry) {
            return fail(entry.error());
        }
        entries.push_back(std::move(*entry));
        headers.push_back(record.header);
        rest = rest.subspan(recordBytes);
    }
    if (!rest.empty()) {
        return notAnArchive("there are " + std::to_string(rest.size()) + " bytes behind its last entry");
    }
    if (const Result<void> apart = checkOverlaps(entries, headers); !apart) {
        return fail(apart.error());
    }
    return entries;
}

} // namespace awb
