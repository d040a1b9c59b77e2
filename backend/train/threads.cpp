#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <torch/torch.h>

#include "backend/train/trainer.h"

namespace awb {
namespace {

int logicalCores() {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// Distinct cores as the kernel tells them; hyper-threads of one core share its arithmetic units, so more
/// threads than cores gain nothing. The number of logical cores where the kernel tells nothing.
int physicalCores() {
    std::set<std::string> cores;
    for (int cpu = 0; cpu < logicalCores(); ++cpu) {
        const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
        std::string package;
        std::string core;
        std::ifstream(folder + "physical_package_id") >> package;
        std::ifstream(folder + "core_id") >> core;
        if (core.empty())
            return logicalCores();
        cores.insert(package + ":" + core);
    }
    return std::max(1, static_cast<int>(cores.size()));
}

/// OpenBLAS keeps threads of its own, which LibTorch's setting does not reach. The function is looked up in
/// what the process has loaded already, since any BLAS may stand behind the system's choice.
void setBlasThreads(int threads) {
    using SetThreads = void (*)(int);
    if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
        reinterpret_cast<SetThreads>(symbol)(threads);
}

} // namespace

int setTorchThreads(int threads) {
    const int chosen = threads > 0 ? std::min(threads, 4 * logicalCores()) : physicalCores();
    at::set_num_threads(chosen);
    setBlasThreads(chosen);
    return at::get_num_threads();
}

} // namespace awb
