#pragma once

#include <functional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backend/text/sequence_layout.h"

namespace awb {

/// Reads the `post_processor` of a `tokenizer.json`: which special tokens stand around one text and two.
/// `idOf` gives the id of a token, or -1. The error names a processor that is not known or a token that is
/// nowhere.
Result<SequenceLayout> readJsonLayout(const nlohmann::json& postProcessor,
                                      const std::function<int(std::string_view)>& idOf);

} // namespace awb
