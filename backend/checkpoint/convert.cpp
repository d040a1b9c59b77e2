#include "backend/checkpoint/convert.h"

#include "backend/checkpoint/checkpoint.h"

namespace awb {

Result<std::vector<std::string>> convertAdapter(const Conversion& conversion) {
    Result<LoadedModel> base = loadModel(conversion.base);
    if (!base) {
        return fail(base.error());
    }
    Result<std::vector<std::string>> remarks = loadAdapter(base->model, conversion.from, conversion.newName);
    if (!remarks) {
        return remarks;
    }
    const std::string name = base->model.adapterNames().front();
    if (const auto saved = saveAdapter(base->model, name, conversion.to, conversion.modelName); !saved) {
        return fail(saved.error());
    }
    return remarks;
}

Result<std::vector<std::string>> convertHead(const Conversion& conversion) {
    Result<LoadedModel> base = loadModel(conversion.base);
    if (!base) {
        return fail(base.error());
    }
    Result<std::vector<std::string>> remarks = loadHead(base->model, conversion.from, conversion.newName);
    if (!remarks) {
        return remarks;
    }
    const std::string name = base->model.headNames().front();
    if (const auto saved = saveHead(base->model, name, conversion.to, conversion.modelName); !saved) {
        return fail(saved.error());
    }
    return remarks;
}

} // namespace awb
