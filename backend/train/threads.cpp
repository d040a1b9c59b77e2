#include "backend/train/threads.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <ATen/Parallel.h>
#include <dlfcn.h>

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
        if (core.empty()) {
            return logicalCores();
        }
        cores.insert(package + ":" + core);
    }
    return std::max(1, static_cast<int>(cores.size()));
}

template<typename Function>
Function* loadedFunction(const char* name) {
    // Any BLAS may stand behind the system's choice, so it is looked up in what the process has loaded.
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

/// OpenBLAS built on POSIX threads has a pool of its own beside LibTorch's OpenMP pool. Two pools on the same
/// cores wait for each other: measured, a training step took 2.8 times as long with two threads in each as
/// with two in OpenBLAS alone, where nearly all of the work is.
bool blasHasItsOwnPool() {
    constexpr int kPosixThreads = 1;
    auto* parallel = loadedFunction<int()>("openblas_get_parallel");
    return parallel != nullptr && parallel() == kPosixThreads;
}

/// How many threads the training that is under way has; 0: there is none.
std::atomic<int> trainingThreads = 0;

int threadsFor(int wish) {
    return wish > 0 ? std::min(wish, 4 * logicalCores()) : physicalCores();
}

void apply(int chosen) {
    if (auto* setBlasThreads = loadedFunction<void(int)>("openblas_set_num_threads")) {
        setBlasThreads(chosen);
    }
    at::set_num_threads(blasHasItsOwnPool() ? 1 : chosen);
}

} // namespace

int setTorchThreads(int threads) {
    const int held = trainingThreads;
    const int chosen = held > 0 ? held : threadsFor(threads);
    apply(chosen);
    return chosen;
}

TrainingThreads::TrainingThreads(int threads)
    : m_count(threadsFor(threads)) {
    trainingThreads = m_count;
    apply(m_count);
}

TrainingThreads::~TrainingThreads() {
    trainingThreads = 0;
}

} // namespace awb
