#pragma once

#include <string>

namespace awb::storage {

/// Names this process so that no later one is taken for it: boot, process id and start time.
std::string ownProcess();

/// True while the process that `ownProcess` named is running on this machine.
bool isAlive(const std::string& process);

} // namespace awb::storage
