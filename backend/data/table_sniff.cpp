#include "backend/data/table_sniff.h"

#include <algorithm>
#include <array>
#include <utility>

namespace awb {

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t kSampleSize = std::int64_t{1} << 20U;
constexpr std::int64_t kLeastSample = 4096;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kSignatures{{
    {"\x89PNG"sv, "a PNG picture"sv},
    {"\xFF\xD8\xFF"sv, "a JPEG picture"sv},
    {"GIF8"sv, "a GIF picture"sv},
    {"%PDF-"sv, "a PDF document"sv},
    {"PK\x03\x04"sv, "a ZIP archive (Excel and Word files are such)"sv},
    {"\x1F\x8B"sv, "a gzip archive"sv},
    {"\xFD"
     "7zXZ"sv,
     "an xz archive"sv},
    {"BZh"sv, "a bzip2 archive"sv},
    {"\x28\xB5\x2F\xFD"sv, "a zstd archive"sv},
    {"7z\xBC\xAF"sv, "a 7-Zip archive"sv},
    {"\xD0\xCF\x11\xE0"sv, "an old Office document"sv},
    {"SQLite format 3"sv, "an SQLite database"sv},
    {"PAR1"sv, "a Parquet table"sv},
    {"\x7F"
     "ELF"sv,
     "a program"sv},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kByteOrderMarks{{
    {"\xFF\xFE\x00\x00"sv, "UTF-32LE"sv},
    {"\x00\x00\xFE\xFF"sv, "UTF-32BE"sv},
    {"\xFF\xFE"sv, "UTF-16LE"sv},
    {"\xFE\xFF"sv, "UTF-16BE"sv},
}};

bool isControl(char c) {
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v';
}

} // namespace

Result<FileSample> readSample(const TextInput& input) {
    if (auto error = input.problem()) {
        return tl::unexpected(std::move(*error));
    }
    const std::unique_ptr<std::istream> in = input.open();
    FileSample sample;
    sample.bytes.resize(static_cast<std::size_t>(std::clamp(input.size() + 1, kLeastSample, kSampleSize)));
    in->read(sample.bytes.data(), static_cast<std::streamsize>(sample.bytes.size()));
    sample.bytes.resize(static_cast<std::size_t>(in->gcount()));
    sample.whole = in->eof() || in->peek() == std::istream::traits_type::eof();
    if (in->bad()) {
        return fail("the file can't be read", input.name().string(), "Check the disk or the network drive");
    }
    if (sample.bytes.empty()) {
        return fail("the file is empty (0 bytes): no header and no rows", input.name().string(),
                    "Choose another file");
    }
    return sample;
}

std::optional<std::string> sniffEncoding(std::string_view bytes) {
    for (const auto& [mark, encoding] : kByteOrderMarks) {
        if (bytes.starts_with(mark)) {
            return std::string(encoding);
        }
    }
    const std::string_view head = bytes.substr(0, 4096);
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < head.size(); ++i) {
        zeros[i % 2] += head[i] == '\0' ? 1 : 0;
    }
    // Latin text in UTF-16 has a zero in nearly each second byte and next to none in between.
    const std::size_t half = head.size() / 2;
    for (const std::size_t parity : {std::size_t{0}, std::size_t{1}}) {
        if (half >= 4 && zeros[parity] * 10 >= half * 7 && zeros[1 - parity] * 20 <= half) {
            return parity == 1 ? "UTF-16LE" : "UTF-16BE";
        }
    }
    return std::nullopt;
}

std::string_view sniffBinary(std::string_view bytes) {
    for (const auto& [signature, name] : kSignatures) {
        if (bytes.starts_with(signature)) {
            return name;
        }
    }
    const std::string_view head = bytes.substr(0, 65536);
    const auto controls = static_cast<std::size_t>(std::ranges::count_if(head, isControl));
    return controls * 20 > head.size() ? "a binary file"sv : ""sv;
}

} // namespace awb
