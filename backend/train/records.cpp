#include "backend/train/records.h"

#include <array>
#include <utility>

#include "models/config/placement.h"

namespace awb {
namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 8> kStateNames{{
    {RunState::Preparing, "preparing"},
    {RunState::Running, "running"},
    {RunState::Paused, "paused"},
    {RunState::Stopping, "stopping"},
    {RunState::Stopped, "stopped"},
    {RunState::Finished, "finished"},
    {RunState::Failed, "failed"},
    {RunState::Interrupted, "interrupted"},
}};

} // namespace

std::string_view runStateName(RunState state) {
    for (const auto& [value, name] : kStateNames) {
        if (value == state) {
            return name;
        }
    }
    return "failed";
}

std::optional<RunState> runStateFromName(std::string_view name) {
    for (const auto& [value, text] : kStateNames) {
        if (text == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::string ModuleInfo::key() const {
    return moduleKey(adapter, layer, site);
}

} // namespace awb
