#include "backend/run/export_run.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/inspect.h"
#include "backend/checkpoint/setup_folder.h"
#include "backend/run/load_run.h"

namespace awb {

namespace {

namespace fs = std::filesystem;
using Remarks = std::vector<std::string>;

Result<void> loadAll(AdapterModel& model, const RunSource& source, RunParts& parts) {
    if (auto loaded = loadRunAdapters(model, source, {}, false, parts); !loaded) {
        return loaded;
    }
    if (auto loaded = loadRunFusions(model, source, {}, parts); !loaded) {
        return loaded;
    }
    return loadRunHeads(model, source, {}, parts);
}

Result<void> copyBase(const fs::path& from, const fs::path& to, Remarks& remarks) {
    std::error_code code;
    fs::create_directories(to, code);
    if (!code) {
        fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, code);
    }
    if (code) {
        return fail("the trained base can't be copied: " + code.message(), to.string());
    }
    remarks.push_back("The base itself was trained: use " + to.string() + " as the base model");
    return {};
}

} // namespace

Result<Remarks> exportRun(const RunStore& store, std::int64_t run, const fs::path& to, WeightsForm form) try {
    const Result<RunSource> source = readRunSource(store, run);
    if (!source) {
        return fail(source.error());
    }
    auto base = loadModel(source->baseFolder);
    if (!base) {
        return fail(base.error());
    }
    const torch::NoGradGuard guard;
    RunParts parts;
    if (auto loaded = loadAll(base->model, *source, parts); !loaded) {
        return fail(loaded.error());
    }
    Remarks remarks = std::move(parts.remarks);
    const AdapterSetup setup{source->experiment.composition, parts.heads};
    auto more = saveSetup(base->model, setup, to, source->experiment.baseModel, form);
    if (!more) {
        return more;
    }
    std::ranges::move(*more, std::back_inserter(remarks));
    if (source->experiment.trainsBase()) {
        if (auto copied = copyBase(source->baseFolder, to / "base", remarks); !copied) {
            return fail(copied.error());
        }
    }
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), to.string());
} catch (const fs::filesystem_error& error) {
    return fail(error.code().message(), error.path1().string());
}

} // namespace awb
