#include "backend/core/files.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <xxhash.h>

namespace fs = std::filesystem;

namespace awb {

namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

std::string adviceFor(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "Free some space on this disk and try again";
    case EACCES:
    case EPERM:
    case EROFS:
        return "Choose a place where you may write";
    default:
        return {};
    }
}

tl::unexpected<Error> systemFailure(const std::string& what, const fs::path& file, int error) {
    return fail(what + ": " + reason(error), file.string(), adviceFor(error));
}

fs::path homeSubfolder(const char* variable, const char* fallback) {
    // The specification of these variables says that relative values are to be ignored.
    if (const char* value = std::getenv(variable); value != nullptr && fs::path(value).is_absolute()) {
        return value;
    }
    const char* home = std::getenv("HOME");
    return home != nullptr ? fs::path(home) / fallback : fs::temp_directory_path();
}

/// A rename is durable only once its folder is synced. File systems that can't do that say EINVAL.
Result<void> syncFolder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return systemFailure("The folder can't be opened for syncing", folder, errno);
    }
    const int error = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (error != 0 && error != EINVAL && error != ENOTSUP) {
        return systemFailure("The folder can't be synced", folder, error);
    }
    return {};
}

fs::path temporaryName(const fs::path& target) {
    static std::atomic<unsigned> counter{0};
    std::string name = ".";
    name += target.filename().string();
    name += '.' + std::to_string(::getpid()) + '-' + std::to_string(counter.fetch_add(1)) + ".tmp";
    return target.parent_path() / name;
}

XXH3_state_t* xxhState(void* state) {
    return static_cast<XXH3_state_t*>(state);
}

std::string toHex(XXH128_hash_t hash) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * sizeof canonical.digest);
    for (const unsigned char byte : canonical.digest) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

} // namespace

Result<std::string> readTextFile(const fs::path& file, std::uintmax_t maxBytes) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) {
        return fail("There is no such file", file.string());
    }
    if (error) {
        return systemFailure("The file can't be looked at", file, error.value());
    }
    if (fs::is_directory(status)) {
        return fail("This is a folder, not a file", file.string());
    }
    if (!fs::is_regular_file(status)) {
        return fail("This is a device or a pipe, not a file", file.string());
    }
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return systemFailure("The file can't be opened", file, errno);
    }
    std::string content;
    std::array<char, 1U << 16U> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (true) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got == 0) {
            break;
        }
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            const int readError = errno;
            ::close(descriptor);
            return systemFailure("The file can't be read", file, readError);
        }
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > maxBytes) {
            ::close(descriptor);
            return fail("The file has more than the " + std::to_string(maxBytes) +
                            " bytes that are allowed here",
                        file.string());
        }
    }
    ::close(descriptor);
    return content;
}

Result<AtomicFile> AtomicFile::create(const fs::path& file) {
    std::error_code error;
    // A link stays a link: what it points to is replaced.
    const fs::path target =
        fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : fs::absolute(file, error);
    if (error) {
        return systemFailure("The file can't be reached", file, error.value());
    }
    if (fs::is_directory(target, error)) {
        return fail("This is a folder, not a file", target.string());
    }
    fs::create_directories(target.parent_path(), error);
    if (error) {
        return systemFailure("The folder can't be created", target.parent_path(), error.value());
    }
    const fs::path temporary = temporaryName(target);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return systemFailure("The file can't be written", target, errno);
    }
    struct stat old = {};
    if (::stat(target.c_str(), &old) == 0) {
        // Only a courtesy: the content matters more than the mode.
        [[maybe_unused]] const int ignored = ::fchmod(descriptor, old.st_mode & 07777U);
    }
    return AtomicFile(descriptor, target, temporary);
}

AtomicFile::AtomicFile(int descriptor, fs::path target, fs::path temporary)
    : m_descriptor(descriptor)
    , m_target(std::move(target))
    , m_temporary(std::move(temporary)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_target(std::move(other.m_target))
    , m_temporary(std::move(other.m_temporary)) {}

AtomicFile::~AtomicFile() {
    discard();
}

void AtomicFile::discard() noexcept {
    if (m_descriptor >= 0) {
        ::close(std::exchange(m_descriptor, -1));
        ::unlink(m_temporary.c_str());
    }
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return systemFailure("The file can't be written", m_target, errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::commit() {
    if (::fsync(m_descriptor) != 0) {
        return systemFailure("The file can't be written to the disk", m_target, errno);
    }
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        return systemFailure("The file can't be put in its place", m_target, errno);
    }
    ::close(std::exchange(m_descriptor, -1));
    return syncFolder(m_target.parent_path());
}

Result<void> writeFileAtomically(const fs::path& file, std::string_view content) {
    Result<AtomicFile> target = AtomicFile::create(file);
    if (!target) {
        return fail(target.error());
    }
    if (Result<void> written = target->write(std::as_bytes(std::span(content))); !written) {
        return written;
    }
    return target->commit();
}

fs::path userCacheFolder() {
    return homeSubfolder("XDG_CACHE_HOME", ".cache") / "adapter-workbench";
}

fs::path defaultWorkspaceFolder() {
    return homeSubfolder("XDG_DATA_HOME", ".local/share") / "adapter-workbench" / "workspace";
}

std::string hashBytes(std::span<const std::byte> bytes) {
    return toHex(XXH3_128bits(bytes.data(), bytes.size()));
}

Hasher::Hasher()
    : m_state(XXH3_createState()) {
    if (m_state == nullptr) {
        throw std::bad_alloc();
    }
    XXH3_128bits_reset(xxhState(m_state));
}

Hasher::~Hasher() {
    XXH3_freeState(xxhState(m_state));
}

void Hasher::add(std::span<const std::byte> bytes) {
    XXH3_128bits_update(xxhState(m_state), bytes.data(), bytes.size());
}

void Hasher::add(std::string_view text) {
    const std::uint64_t length = text.size();
    add(std::as_bytes(std::span(&length, 1)));
    add(std::as_bytes(std::span(text)));
}

std::string Hasher::hex() const {
    return toHex(XXH3_128bits_digest(xxhState(m_state)));
}

} // namespace awb
