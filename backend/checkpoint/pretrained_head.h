#pragma once

#include <filesystem>
#include <string>

#include "models/config/result.h"

namespace awb {

class AdapterModel;

/// Adds the masked language model's head that a base was pretrained with, out of the base's own file, under
/// `name`: Hugging Face keeps it beside the encoder ("cls.predictions.*" of BERT, "lm_head.*" of RoBERTa,
/// "vocab_*" of DistilBERT). Its last matrix is the word embeddings'. Error: the file has no such head.
Result<void> addPretrainedHead(AdapterModel& model, const std::filesystem::path& baseFolder,
                               const std::string& name);

/// Writes `base` (a folder of a BERT encoder) and a masked language model's head (AdapterHub's folder) as one
/// folder of Hugging Face's BertForMaskedLM. Errors: another family; as for loading and saving.
Result<void> joinBaseAndHead(const std::filesystem::path& base, const std::filesystem::path& head,
                             const std::filesystem::path& to);

} // namespace awb
