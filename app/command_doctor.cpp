#include <cstdio>
#include <thread>

#include "app/commands.h"
#include "app/console.h"
#include "backend/checkpoint/inspect.h"
#include "backend/data/dataset.h"
#include "backend/storage/run_store.h"
#include "backend/train/machine.h"
#include "backend/train/threads.h"

namespace awb::app {

namespace {

/// One finding; `problem` is empty when all is well. True when it is.
bool tell(const char* what, const std::string& found, const std::string& problem = {}) {
    std::printf("%-12s %s\n", what, found.c_str());
    if (!problem.empty()) {
        std::printf("%-12s ! %s\n", "", problem.c_str());
    }
    return problem.empty();
}

bool checkMachine() {
    const int threads = setTorchThreads(0);
    const MachineSpeed speed = measureMachine(threads);
    tell("threads", std::to_string(threads) + " for training, " +
                        std::to_string(std::thread::hardware_concurrency()) + " logical processors");
    const bool fast =
        tell("BLAS", numberText(speed.gflops) + " GFLOP/s on a 512 x 512 float product", speed.advice);
    std::printf("LibTorch\n");
    std::string line;
    for (const char character : speed.configuration) {
        if (character != '\n') {
            line += character;
            continue;
        }
        std::printf("  %s\n", line.c_str());
        line.clear();
    }
    if (!line.empty()) {
        std::printf("  %s\n", line.c_str());
    }
    return fast;
}

bool checkWorkspace(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder)) {
        return tell("workspace", folder.string() + " (not there yet)");
    }
    const Result<std::unique_ptr<RunStore>> store = RunStore::open(folder);
    if (!store) {
        return tell("workspace", folder.string(), store.error().message());
    }
    const Result<std::vector<RunRow>> runs = (*store)->runs();
    if (!runs) {
        return tell("workspace", folder.string(), runs.error().message());
    }
    bool good = tell("workspace", folder.string() + " (" + std::to_string(runs->size()) + " runs)");
    for (const std::string& remark : (*store)->remarks()) {
        good = tell("", "", remark);
    }
    return good;
}

bool checkData() {
    bool good = true;
    for (const BuiltinTask& task : builtinTasks()) {
        const std::optional<Error> missing = builtinUnavailable(task.source);
        good =
            tell("data", task.source + (missing ? "" : ": there"), missing ? missing->message() : "") && good;
    }
    return good;
}

bool checkModels() {
    bool good = true;
    for (const std::string& name : bundledModels()) {
        const Result<std::filesystem::path> folder = resolveBaseModel(name);
        good = tell("base model", name + (folder ? " in " + folder->string() : ""),
                    folder ? "" : folder.error().message()) &&
               good;
    }
    return good;
}

} // namespace

int runDoctor(const std::string& workspace) {
    tell("version", AWB_VERSION);
    const bool workspaceGood = checkWorkspace(workspaceFolder(workspace));
    const bool modelsGood = checkModels();
    const bool dataGood = checkData();
    const bool machineGood = checkMachine();
    return workspaceGood && modelsGood && dataGood && machineGood ? kSuccess : kFailed;
}

} // namespace awb::app
