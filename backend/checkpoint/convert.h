#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// What an adapter's or head's folder is turned into.
struct Conversion {
    std::filesystem::path base; ///< folder of the base model that it belongs to
    std::filesystem::path from;
    std::filesystem::path to;
    std::string newName;   ///< empty: keeps its name
    std::string modelName; ///< written into the configuration; may be empty
};

/// Reads an adapter folder of any generation of AdapterHub's format, checks it against its base model and
/// writes it anew in the current form. Gives the remarks of loading; errors as for loading and saving.
Result<std::vector<std::string>> convertAdapter(const Conversion& conversion);
/// The same for a head's folder.
Result<std::vector<std::string>> convertHead(const Conversion& conversion);

} // namespace awb
