#pragma once

#include <vector>

#include "backend/train/run_setup.h"

namespace awb {

/// How many blocks have the same output in every pass over an example (RunSetup::reusableLayers). Below the
/// lowest trained block a state depends on its text alone, unless something there is random (dropout,
/// AdapterDrop), looks at the padding (gates, at any height: they'd see other padding), or the text itself
/// changes (masked language models). `active`: the modules that run in at least some pass.
int countReusableLayers(const Experiment& experiment, const RunSetup& setup,
                        const std::vector<ModuleInfo>& active);

} // namespace awb
