#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// A tensor as a PyTorch checkpoint's pickle describes it: a strided view into a storage, which is an entry
/// of the same archive. All its items lie inside the storage.
struct PickledTensor {
    std::string name;
    std::string_view dtype;         ///< as in safetensors: "F32", "F16", "BF16", "I64", ...
    std::string storage;            ///< key of the storage: entry "<root>/data/<key>"
    std::uint64_t storageItems = 0; ///< items in the storage
    std::uint64_t offset = 0;       ///< of the first item, in items
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> stride; ///< in items, one for each dimension, from 0 up
};

/// Reads a pickle (protocol 2) that holds a dictionary of tensors, as `torch.save(model.state_dict(), ...)`
/// and `torch.save({"name": tensor}, ...)` write it. The pickle can't do anything: it is a program for a
/// stack machine, and this machine knows only the instructions for plain values and, by name, a fixed list of
/// PyTorch's own constructors. Nothing is called, and no other name gets further than the error message.
/// Depth, memo, texts, values and tensors are bounded; each tensor is checked against its storage. Errors
/// name the tensor or the byte. Source: Python's documentation of the pickle instructions (pickletools).
Result<std::vector<PickledTensor>> readTensorPickle(std::span<const std::byte> bytes);

/// Whether bytes begin as PyTorch's checkpoints from before version 1.6 do, or as another bare pickle.
bool looksLikePickle(std::span<const std::byte> bytes);
bool looksLikeOldCheckpoint(std::span<const std::byte> bytes);

/// A tensor to be described: its values are one storage, row-major.
struct TensorToPickle {
    std::string_view name;
    std::string_view dtype;
    std::span<const std::int64_t> shape; ///< the product without zeros fits 63 bits
};
/// The pickle of a plain dictionary; the storage of the i-th tensor has the key i. The dtypes are those that
/// this program reads.
std::string writeTensorPickle(std::span<const TensorToPickle> tensors);

} // namespace awb
