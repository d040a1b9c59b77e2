#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <torch/types.h>

#include "backend/checkpoint/weights_form.h"
#include "models/adapter_model.h"

namespace awb {

/// Loads an encoder from a Hugging Face folder: config.json and model.safetensors or pytorch_model.bin, whole
/// or split (F32, F16 or BF16; with or without the body prefix; gamma/beta accepted). Missing and unexpected
/// parameters are listed; missing ones are an error.
struct LoadedModel {
    AdapterModel model;
    std::vector<std::string> unexpected; ///< in the file, not part of the body (heads of other classes, ...)
    std::vector<std::string> remarks;
};
Result<LoadedModel> loadModel(const std::filesystem::path& folder);

/// XXH3-128 of names, shapes and values of all base parameters.
std::string baseHash(const AdapterModel& model);
/// The same of an adapter's parameters; the adapter's name is part of theirs.
std::string adapterHash(const AdapterModel& model, const std::string& name);

/// AdapterHub's adapter folder: adapter_config.json and adapter.safetensors or pytorch_adapter.bin. Loading
/// adds the adapter to the model, under `name` when given. Keys with and without the body prefix are read.
/// Errors list missing, unexpected and misshapen tensors.
Result<std::vector<std::string>> loadAdapter(AdapterModel& model, const std::filesystem::path& folder,
                                             const std::string& name = {}); ///< gives remarks
/// Saving overwrites what the folder had, in either form.
Result<void> saveAdapter(const AdapterModel& model, const std::string& name,
                         const std::filesystem::path& folder, const std::string& modelName,
                         WeightsForm form = WeightsForm::Safetensors);
/// AdapterHub's fusion folder: adapter_fusion_config.json and model_adapter_fusion.safetensors or .bin.
/// `adapters`: the fused adapters' names in the model, in the file's order.
Result<std::vector<std::string>> loadFusion(AdapterModel& model, const std::filesystem::path& folder,
                                            const std::vector<std::string>& adapters);
Result<void> saveFusion(const AdapterModel& model, const std::string& name,
                        const std::filesystem::path& folder, const std::string& modelName,
                        WeightsForm form = WeightsForm::Safetensors);
/// head_config.json and model_head.safetensors or pytorch_model_head.bin.
Result<std::vector<std::string>> loadHead(AdapterModel& model, const std::filesystem::path& folder,
                                          const std::string& name = {});
Result<void> saveHead(const AdapterModel& model, const std::string& name, const std::filesystem::path& folder,
                      const std::string& modelName, WeightsForm form = WeightsForm::Safetensors);

/// Tensors to and from a file (float32, int64 and uint8): PyTorch's own form where its name ends in .bin,
/// else safetensors. Other number types are widened to float32 or int64 when read.
Result<void> saveTensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& file);
Result<std::vector<NamedTensor>> loadTensors(const std::filesystem::path& file);

} // namespace awb
