#include "backend/formats/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/core/files.h"
#include "backend/core/mapped_file.h"

namespace fs = std::filesystem;

namespace awb {

static_assert(std::endian::native == std::endian::little, "the format's numbers are little-endian");

namespace {

constexpr std::uint64_t kLengthBytes = 8;

Error inFile(const Error& error, const fs::path& file) {
    return Error{error.what, file.string() + (error.where.empty() ? "" : ", " + error.where), error.advice};
}

/// The format's own order: large items first, so that all data is aligned; then by name.
void sortForWriting(std::vector<TensorToWrite>& tensors) {
    std::ranges::sort(tensors, [](const TensorToWrite& a, const TensorToWrite& b) {
        const std::uint64_t sizeA = safetensorsItemSize(a.dtype).value_or(0);
        const std::uint64_t sizeB = safetensorsItemSize(b.dtype).value_or(0);
        return std::tie(sizeB, a.name) < std::tie(sizeA, b.name);
    });
}

Result<std::string> headerText(const std::vector<TensorToWrite>& tensors,
                               const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) {
        header["__metadata__"] = metadata;
    }
    std::uint64_t position = 0;
    for (const TensorToWrite& tensor : tensors) {
        if (tensor.name == "__metadata__" || header.contains(tensor.name)) {
            return fail("two tensors would have this name", "tensor \"" + tensor.name + "\"");
        }
        const std::uint64_t end = position + tensor.data.size();
        header[tensor.name] = {
            {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {position, end}}};
        position = end;
    }
    try {
        std::string text = header.dump();
        text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
        return text;
    } catch (const nlohmann::json::exception&) {
        return fail("a name or a metadata value is not valid UTF-8");
    }
}

} // namespace

struct SafetensorsFile::Mapping {
    MappedFile memory;
    std::span<const std::byte> data;
    SafetensorsHeader header;
    std::unordered_map<std::string_view, const TensorEntry*> byName;
};

SafetensorsFile::SafetensorsFile(std::shared_ptr<const Mapping> mapping)
    : m_mapping(std::move(mapping)) {}

Result<SafetensorsFile> SafetensorsFile::open(const fs::path& file) {
    Result<MappedFile> memory = MappedFile::open(file);
    if (!memory) {
        return fail(memory.error());
    }
    auto mapping = std::make_shared<Mapping>();
    Result<SafetensorsHeader> header = readSafetensorsHeader(memory->bytes());
    if (!header) {
        return fail(inFile(header.error(), file));
    }
    mapping->header = std::move(*header);
    mapping->memory = std::move(*memory);
    mapping->data = mapping->memory.bytes().subspan(mapping->header.dataBegin);
    for (const TensorEntry& entry : mapping->header.tensors) {
        mapping->byName.emplace(entry.name, &entry);
    }
    return SafetensorsFile(std::move(mapping));
}

const SafetensorsHeader& SafetensorsFile::header() const {
    return m_mapping->header;
}

const TensorEntry* SafetensorsFile::find(std::string_view name) const {
    const auto found = m_mapping->byName.find(name);
    return found != m_mapping->byName.end() ? found->second : nullptr;
}

std::span<const std::byte> SafetensorsFile::bytes(const TensorEntry& entry) const {
    return m_mapping->data.subspan(entry.begin, entry.end - entry.begin);
}

Result<void> writeSafetensors(const fs::path& file, std::vector<TensorToWrite> tensors,
                              const std::map<std::string, std::string>& metadata) {
    sortForWriting(tensors);
    const Result<std::string> header = headerText(tensors, metadata);
    if (!header) {
        return fail(inFile(header.error(), file));
    }
    std::uint64_t dataBytes = 0;
    for (const TensorToWrite& tensor : tensors) {
        dataBytes += tensor.data.size();
    }
    // What can't be read back must not be written.
    if (const Result<SafetensorsHeader> check = parseSafetensorsHeader(*header, dataBytes); !check) {
        return fail(inFile(check.error(), file));
    }
    Result<AtomicFile> target = AtomicFile::create(file);
    if (!target) {
        return fail(target.error());
    }
    const std::array<std::uint64_t, 1> length{header->size()};
    Result<void> written = target->write(std::as_bytes(std::span(length)));
    if (written) {
        written = target->write(std::as_bytes(std::span(*header)));
    }
    for (const TensorToWrite& tensor : tensors) {
        if (!written) {
            return written;
        }
        written = target->write(tensor.data);
    }
    return written ? target->commit() : written;
}

} // namespace awb
