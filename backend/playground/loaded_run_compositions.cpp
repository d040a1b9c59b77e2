// LoadedRun: which compositions it can run.
#include <algorithm>

#include "backend/playground/loaded_run.h"
#include "models/config/composition_text.h"
#include "models/config/method_composition.h"

namespace awb {

namespace {

bool containsBatchSplit(const Composition& composition) {
    return composition.kind == Composition::Kind::BatchSplit ||
           std::ranges::any_of(composition.children, containsBatchSplit);
}

} // namespace

std::string namesText(const std::vector<std::string>& names) {
    if (names.empty()) {
        return "none";
    }
    std::string text = names.front();
    for (std::size_t i = 1; i < names.size(); ++i) {
        text += (i + 1 == names.size() ? " and " : ", ") + names[i];
    }
    return text;
}

Result<Composition> LoadedRun::compositionOf(const SetupChoice& choice) const {
    if (choice.kind == SetupChoice::Kind::Off) {
        return Composition{};
    }
    if (choice.kind == SetupChoice::Kind::Own) {
        return m_source.experiment.composition;
    }
    auto text = compositionFromText(choice.text);
    if (!text) {
        return fail(text.error().error());
    }
    if (auto legal = check(text->composition); !legal) {
        return fail(legal.error());
    }
    return text->composition;
}

Result<void> LoadedRun::check(const Composition& composition) const {
    if (const std::vector<Error> errors = checkComposition(composition); !errors.empty()) {
        return fail(errors.front());
    }
    for (const std::string& name : composition.leaves()) {
        if (std::ranges::find(m_parts.adapters, name) == m_parts.adapters.end()) {
            return fail("the run has no adapter of this name", name,
                        "Its adapters: " + namesText(m_parts.adapters));
        }
    }
    const auto configOf = [this](const std::string& name) {
        return m_base->model.adapterConfig(m_prefix + name);
    };
    if (const auto errors = checkMethodsInComposition(composition, configOf); !errors.empty()) {
        return fail(errors.front());
    }
    for (const std::string& fusion : fusionNames(composition)) {
        if (std::ranges::find(m_parts.fusions, fusion) == m_parts.fusions.end()) {
            return fail("the run has not trained a fusion of these adapters, in this order", fusion,
                        "Its fusions: " + namesText(m_parts.fusions));
        }
    }
    if (containsBatchSplit(composition)) {
        return fail("a BatchSplit gives each text of a batch an adapter, but here is one text",
                    "/composition", "Use the Batch tab, or Parallel");
    }
    return {};
}

} // namespace awb
