#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "backend/core/mapped_file.h"
#include "backend/formats/safetensors.h"
#include "backend/formats/tensor_pickle.h"
#include "models/config/result.h"

namespace awb {

/// A tensor of a PyTorch checkpoint and where its storage lies in the file.
struct ArchivedTensor {
    PickledTensor view;
    std::uint64_t storageBegin = 0; ///< offset of the storage's first byte in the file
    std::uint64_t bytes = 0;        ///< of its values, row-major and without gaps
};

/// Reads the bytes of a checkpoint as torch.save writes it since PyTorch 1.6 (`pytorch_model.bin`,
/// `pytorch_adapter.bin`): a zip archive with a pickle of names and tensors, and one entry a storage. Nothing
/// of it is run. The parts are those of `readStoredZip` and `readTensorPickle`, whose errors it gives; more:
/// older files, storages that are missing or of another size, big-endian values, TorchScript programs.
Result<std::vector<ArchivedTensor>> readTorchArchive(std::span<const std::byte> file);

/// Copies a tensor's values, row-major, into `target`, which has `tensor.bytes` bytes.
void copyValues(std::span<const std::byte> file, const ArchivedTensor& tensor, std::span<std::byte> target);

/// A memory-mapped checkpoint of this kind, fully checked on opening.
class TorchArchive {
public:
    static Result<TorchArchive> open(const std::filesystem::path& file);

    /// In the order of the dictionary.
    const std::vector<ArchivedTensor>& tensors() const { return m_tensors; }
    void copyTo(const ArchivedTensor& tensor, std::span<std::byte> target) const;

private:
    MappedFile m_file;
    std::vector<ArchivedTensor> m_tensors;
};

/// Writes a plain dictionary of tensors in this form, atomically, so that `torch.load` reads it. The name of
/// the file without its ending is the archive's root folder, as in PyTorch. Errors: two tensors of one name,
/// a dtype without a storage type, sizes that contradict each other, more than 4 GiB.
Result<void> writeTorchArchive(const std::filesystem::path& file, const std::vector<TensorToWrite>& tensors);

} // namespace awb
