#include "backend/formats/pickle_values.h"

#include <algorithm>
#include <array>
#include <optional>

#include "backend/core/message_text.h"
#include "backend/formats/safetensors.h"

namespace awb::pickle {

namespace {

constexpr std::array kGlobals{
    Global{"collections", "OrderedDict", GlobalRole::OrderedDict, {}},
    Global{"torch._utils", "_rebuild_tensor_v2", GlobalRole::RebuildTensor, {}},
    Global{"torch._utils", "_rebuild_parameter", GlobalRole::RebuildParameter, {}},
    Global{"torch", "DoubleStorage", GlobalRole::Storage, "F64"},
    Global{"torch", "FloatStorage", GlobalRole::Storage, "F32"},
    Global{"torch", "HalfStorage", GlobalRole::Storage, "F16"},
    Global{"torch", "BFloat16Storage", GlobalRole::Storage, "BF16"},
    Global{"torch", "LongStorage", GlobalRole::Storage, "I64"},
    Global{"torch", "IntStorage", GlobalRole::Storage, "I32"},
    Global{"torch", "ShortStorage", GlobalRole::Storage, "I16"},
    Global{"torch", "CharStorage", GlobalRole::Storage, "I8"},
    Global{"torch", "ByteStorage", GlobalRole::Storage, "U8"},
    Global{"torch", "BoolStorage", GlobalRole::Storage, "BOOL"},
};

tl::unexpected<Error> tooMany(const char* what, std::size_t most) {
    return fail("the pickle makes more than " + std::to_string(most) + " " + what, {},
                "No checkpoint needs so many: get the file from a source that you trust");
}

tl::unexpected<Error> wrongArguments(const Global& global, const std::string& what) {
    return fail(std::string(global.module) + "." + std::string(global.name) + " is used with " + what, {},
                "PyTorch does not write this: the file is damaged");
}

/// The index after the last item that a strided view reaches; none when that is beyond 64 bits.
std::optional<std::uint64_t> endOfView(const PickledTensor& tensor) {
    std::uint64_t last = tensor.offset;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const auto steps = static_cast<std::uint64_t>(tensor.shape[i] - 1);
        std::uint64_t reach = 0;
        if (__builtin_mul_overflow(steps, static_cast<std::uint64_t>(tensor.stride[i]), &reach) ||
            __builtin_add_overflow(last, reach, &last)) {
            return std::nullopt;
        }
    }
    return last + 1;
}

/// All items inside the storage, and no more values than its size explains.
Result<void> checkView(const PickledTensor& tensor) {
    const std::optional<std::uint64_t> bytes = tensorBytes(tensor.dtype, tensor.shape);
    if (!bytes) {
        return fail("the product of its shape " + shapeText(tensor.shape) + " is too large");
    }
    if (*bytes == 0) {
        return {};
    }
    const std::optional<std::uint64_t> end = endOfView(tensor);
    if (!end || *end > tensor.storageItems) {
        return fail("its shape " + shapeText(tensor.shape) + " with strides " + shapeText(tensor.stride) +
                        " from item " + std::to_string(tensor.offset) +
                        " reaches beyond its storage, which has " + std::to_string(tensor.storageItems) +
                        " items",
                    {}, "The file is damaged: get it again");
    }
    // A stride of 0 repeats items: a few bytes can claim to be any amount of values.
    constexpr std::uint64_t kHarmless = std::uint64_t{64} << 20U;
    const std::uint64_t storageBytes = tensor.storageItems * safetensorsItemSize(tensor.dtype).value_or(0);
    if (*bytes > std::max(storageBytes, kHarmless)) {
        return fail("its shape " + shapeText(tensor.shape) + " makes " + std::to_string(*bytes) +
                        " bytes out of a storage of " + std::to_string(storageBytes),
                    {}, "Get the file from a source that you trust");
    }
    return {};
}

} // namespace

std::span<const Global> knownGlobals() {
    return kGlobals;
}

