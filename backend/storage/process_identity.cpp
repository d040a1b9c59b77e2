#include "backend/storage/process_identity.h"

#include <charconv>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace awb::storage {

namespace {

/// Field 22 of /proc/PID/stat: when the process began, in clock ticks since the boot. Empty when there is
/// none.
std::string startTime(long pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    const std::size_t nameEnd = line.rfind(')');
    if (nameEnd == std::string::npos) {
        return {};
    }
    std::istringstream fields(line.substr(nameEnd + 1));
    constexpr int kFieldsAfterName = 20;
    std::string field;
    for (int i = 0; i < kFieldsAfterName; ++i) {
        fields >> field;
        // A dead process that its parent has not yet asked about.
        if (i == 0 && (field == "Z" || field == "X")) {
            return {};
        }
    }
    return field;
}

std::string bootId() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

std::string identity(long pid) {
    const std::string start = startTime(pid);
    return start.empty() ? std::string() : std::to_string(pid) + " " + start + " " + bootId();
}

} // namespace

std::string ownProcess() {
    return identity(::getpid());
}

bool isAlive(const std::string& process) {
    long pid = 0;
    const auto [end, error] = std::from_chars(process.data(), process.data() + process.size(), pid);
    return error == std::errc() && pid > 0 && identity(pid) == process;
}

} // namespace awb::storage
