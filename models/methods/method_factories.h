#pragma once

#include <string>
#include <string_view>

#include "models/config/method.h"
#include "models/methods/parameter_store.h"
#include "models/methods/site_modules.h"

namespace awb {

/// What a factory builds from: the tensors that the method has declared are in the store already.
struct MethodBuild {
    const MethodConfig& config;
    const ModelConfig& model;
    const std::string& adapter;
    const ParameterStore& store;
};

// One function for each method, in a file of its own: puts the modules of one part of an adapter into place.
void buildBottleneck(const MethodBuild& build, SiteModules& into);
void buildLora(const MethodBuild& build, SiteModules& into);
void buildDora(const MethodBuild& build, SiteModules& into);
void buildVera(const MethodBuild& build, SiteModules& into);
void buildIa3(const MethodBuild& build, SiteModules& into);
void buildPrefixTuning(const MethodBuild& build, SiteModules& into);
void buildPromptTuning(const MethodBuild& build, SiteModules& into);
void buildReft(const MethodBuild& build, SiteModules& into);
void buildBitFit(const MethodBuild& build, SiteModules& into);

using BuildMethod = void (*)(const MethodBuild&, SiteModules&);
/// The factory of a method's id; null where the engine has none.
BuildMethod findFactory(std::string_view method);

} // namespace awb
