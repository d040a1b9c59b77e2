#include "backend/experiment/method_modules.h"

#include <map>

#include "backend/experiment/method_edit.h"

namespace awb::design {

bool MethodModule::hasSize() const {
    return method->id == "bottleneck" ? hasFactor() : !method->sizeKey.empty() && !module.isShared();
}

std::vector<MethodModule> methodModules(const Experiment& experiment, const ModelConfig& model) {
    std::vector<MethodModule> all;
    for (const AdapterSpec& adapter : experiment.adapters) {
        const auto places = modulesOf(adapter.config, model);
        if (!places) {
            continue;
        }
        std::map<Place, const Method*> methods;
        for (const MethodConfig& part : adapter.config.parts) {
            const Method* method = findMethod(part.method);
            for (const Place& place : placesOf(part, model)) {
                methods[place] = method;
            }
        }
        // What only holds shared parameters is no place of any part.
        const Method* first = findMethod(adapter.config.parts.front().method);
        for (const ModulePlace& place : *places) {
            const auto own = methods.find({place.layer, place.site});
            all.push_back({{{adapter.name, place.layer, place.site}, place},
                           own == methods.end() ? first : own->second});
        }
    }
    return all;
}

} // namespace awb::design