std::string_view kindName(Kind kind) {
    switch (kind) {
    case Kind::Mark:
        return "a mark";
    case Kind::None:
        return "nothing";
    case Kind::Bool:
        return "a truth value";
    case Kind::Integer:
        return "a whole number";
    case Kind::Float:
        return "a number";
    case Kind::Text:
        return "a text";
    case Kind::Tuple:
        return "a tuple";
    case Kind::List:
        return "a list";
    case Kind::Dict:
        return "a dictionary";
    case Kind::Global:
        return "a name";
    case Kind::Storage:
        return "a storage";
    case Kind::Tensor:
        return "a tensor";
    }
    return {};
}

Result<void> Store::countValues(std::size_t more) {
    m_values += more;
    if (m_values > kMaxValues) {
        return tooMany("values", kMaxValues);
    }
    return {};
}

Result<Value> Store::addText(std::string_view text) {
    if (const auto counted = countValues(1); !counted) {
        return fail(counted.error());
    }
    m_texts.push_back(text);
    return Value{Kind::Text, static_cast<std::int64_t>(m_texts.size() - 1)};
}

Result<Value> Store::addTuple(std::span<const Value> items) {
    if (const auto counted = countValues(1 + items.size()); !counted) {
        return fail(counted.error());
    }
    m_tuples.emplace_back(m_tupleItems.size(), items.size());
    m_tupleItems.insert(m_tupleItems.end(), items.begin(), items.end());
    return Value{Kind::Tuple, static_cast<std::int64_t>(m_tuples.size() - 1)};
}

Result<Value> Store::addDict(bool isOrdered) {
    if (m_dicts.size() == kMaxContainers) {
        return tooMany("dictionaries", kMaxContainers);
    }
    m_dicts.push_back({{}, isOrdered});
    return Value{Kind::Dict, static_cast<std::int64_t>(m_dicts.size() - 1)};
}

Result<void> Store::addItem(Value dict, Value key, Value value) {
    if (key.kind != Kind::Text) {
        return fail("a key of a dictionary is " + std::string(kindName(key.kind)) + ", not a text");
    }
    if (const auto counted = countValues(2); !counted) {
        return counted;
    }
    m_dicts[place(dict)].items.emplace_back(key, value);
    return {};
}

std::span<const Value> Store::tuple(Value value) const {
    const auto& [first, count] = m_tuples[place(value)];
    return std::span(m_tupleItems).subspan(first, count);
}

Result<Value> Store::addStorage(Value reference) {
    const auto bad = [](const std::string& what) {
        return fail("a reference to a storage " + what, {},
                    "PyTorch does not write this: the file is damaged");
    };
    if (reference.kind != Kind::Tuple) {
        return bad("is " + std::string(kindName(reference.kind)) + ", not a tuple");
    }
    const std::span<const Value> parts = tuple(reference);
    if (parts.size() != 5 || parts[0].kind != Kind::Text || text(parts[0]) != "storage" ||
        parts[1].kind != Kind::Global || kGlobals[place(parts[1])].role != GlobalRole::Storage ||
        parts[2].kind != Kind::Text || parts[3].kind != Kind::Text || parts[4].kind != Kind::Integer) {
        return bad("is not (\"storage\", type, key, device, items)");
    }
    if (parts[4].number < 0) {
        return bad("has " + std::to_string(parts[4].number) + " items");
    }
    Storage storage{text(parts[2]), kGlobals[place(parts[1])].dtype,
                    static_cast<std::uint64_t>(parts[4].number)};
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(storage.items, safetensorsItemSize(storage.dtype).value_or(1), &bytes)) {
        return bad("has " + std::to_string(storage.items) + " items, which is too large");
    }
    if (m_storages.size() == kMaxTensors) {
        return tooMany("storages", kMaxTensors);
    }
    m_storages.push_back(storage);
    return Value{Kind::Storage, static_cast<std::int64_t>(m_storages.size() - 1)};
}

