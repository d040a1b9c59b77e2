#include "backend/core/mapped_file.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fs = std::filesystem;

namespace awb {

namespace {

tl::unexpected<Error> systemFailure(const std::string& what, const fs::path& file, int error) {
    return fail(what + ": " + std::generic_category().message(error), file.string());
}

} // namespace

Result<MappedFile> MappedFile::open(const fs::path& file) {
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
    MappedFile mapped;
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) {
        ::close(descriptor);
        return mapped;
    }
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int mapError = errno;
    ::close(descriptor);
    if (address == MAP_FAILED) {
        return systemFailure("The file can't be mapped into memory", file, mapError);
    }
    mapped.m_mapping.reset(address, [size](void* mapping) { ::munmap(mapping, size); });
    mapped.m_bytes = {static_cast<const std::byte*>(address), size};
    return mapped;
}

} // namespace awb
