#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "backend/experiment/experiment.h"
#include "models/config/json_fields.h"

namespace awb {

struct PretrainingSpec;

// What the parts of the experiment file's reader and writer share.

inline constexpr std::array<std::pair<Scheduler, std::string_view>, 3> kSchedulers{
    {{Scheduler::Linear, "linear"}, {Scheduler::Cosine, "cosine"}, {Scheduler::Constant, "constant"}}};
inline constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};

/// True for letters, digits, '-' and '_', at most 100 of them.
bool isName(std::string_view text);

/// Reads the object at `key` with `read`; null and a missing key are passed over, unknown keys are problems.
template<typename Read>
void readObject(JsonFields& parent, std::string_view key, const Read& read) {
    const nlohmann::json* value = parent.raw(key);
    if (value == nullptr || value->is_null()) {
        return;
    }
    JsonFields fields(*value, parent.pointerTo(key));
    if (value->is_object()) {
        read(fields);
    }
    if (auto error = fields.finish()) {
        parent.problem(std::move(*error));
    }
}

// What stands at the keys of these names.
void readHead(JsonFields& fields, HeadConfig& head);
void readData(JsonFields& fields, DataSpec& data);
void readTraining(JsonFields& fields, TrainingSpec& training);

nlohmann::ordered_json headToJson(const HeadConfig& head);
nlohmann::ordered_json dataToJson(const DataSpec& data);
nlohmann::ordered_json trainingToJson(const TrainingSpec& training);
/// What `readPretraining` reads.
nlohmann::ordered_json pretrainingToJson(const PretrainingSpec& spec);

/// One entry of `adapters`.
AdapterSpec readAdapter(JsonFields& fields);
nlohmann::ordered_json adapterToJson(const AdapterSpec& adapter);

} // namespace awb
