#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/formats/tensor_pickle.h"
#include "models/config/result.h"

namespace awb::pickle {

// Real checkpoints stay far below these; they bound what a hostile pickle can cost.
inline constexpr std::size_t kMaxTensors = 100'000;
inline constexpr std::size_t kMaxStack = 2 * kMaxTensors + 1000;
inline constexpr std::size_t kMaxMemo = 16 * kMaxTensors;
inline constexpr std::size_t kMaxValues = 64 * kMaxTensors;
inline constexpr std::size_t kMaxContainers = 8 * kMaxTensors;
inline constexpr std::size_t kMaxTextBytes = 2048;
inline constexpr std::size_t kMaxRank = 64;
inline constexpr std::size_t kMaxPickleBytes = std::size_t{256} << 20U;

/// The names that a pickle may use.
enum class GlobalRole : std::uint8_t { OrderedDict, RebuildTensor, RebuildParameter, Storage };
struct Global {
    std::string_view module;
    std::string_view name;
    GlobalRole role;
    std::string_view dtype; ///< of a storage
};
std::span<const Global> knownGlobals();

enum class Kind : std::uint8_t {
    Mark,
    None,
    Bool,
    Integer,
    Float,
    Text,
    Tuple,
    List,
    Dict,
    Global,
    Storage,
    Tensor,
};

/// A value of the stack machine; large ones are places in the store, so that copies cost nothing and a value
/// that holds another one a million times is as small as any.
struct Value {
    Kind kind = Kind::None;
    std::int64_t number = 0; ///< the value of an integer or boolean; of others the place in the store
};

/// "a list", "a tensor", ...
std::string_view kindName(Kind kind);

struct Storage {
    std::string_view key;
    std::string_view dtype;
    std::uint64_t items = 0;
};

/// Everything that the pickle made. Texts are views into the pickle.
class Store {
public:
    using DictItem = std::pair<Value, Value>; ///< the key is a text

    Result<Value> addText(std::string_view text);
    Result<Value> addTuple(std::span<const Value> items);
    Result<Value> addDict(bool isOrdered);
    Result<void> addItem(Value dict, Value key, Value value);

    std::string_view text(Value value) const { return m_texts[place(value)]; }
    std::span<const Value> tuple(Value value) const;
    const std::vector<DictItem>& items(Value dict) const { return m_dicts[place(dict)].items; }
    bool isOrdered(Value dict) const { return m_dicts[place(dict)].isOrdered; }
    const PickledTensor& tensor(Value value) const { return m_tensors[place(value)]; }

    /// What the allowed names do. Errors: arguments that PyTorch would not write.
    Result<Value> call(const Global& global, Value arguments);
    /// A reference to a storage: ("storage", type, key, device, items).
    Result<Value> addStorage(Value reference);

private:
    static std::size_t place(Value value) { return static_cast<std::size_t>(value.number); }
    struct Dict {
        std::vector<DictItem> items;
        bool isOrdered = false;
    };

    Result<void> countValues(std::size_t more);
    Result<Value> rebuildTensor(std::span<const Value> arguments);
    Result<std::vector<std::int64_t>> readSizes(Value tuple, const char* what) const;

    std::size_t m_values = 0;
    std::vector<std::string_view> m_texts;
    std::vector<Value> m_tupleItems;
    std::vector<std::pair<std::size_t, std::size_t>> m_tuples; ///< first item and count
    std::vector<Dict> m_dicts;
    std::vector<Storage> m_storages;
    std::vector<PickledTensor> m_tensors;
};

} // namespace awb::pickle
