#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/checkpoint/weights_form.h"
#include "models/config/result.h"

namespace awb {

/// What an adapter's or head's folder is turned into.
struct Conversion {
    std::filesystem::path base; ///< folder of the base model that it belongs to
    std::filesystem::path from;
    std::filesystem::path to;
    std::string newName;   ///< empty: keeps its name
    std::string modelName; ///< written into the configuration; may be empty
    WeightsForm form = WeightsForm::Safetensors;
};

/// Reads an adapter folder of any generation of AdapterHub's format, checks it against its base model and
/// writes it anew in the current form. Gives the remarks of loading and what the format can't say; errors as
/// for loading and saving.
Result<std::vector<std::string>> convertAdapter(const Conversion& conversion);
/// The same for a head's folder.
Result<std::vector<std::string>> convertHead(const Conversion& conversion);

/// What a converted folder was.
struct ConvertedFolder {
    std::string kind; ///< "adapter", "fusion", "head", "setup", "PEFT adapter"
    std::vector<std::string> adapters;
    std::vector<std::string> fusions;
    std::vector<std::string> heads;
    std::vector<std::string> remarks;
};
/// Recognises a folder by its configuration files and writes it anew as AdapterHub's format: an adapter, with
/// the head beside it where there is one; a fusion, whose adapters are looked for beside it ("../a", and
/// "../../adapters/a" as a run has them); a head; a setup with all of its parts; LoRA or (IA)3 of the PEFT
/// library, with its classifier as head. `newName` is for adapters and heads. Errors: nothing of the kind in
/// the folder, a name that can't be given; as for loading and saving.
Result<ConvertedFolder> convertFolder(const Conversion& conversion);

} // namespace awb
