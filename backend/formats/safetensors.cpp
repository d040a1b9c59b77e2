#include "backend/formats/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/core/files.h"

namespace fs = std::filesystem;

namespace awb {

static_assert(std::endian::native == std::endian::little, "the format's numbers are little-endian");

namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

/// The whole file as read-only memory.
class MappedMemory {
public:
    MappedMemory(void* address, std::size_t size)
        : m_address(address)
        , m_size(size) {}
    ~MappedMemory() { ::munmap(m_address, m_size); }
    MappedMemory(const MappedMemory&) = delete;
    MappedMemory& operator=(const MappedMemory&) = delete;

    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(m_address), m_size}; }

private:
    void* m_address;
    std::size_t m_size;
};

tl::unexpected<Error> systemFailure(const std::string& what, const fs::path& file, int error) {
    return fail(what + ": " + std::generic_category().message(error), file.string());
}

Result<std::unique_ptr<MappedMemory>> mapFile(const fs::path& file) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) {
        return fail("There is no such file", file.string());
    }
    if (!fs::is_regular_file(status)) {
        return fail("This is not a file", file.string());
    }
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return systemFailure("The file can't be opened", file, errno);
    }
    struct stat info = {};
    if (::fstat(descriptor, &info) != 0) {
        const int statError = errno;
        ::close(descriptor);
        return systemFailure("The file can't be looked at", file, statError);
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size < kLengthBytes) {
        ::close(descriptor);
        return fail("The file has " + std::to_string(size) + " bytes; a safetensors file has at least 8",
                    file.string(), "The file is cut off: get it again");
    }
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int mapError = errno;
    ::close(descriptor);
    if (address == MAP_FAILED) {
        return systemFailure("The file can't be mapped into memory", file, mapError);
    }
    return std::make_unique<MappedMemory>(address, size);
}

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
    std::unique_ptr<MappedMemory> memory;
    std::span<const std::byte> data;
    SafetensorsHeader header;
    std::unordered_map<std::string_view, const TensorEntry*> byName;
};

SafetensorsFile::SafetensorsFile(std::shared_ptr<const Mapping> mapping)
    : m_mapping(std::move(mapping)) {}

Result<SafetensorsFile> SafetensorsFile::open(const fs::path& file) {
    Result<std::unique_ptr<MappedMemory>> memory = mapFile(file);
    if (!memory) {
        return fail(memory.error());
    }
    const std::span<const std::byte> bytes = (*memory)->bytes();
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), kLengthBytes);
    if (headerBytes > kMaxHeaderBytes) {
        return fail("The header claims to have " + std::to_string(headerBytes) + " bytes; at most " +
                        std::to_string(kMaxHeaderBytes) + " are allowed",
                    file.string(), "This is not a safetensors file, or it is damaged");
    }
    if (headerBytes > bytes.size() - kLengthBytes) {
        return fail("The header claims to have " + std::to_string(headerBytes) +
                        " bytes, but the file has only " + std::to_string(bytes.size()),
                    file.string(), "This is not a safetensors file, or it is cut off");
    }
    auto mapping = std::make_shared<Mapping>();
    mapping->data = bytes.subspan(kLengthBytes + headerBytes);
    const std::string_view json(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, headerBytes);
    Result<SafetensorsHeader> header = parseSafetensorsHeader(json, mapping->data.size());
    if (!header) {
        return fail(inFile(header.error(), file));
    }
    mapping->header = std::move(*header);
    mapping->memory = std::move(*memory);
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
