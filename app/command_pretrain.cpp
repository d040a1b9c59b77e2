#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/stoppable_run.h"
#include "backend/run/pretraining.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

void print(const PretrainedBase& base, bool json) {
    if (!json) {
        std::printf("%s: %s pieces, run %lld, %s\n", base.folder.string().c_str(),
                    countText(base.vocabSize).c_str(), static_cast<long long>(base.run.id),
                    durationText(base.run.seconds).c_str());
        for (const auto& [name, value] : base.run.metrics) {
            std::printf("  %-24s %s\n", name.c_str(), numberText(value).c_str());
        }
        return;
    }
    const nlohmann::ordered_json object{
        {"folder", base.folder.string()}, {"run", base.run.id},
        {"vocab_size", base.vocabSize},   {"parameters", base.run.baseParameters},
        {"steps", base.run.step},         {"seconds", base.run.seconds},
        {"metrics", base.run.metrics}};
    printJson(object);
}

Result<PretrainedBase> perform(const PretrainOptions& options, StoppableRun& run) {
    const auto store = RunStore::open(fs::absolute(workspaceFolder(options.workspace)));
    if (!store) {
        return fail(store.error());
    }
    if (const auto marked = (*store)->markInterrupted(); !marked) {
        return fail(marked.error());
    }
    const std::function<void(const Experiment&)> announce = [](const Experiment& experiment) {
        std::fprintf(stderr, "%s\n", experiment.name.c_str());
    };
    Trials trials(**store, run.control, run.reporter, announce);
    PretrainingSpec spec = options.spec;
    for (std::string& text : spec.texts) {
        text = fs::absolute(text).lexically_normal().string();
    }
    const fs::path to = fs::absolute(options.to).lexically_normal();
    spec.name = to.has_filename() ? to.filename().string() : to.parent_path().filename().string();
    return pretrain(**store, trials, spec, to);
}

} // namespace

int runPretrain(const PretrainOptions& options) {
    StoppableRun run;
    const auto base = perform(options, run);
    if (!base && run.control.stopRequested()) {
        std::fprintf(stderr, "Stopped. The same command goes on from here.\n");
        return kInterrupted;
    }
    if (!base) {
        return complain(base.error());
    }
    print(*base, options.json);
    return kSuccess;
}

} // namespace awb::app
