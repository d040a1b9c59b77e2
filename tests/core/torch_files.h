#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/formats/stored_zip.h"
#include "backend/formats/weights_file.h"

/// Builders of zip archives and pickles, right and wrong, and what the tests of both have in common.
namespace awb::test {

inline std::string number(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i));
    }
    return text;
}

inline std::span<const std::byte> asBytes(const std::string& text) {
    return std::as_bytes(std::span(text));
}

/// One entry of an archive; every number can be made to lie.
struct Entry {
    std::string name;
    std::string data;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::string localName = name;
    std::uint16_t localFlags = flags;
    std::uint64_t localSize = data.size();
    std::uint64_t size = data.size();
    std::uint64_t compressed = size;
    std::string extra{};    ///< of the directory
    std::int64_t shift = 0; ///< added to the place that the directory gives
};

/// The end of an archive; what is not set is the truth.
struct End {
    std::optional<std::uint64_t> entries{};
    std::optional<std::uint64_t> directoryBytes{};
    std::optional<std::uint64_t> directoryBegin{};
    std::string behindDirectory{};
    bool zip64 = false;
    std::optional<std::uint64_t> entries64{};
    std::optional<std::uint64_t> record64{};
    std::uint16_t disk = 0;
    std::string comment{};
};

inline std::string zip(const std::vector<Entry>& entries, const End& end = {}) {
    std::string file;
    std::string directory;
    for (const Entry& entry : entries) {
        const std::string crc = number(crc32(asBytes(entry.data)), 4);
        const auto place = static_cast<std::uint64_t>(static_cast<std::int64_t>(file.size()) + entry.shift);
        file += "PK\3\4" + number(20, 2) + number(entry.localFlags, 2) + number(entry.method, 2) +
                number(0, 4) + crc + number(entry.localSize, 4) + number(entry.localSize, 4) +
                number(entry.localName.size(), 2) + number(0, 2) + entry.localName + entry.data;
        directory += "PK\1\2" + number(20, 2) + number(20, 2) + number(entry.flags, 2) +
                     number(entry.method, 2) + number(0, 4) + crc + number(entry.compressed, 4) +
                     number(entry.size, 4) + number(entry.name.size(), 2) + number(entry.extra.size(), 2) +
                     number(0, 10) + number(place, 4) + entry.name + entry.extra;
    }
    const std::uint64_t begin = end.directoryBegin.value_or(file.size());
    const std::uint64_t size = end.directoryBytes.value_or(directory.size());
    const std::uint64_t count = end.entries.value_or(entries.size());
    file += directory + end.behindDirectory;
    if (end.zip64) {
        const std::uint64_t count64 = end.entries64.value_or(count);
        const std::uint64_t record = end.record64.value_or(file.size());
        file += "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(count64, 8) +
                number(count64, 8) + number(size, 8) + number(begin, 8);
        file += "PK\6\7" + number(0, 4) + number(record, 8) + number(1, 4);
    }
    return file + "PK\5\6" + number(end.disk, 2) + number(end.disk, 2) + number(count, 2) + number(count, 2) +
           number(size, 4) + number(begin, 4) + number(end.comment.size(), 2) + end.comment;
}

// Parts of a pickle.
inline std::string text(std::string_view value) {
    return "X" + number(value.size(), 4) + std::string(value);
}
inline std::string whole(std::int64_t value) {
    return "\x8a\x08" + number(static_cast<std::uint64_t>(value), 8);
}
inline std::string tuple(const std::vector<std::int64_t>& values) {
    std::string code = "(";
    for (const std::int64_t value : values) {
        code += whole(value);
    }
    return code + "t";
}
inline std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
inline std::string storage(std::int64_t items, const std::string& type = "FloatStorage",
                           const std::string& key = "0") {
    return "(" + text("storage") + global("torch", type) + text(key) + text("cpu") + whole(items) + "tQ";
}
inline const std::string kHooks = global("collections", "OrderedDict") + ")R";
inline std::string tensor(const std::string& storage, std::int64_t offset, const std::string& shape,
                          const std::string& stride) {
    return global("torch._utils", "_rebuild_tensor_v2") + "(" + storage + whole(offset) + shape + stride +
           "\x89" + kHooks + "tR";
}
/// A tensor over a storage of `items` floats with the key 0.
inline std::string tensor(std::int64_t items, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& stride, std::int64_t offset = 0) {
    return tensor(storage(items), offset, tuple(shape), tuple(stride));
}
inline std::string pickle(const std::string& code) {
    return "\x80\x02" + code + ".";
}
/// A dictionary of one tensor "w".
inline std::string one(const std::string& value) {
    return pickle("}" + text("w") + value + "s");
}
/// A checkpoint of this pickle and a storage "0" of so many bytes.
inline std::string archive(const std::string& pickle, std::size_t storageBytes = 24,
                           const std::vector<Entry>& more = {}) {
    std::vector<Entry> entries{{"m/data.pkl", pickle}, {"m/data/0", std::string(storageBytes, '\1')}};
    entries.insert(entries.end(), more.begin(), more.end());
    entries.push_back({"m/version", "3\n"});
    return zip(entries);
}

/// All that a weights file holds.
struct Tensor {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> values;
    bool operator==(const Tensor&) const = default;
};
inline std::map<std::string, Tensor> allTensors(const WeightsFile& file) {
    std::map<std::string, Tensor> all;
    for (const WeightsTensor& tensor : file.tensors()) {
        Tensor& copy = all[tensor.name];
        copy = {tensor.dtype, tensor.shape, std::vector<std::byte>(tensor.bytes)};
        file.copyTo(tensor, copy.values);
    }
    return all;
}

} // namespace awb::test
