#include "backend/storage/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace awb::storage {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");
static_assert(sizeof(ModuleStats) == 5 * sizeof(float), "the layout that encodeModules writes");

namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 8> kStates{
    {{RunState::Preparing, "preparing"},
     {RunState::Running, "running"},
     {RunState::Paused, "paused"},
     {RunState::Stopping, "stopping"},
     {RunState::Stopped, "stopped"},
     {RunState::Finished, "finished"},
     {RunState::Failed, "failed"},
     {RunState::Interrupted, "interrupted"}}};

constexpr char kModulesVersion = 1;
constexpr const char* kNan = "nan";

nlohmann::json toJson(const ModuleInfo& module) {
    return {{"adapter", module.adapter},
            {"layer", module.layer},
            {"site", siteName(module.site)},
            {"bottleneck", module.bottleneck},
            {"parameters", module.parameters}};
}

ModuleInfo moduleFromJson(const nlohmann::json& json) {
    ModuleInfo module;
    module.adapter = json.at("adapter").get<std::string>();
    module.layer = json.at("layer").get<int>();
    module.site = siteFromName(json.at("site").get<std::string>()).value_or(Site::FfnOutput);
    module.bottleneck = json.at("bottleneck").get<int>();
    module.parameters = json.at("parameters").get<std::int64_t>();
    return module;
}

} // namespace

std::string_view stateText(RunState state) {
    return std::ranges::find(kStates, state, &std::pair<RunState, std::string_view>::first)->second;
}

RunState stateFromText(std::string_view text) {
    const auto* const found =
        std::ranges::find(kStates, text, &std::pair<RunState, std::string_view>::second);
    return found != kStates.end() ? found->first : RunState::Interrupted;
}

void bindNumber(SQLite::Statement& statement, int index, double value) {
    if (std::isnan(value)) {
        statement.bind(index, kNan);
    } else {
        statement.bind(index, value);
    }
}

double numberFrom(const SQLite::Column& column) {
    return column.isText() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
}

std::vector<char> encodeModules(std::span<const ModuleStats> modules) {
    std::vector<char> blob(1 + modules.size_bytes());
    blob[0] = kModulesVersion;
    if (!modules.empty()) {
        std::memcpy(blob.data() + 1, modules.data(), modules.size_bytes());
    }
    return blob;
}

Result<std::vector<ModuleStats>> decodeModules(std::span<const char> blob) {
    if (blob.empty() || blob[0] != kModulesVersion || (blob.size() - 1) % sizeof(ModuleStats) != 0) {
        return fail("The module statistics are of a form that this version does not know");
    }
    std::vector<ModuleStats> modules((blob.size() - 1) / sizeof(ModuleStats));
    if (!modules.empty()) {
        std::memcpy(modules.data(), blob.data() + 1, blob.size() - 1);
    }
    return modules;
}

std::string planText(const RunPlan& plan) {
    nlohmann::json modules = nlohmann::json::array();
    for (const ModuleInfo& module : plan.modules) {
        modules.push_back(toJson(module));
    }
    const nlohmann::json json = {{"total_steps", plan.totalSteps},
                                 {"steps_per_epoch", plan.stepsPerEpoch},
                                 {"train_examples", plan.trainExamples},
                                 {"start_step", plan.startStep},
                                 {"modules", std::move(modules)},
                                 {"trainable_parameters", plan.trainableParameters},
                                 {"base_parameters", plan.baseParameters},
                                 {"base_hash", plan.baseHash},
                                 {"frozen", plan.frozen},
                                 {"dataset_name", plan.datasetName},
                                 {"dataset_hash", plan.datasetHash},
                                 {"dataset_note", plan.datasetNote},
                                 {"labels", plan.labels},
                                 {"warnings", plan.warnings},
                                 {"main_metric", plan.mainMetric},
                                 {"threads", plan.threads},
                                 {"cached_layers", plan.cachedLayers}};
    // Labels come from people's files and need not be valid UTF-8.
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<RunPlan> planFromText(const std::string& text) {
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        RunPlan plan;
        plan.totalSteps = json.at("total_steps").get<std::int64_t>();
        plan.stepsPerEpoch = json.at("steps_per_epoch").get<std::int64_t>();
        plan.trainExamples = json.at("train_examples").get<std::int64_t>();
        plan.startStep = json.at("start_step").get<std::int64_t>();
        for (const nlohmann::json& module : json.at("modules")) {
            plan.modules.push_back(moduleFromJson(module));
        }
        plan.trainableParameters = json.at("trainable_parameters").get<std::int64_t>();
        plan.baseParameters = json.at("base_parameters").get<std::int64_t>();
        plan.baseHash = json.at("base_hash").get<std::string>();
        // Runs of earlier versions don't have it.
        plan.frozen = json.value("frozen", plan.frozen);
        plan.datasetName = json.at("dataset_name").get<std::string>();
        plan.datasetHash = json.at("dataset_hash").get<std::string>();
        plan.datasetNote = json.at("dataset_note").get<std::string>();
        plan.labels = json.at("labels").get<std::vector<std::string>>();
        plan.warnings = json.at("warnings").get<std::vector<std::string>>();
        plan.mainMetric = json.at("main_metric").get<std::string>();
        plan.threads = json.at("threads").get<int>();
        plan.cachedLayers = json.at("cached_layers").get<int>();
        return plan;
    } catch (const nlohmann::json::exception& exception) {
        return fail(std::string("The stored plan of the run can't be read: ") + exception.what());
    }
}

} // namespace awb::storage
