#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backend/experiment/method_modules.h"
#include "ui/design/method_form.h"

namespace awb::ui {

class DesignDocument;

// What the inspector is about: the selected modules, or all where nothing is selected.

std::vector<design::MethodModule> concernedModules(const DesignDocument& document);
/// The adapters that they belong to, in the design's order.
std::vector<const AdapterSpec*> concernedAdapters(const DesignDocument& document);

/// Parts by method, in the order of the first adapter that has it.
using PartsByMethod = std::vector<std::pair<std::string, std::vector<PartRef>>>;
/// All parts of these adapters; of several bottlenecks under one name the first. Saved adapters whose options
/// are not read have none.
PartsByMethod partsOf(const std::vector<const AdapterSpec*>& adapters);
/// The part as the document has it now; null where it is gone or of another method.
const MethodConfig* partAt(const DesignDocument& document, const PartRef& ref, const std::string& method);

} // namespace awb::ui
