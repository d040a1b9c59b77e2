#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "backend/experiment/experiment.h"

namespace awb {

// Names of the experiment file that its reader and its writer share.

inline constexpr std::array<std::pair<Scheduler, std::string_view>, 3> kSchedulers{
    {{Scheduler::Linear, "linear"}, {Scheduler::Cosine, "cosine"}, {Scheduler::Constant, "constant"}}};
inline constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};

} // namespace awb
