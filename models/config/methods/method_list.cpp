#include "models/config/methods/method_list.h"

#include <functional>
#include <numeric>
#include <stdexcept>

namespace awb {

OptionSpec leaveOutOption() {
    return {.key = "leave_out",
            .title = "Leave out layers",
            .explanation = "Layers that get no module, by number from 0.",
            .kind = OptionKind::Layers,
            .fallback = std::vector<int>(),
            .choices = {}};
}

OptionSpec dropoutOption(const std::string& what) {
    return {.key = "dropout",
            .title = "Dropout",
            .explanation = "Share of " + what + " that is set to zero in training.",
            .kind = OptionKind::Number,
            .fallback = 0.0,
            .lowest = 0,
            .highest = 0.99,
            .choices = {}};
}

bool hasArchitecture(const nlohmann::json& json, std::string_view architecture) {
    const auto found = json.find("architecture");
    return found != json.end() && found->is_string() && found->get<std::string>() == architecture;
}

bool hasTrue(const nlohmann::json& json, std::string_view key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}

std::int64_t TensorSpec::size() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

const std::vector<Method>& methods() {
    static const std::vector<Method> all{
        bottleneckMethod(),   loraMethod(),         doraMethod(), veraMethod(),   ia3Method(),
        prefixTuningMethod(), promptTuningMethod(), reftMethod(), bitFitMethod(),
    };
    return all;
}

const Method* findMethod(std::string_view id) {
    for (const Method& method : methods()) {
        if (method.id == id) {
            return &method;
        }
    }
    return nullptr;
}

MethodConfig defaultMethod(std::string_view id) {
    const Method* method = findMethod(id);
    if (method == nullptr) {
        throw std::invalid_argument("there is no method " + std::string(id));
    }
    return {.method = method->id, .bottleneck = {}, .options = defaultOptions(method->options)};
}

} // namespace awb