Result<Value> Store::call(const Global& global, Value arguments) {
    if (arguments.kind != Kind::Tuple) {
        return wrongArguments(global, std::string(kindName(arguments.kind)) + " in place of its arguments");
    }
    const std::span<const Value> parts = tuple(arguments);
    const std::string count = std::to_string(parts.size()) + " arguments";
    switch (global.role) {
    case GlobalRole::OrderedDict:
        return parts.empty() ? addDict(true) : wrongArguments(global, count);
    case GlobalRole::RebuildTensor:
        // A seventh one, since PyTorch 2: what Python wrote down beside the values.
        return parts.size() == 6 || parts.size() == 7 ? rebuildTensor(parts) : wrongArguments(global, count);
    case GlobalRole::RebuildParameter:
        if (parts.size() != 3) {
            return wrongArguments(global, count);
        }
        if (parts[0].kind != Kind::Tensor) {
            return wrongArguments(global, std::string(kindName(parts[0].kind)) + " in place of a tensor");
        }
        return parts[0];
    case GlobalRole::Storage:
        break;
    }
    return fail(std::string(global.module) + "." + std::string(global.name) + " is called like a function",
                {}, "PyTorch does not write this: get the file from a source that you trust");
}

Result<std::vector<std::int64_t>> Store::readSizes(Value tuple, const char* what) const {
    if (tuple.kind != Kind::Tuple) {
        return fail(std::string("its ") + what + " is " + std::string(kindName(tuple.kind)) +
                    ", not a tuple");
    }
    const std::span<const Value> parts = this->tuple(tuple);
    if (parts.size() > kMaxRank) {
        return fail(std::string("its ") + what + " has more than " + std::to_string(kMaxRank) +
                    " dimensions");
    }
    std::vector<std::int64_t> sizes;
    sizes.reserve(parts.size());
    for (const Value part : parts) {
        if (part.kind != Kind::Integer) {
            return fail(std::string("its ") + what + " has " + std::string(kindName(part.kind)) +
                        " in place of a whole number");
        }
        sizes.push_back(part.number);
    }
    if (std::ranges::any_of(sizes, [](std::int64_t size) { return size < 0; })) {
        return fail(std::string("its ") + what + " " + shapeText(sizes) + " has a negative number", {},
                    "The file is damaged: get it again");
    }
    return sizes;
}

Result<Value> Store::rebuildTensor(std::span<const Value> arguments) {
    if (arguments[0].kind != Kind::Storage) {
        return fail("it is made from " + std::string(kindName(arguments[0].kind)) + ", not from a storage");
    }
    if (arguments[1].kind != Kind::Integer || arguments[1].number < 0) {
        return fail("its offset is not a whole number from 0 up");
    }
    Result<std::vector<std::int64_t>> shape = readSizes(arguments[2], "shape");
    if (!shape) {
        return fail(shape.error());
    }
    Result<std::vector<std::int64_t>> stride = readSizes(arguments[3], "strides");
    if (!stride) {
        return fail(stride.error());
    }
    if (shape->size() != stride->size()) {
        return fail("its shape " + shapeText(*shape) + " and strides " + shapeText(*stride) +
                    " have different lengths");
    }
    if (m_tensors.size() == kMaxTensors) {
        return tooMany("tensors", kMaxTensors);
    }
    const Storage& storage = m_storages[place(arguments[0])];
    PickledTensor tensor{{},
                         storage.dtype,
                         std::string(storage.key),
                         storage.items,
                         static_cast<std::uint64_t>(arguments[1].number),
                         std::move(*shape),
                         std::move(*stride)};
    if (const Result<void> inside = checkView(tensor); !inside) {
        return fail(inside.error());
    }
    m_tensors.push_back(std::move(tensor));
    return Value{Kind::Tensor, static_cast<std::int64_t>(m_tensors.size() - 1)};
}

} // namespace awb::pickle
