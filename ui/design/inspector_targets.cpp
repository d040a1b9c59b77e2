#include "ui/design/inspector_targets.h"

#include <algorithm>
#include <set>

#include "ui/document/design_document.h"

namespace awb::ui {

std::vector<design::MethodModule> concernedModules(const DesignDocument& document) {
    auto modules = design::methodModules(document.experiment(), document.model());
    const auto& selection = document.selection();
    if (!selection.empty()) {
        std::erase_if(modules,
                      [&](const design::MethodModule& each) { return !selection.contains(each.module.ref); });
    }
    return modules;
}

std::vector<const AdapterSpec*> concernedAdapters(const DesignDocument& document) {
    std::set<std::string> names;
    for (const design::ModuleRef& ref : document.selection()) {
        names.insert(ref.adapter);
    }
    std::vector<const AdapterSpec*> found;
    for (const AdapterSpec& adapter : document.experiment().adapters) {
        if (names.empty() || names.contains(adapter.name)) {
            found.push_back(&adapter);
        }
    }
    return found;
}

PartsByMethod partsOf(const std::vector<const AdapterSpec*>& adapters) {
    PartsByMethod groups;
    for (const AdapterSpec* adapter : adapters) {
        if (adapter->isUnread()) {
            continue; // its options stand in its folder
        }
        bool hasBottleneck = false;
        for (std::size_t i = 0; i < adapter->config.parts.size(); ++i) {
            const MethodConfig& part = adapter->config.parts[i];
            if (part.isBottleneck() && std::exchange(hasBottleneck, true)) {
                continue;
            }
            auto group = std::ranges::find(groups, part.method, &PartsByMethod::value_type::first);
            if (group == groups.end()) {
                group = groups.insert(groups.end(), {part.method, {}});
            }
            group->second.push_back({adapter->name, i});
        }
    }
    return groups;
}

const MethodConfig* partAt(const DesignDocument& document, const PartRef& ref, const std::string& method) {
    const AdapterSpec* adapter = document.experiment().findAdapter(ref.adapter);
    if (adapter == nullptr || ref.part >= adapter->config.parts.size()) {
        return nullptr;
    }
    const MethodConfig& part = adapter->config.parts[ref.part];
    return part.method == method ? &part : nullptr;
}

} // namespace awb::ui
