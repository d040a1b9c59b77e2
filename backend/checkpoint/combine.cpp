#include "backend/checkpoint/combine.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/setup_folder.h"
#include "models/adapter_arithmetic.h"

namespace awb {

namespace {

// Long, so that no one gives it to the new adapter.
std::string termName(std::size_t index) {
    return "term-" + std::to_string(index) + "-of-a-sum";
}

} // namespace

Result<std::vector<std::string>> combineFolders(const Combination& combination) try {
    Result<LoadedModel> base = loadModel(combination.base);
    if (!base) {
        return fail(base.error());
    }
    std::vector<std::string> remarks;
    std::vector<CombineTerm> terms;
    for (const Combination::Term& term : combination.terms) {
        const std::string name = termName(terms.size());
        auto loaded = loadAdapter(base->model, term.folder, name);
        if (!loaded) {
            return loaded;
        }
        std::ranges::move(*loaded, std::back_inserter(remarks));
        terms.push_back({name, term.weight});
    }
    auto combined = combineAdapters(base->model, terms, combination.options, combination.newName);
    if (!combined) {
        Error error = combined.error();
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (const std::size_t at = error.where.find(terms[i].adapter); at != std::string::npos) {
                error.where.replace(at, terms[i].adapter.size(), combination.terms[i].folder.string());
            }
        }
        return fail(std::move(error));
    }
    auto saved = saveAdapter(base->model, combination.newName, combination.to, combination.modelName,
                             combination.form);
    if (!saved) {
        return fail(saved.error());
    }
    std::ranges::move(exportRemarks(base->model, combination.newName), std::back_inserter(remarks));
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), combination.to.string());
}

} // namespace awb
