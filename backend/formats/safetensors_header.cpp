#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <tuple>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/core/message_text.h"
#include "backend/formats/safetensors.h"

namespace awb {

namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
// Real checkpoints stay far below these; they bound what a hostile header can cost.
constexpr std::size_t kMaxTensors = 500'000;
constexpr std::size_t kMaxRank = 64;
constexpr std::size_t kMaxNameBytes = 2048;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 10> kDtypes{{{"F64", 8},
                                                                              {"F32", 4},
                                                                              {"F16", 2},
                                                                              {"BF16", 2},
                                                                              {"I64", 8},
                                                                              {"I32", 4},
                                                                              {"I16", 2},
                                                                              {"I8", 1},
                                                                              {"U8", 1},
                                                                              {"BOOL", 1}}};

std::string tensorPlace(std::string_view name) {
    return "tensor \"" + printable(name) + "\"";
}

/// Collects the entries of a header while it is parsed, so that duplicate keys are seen and no document tree
/// is built.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return value("null"); }
    bool boolean(bool /*value*/) override { return value("a boolean"); }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        return value(text.substr(0, 40));
    }
    bool binary(binary_t& /*value*/) override { return value("binary data"); }

    bool number_integer(number_integer_t number) override { return value(std::to_string(number)); }

    bool number_unsigned(number_unsigned_t number) override {
        if (m_place == Place::Shape) {
            if (number > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
                return refuse("the size " + std::to_string(number) + " in its shape is too large");
            }
            if (m_entry.shape.size() == kMaxRank) {
                return refuse("its shape has more than " + std::to_string(kMaxRank) + " dimensions");
            }
            m_entry.shape.push_back(static_cast<std::int64_t>(number));
            return true;
        }
        if (m_place == Place::Offsets) {
            if (m_offsets.size() == 2) {
                return refuse("data_offsets must have two numbers");
            }
            m_offsets.push_back(number);
            return true;
        }
        return value(std::to_string(number));
    }

    bool string(string_t& text) override {
        if (m_place == Place::Tensor && m_key == "dtype") {
            m_entry.dtype = text;
            return true;
        }
        if (m_place == Place::Metadata) {
            header.metadata.emplace(m_key, text);
            return true;
        }
        return value("a string");
    }

    bool key(string_t& name) override {
        if (name.size() > kMaxNameBytes) {
            return refuse("a name in the header has " + std::to_string(name.size()) + " bytes; at most " +
                          std::to_string(kMaxNameBytes) + " are allowed");
        }
        if (m_place == Place::Root) {
            return startTensor(name);
        }
        if (m_place == Place::Metadata) {
            m_key = name;
            return !header.metadata.contains(name) ||
                   refuse("the key \"" + printable(name) + "\" appears twice");
        }
        if (name != "dtype" && name != "shape" && name != "data_offsets") {
            return refuse("it has the unknown key \"" + printable(name) + "\"");
        }
        if (!m_keys.insert(name).second) {
            return refuse("its " + name + " is given twice");
        }
        m_key = name;
        return true;
    }

    bool start_object(std::size_t /*elements*/) override {
        if (m_place == Place::Outside) {
            m_place = Place::Root;
            return true;
        }
        if (m_place == Place::Root) {
            m_place = m_entry.name == "__metadata__" ? Place::Metadata : Place::Tensor;
            return true;
        }
        return value("an object");
    }

    bool end_object() override {
        if (m_place == Place::Tensor) {
            m_place = Place::Root;
            return finishTensor();
        }
        m_place = m_place == Place::Metadata ? Place::Root : Place::Outside;
        m_entry.name.clear();
        return true;
    }

    bool start_array(std::size_t /*elements*/) override {
        if (m_place == Place::Tensor && m_key == "shape") {
            m_place = Place::Shape;
            return true;
        }
        if (m_place == Place::Tensor && m_key == "data_offsets") {
            m_place = Place::Offsets;
            return true;
        }
        return value("a list");
    }

    bool end_array() override {
        m_place = Place::Tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*exception*/) override {
        if (!error) {
            error = Error{"the header is not valid JSON at byte " + std::to_string(position), "header",
                          "The file is damaged: get it again"};
        }
        return false;
    }

    SafetensorsHeader header;
    std::optional<Error> error;

private:
    enum class Place { Outside, Root, Tensor, Shape, Offsets, Metadata };

    bool refuse(std::string what) {
        const std::string& name = m_entry.name;
        error =
            Error{std::move(what), name.empty() || name == "__metadata__" ? "header" : tensorPlace(name), {}};
        if (name == "__metadata__") {
            error->where = "__metadata__";
        }
        return false;
    }

    /// A value that can't stand where it stands.
    bool value(const std::string& found) {
        switch (m_place) {
        case Place::Outside:
            return refuse("the header must be a JSON object, not " + found);
        case Place::Root:
            return refuse("its entry must be an object, not " + found);
        case Place::Metadata:
            return refuse("the value of \"" + printable(m_key) + "\" must be a string, not " + found);
        case Place::Shape:
            return refuse("its shape must be made of whole numbers from 0 up, not " + found);
        case Place::Offsets:
            return refuse("its data_offsets must be whole numbers from 0 up, not " + found);
        case Place::Tensor:
            break;
        }
        return refuse("its " + m_key +
                      (m_key == "dtype" ? " must be a string, not " : " must be a list, not ") + found);
    }

    bool startTensor(const std::string& name) {
        m_entry = TensorEntry{};
        m_entry.name = name;
        m_offsets.clear();
        m_keys.clear();
        if (!m_names.insert(name).second) {
            return refuse(name == "__metadata__" ? "it is given twice" : "two tensors have this name");
        }
        if (m_names.size() > kMaxTensors) {
            return refuse("the header has more than " + std::to_string(kMaxTensors) + " tensors");
        }
        return true;
    }

    bool finishTensor() {
        for (const char* needed : {"dtype", "shape", "data_offsets"}) {
            if (!m_keys.contains(needed)) {
                return refuse(std::string("its ") + needed + " is missing");
            }
        }
        if (m_offsets.size() != 2) {
            return refuse("data_offsets must have two numbers");
        }
        m_entry.begin = m_offsets[0];
        m_entry.end = m_offsets[1];
        header.tensors.push_back(std::move(m_entry));
        m_entry = TensorEntry{};
        return true;
    }

    Place m_place = Place::Outside;
    TensorEntry m_entry;
    std::vector<std::uint64_t> m_offsets;
    std::unordered_set<std::string> m_keys;
    std::unordered_set<std::string> m_names;
    std::string m_key;
};

std::string dtypeNames() {
    std::string text;
    for (const auto& [name, size] : kDtypes) {
        text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
}

Result<void> checkSize(const TensorEntry& entry) {
    if (!safetensorsItemSize(entry.dtype)) {
        return fail("the dtype " + printable(entry.dtype) + " can't be read", tensorPlace(entry.name),
                    "Readable are " + dtypeNames());
    }
    const std::optional<std::uint64_t> bytes = tensorBytes(entry.dtype, entry.shape);
    if (!bytes) {
        return fail("the product of its shape " + shapeText(entry.shape) + " is too large",
                    tensorPlace(entry.name));
    }
    if (entry.end < entry.begin) {
        return fail("its data ends (byte " + std::to_string(entry.end) + ") before it begins (byte " +
                        std::to_string(entry.begin) + ")",
                    tensorPlace(entry.name));
    }
    if (entry.end - entry.begin != *bytes) {
        return fail(entry.dtype + " " + shapeText(entry.shape) + " needs " + std::to_string(*bytes) +
                        " bytes, but data_offsets [" + std::to_string(entry.begin) + ", " +
                        std::to_string(entry.end) + "] give " + std::to_string(entry.end - entry.begin),
                    tensorPlace(entry.name));
    }
    return {};
}

/// The data section must be covered exactly: no tensor beyond it, no byte twice, none unused.
Result<void> checkLayout(const std::vector<TensorEntry>& sorted, std::uint64_t dataBytes) {
    for (const TensorEntry& entry : sorted) {
        if (entry.end > dataBytes) {
            return fail("its data ends at byte " + std::to_string(entry.end) + ", but the file has only " +
                            std::to_string(dataBytes) + " bytes of data",
                        tensorPlace(entry.name), "The file is cut off: get it again");
        }
    }
    std::uint64_t position = 0;
    const TensorEntry* previous = nullptr;
    for (const TensorEntry& entry : sorted) {
        if (entry.begin < position) {
            return fail("its data begins at byte " + std::to_string(entry.begin) + " inside the data of \"" +
                            printable(previous->name) + "\", which ends at byte " + std::to_string(position),
                        tensorPlace(entry.name));
        }
        if (entry.begin > position) {
            return fail("there is a hole of " + std::to_string(entry.begin - position) +
                            " bytes before its data",
                        tensorPlace(entry.name));
        }
        position = entry.end;
        previous = &entry;
    }
    if (position != dataBytes) {
        return fail("there are " + std::to_string(dataBytes - position) +
                        " bytes after the last tensor's data, which "
                        "ends at byte " +
                        std::to_string(position),
                    previous != nullptr ? tensorPlace(previous->name) : "header");
    }
    return {};
}

} // namespace

std::optional<std::uint64_t> safetensorsItemSize(std::string_view dtype) {
    const auto found = std::ranges::find(kDtypes, dtype, [](const auto& item) { return item.first; });
    return found != kDtypes.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<std::uint64_t> tensorBytes(std::string_view dtype, std::span<const std::int64_t> shape) {
    std::optional<std::uint64_t> bytes = safetensorsItemSize(dtype);
    if (bytes && std::ranges::find(shape, 0) != shape.end()) {
        return 0;
    }
    for (const std::int64_t size : shape) {
        if (!bytes || size < 0 || __builtin_mul_overflow(*bytes, static_cast<std::uint64_t>(size), &*bytes)) {
            return std::nullopt;
        }
    }
    return bytes;
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (const std::int64_t size : shape) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    }
    return text + "]";
}

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes) {
    if (!json.starts_with('{')) {
        return fail("the header does not begin with \"{\"", "header", "This is not a safetensors file");
    }
    HeaderReader reader;
    const bool parsed = nlohmann::json::sax_parse(json, &reader);
    if (reader.error) {
        return fail(*reader.error);
    }
    if (!parsed) {
        return fail("the header is not valid JSON", "header", "The file is damaged: get it again");
    }
    SafetensorsHeader header = std::move(reader.header);
    for (const TensorEntry& entry : header.tensors) {
        if (const Result<void> size = checkSize(entry); !size) {
            return fail(size.error());
        }
    }
    std::ranges::sort(header.tensors, [](const TensorEntry& a, const TensorEntry& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    if (const Result<void> layout = checkLayout(header.tensors, dataBytes); !layout) {
        return fail(layout.error());
    }
    return header;
}

Result<SafetensorsHeader> readSafetensorsHeader(std::span<const std::byte> file) {
    if (file.size() < kLengthBytes) {
        return fail("The file has " + std::to_string(file.size()) +
                        " bytes; a safetensors file has at least 8",
                    {}, "The file is cut off: get it again");
    }
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, file.data(), kLengthBytes);
    if (headerBytes > kMaxHeaderBytes) {
        return fail("The header claims to have " + std::to_string(headerBytes) + " bytes; at most " +
                        std::to_string(kMaxHeaderBytes) + " are allowed",
                    {}, "This is not a safetensors file, or it is damaged");
    }
    if (headerBytes > file.size() - kLengthBytes) {
        return fail("The header claims to have " + std::to_string(headerBytes) +
                        " bytes, but the file has only " + std::to_string(file.size()),
                    {}, "This is not a safetensors file, or it is cut off");
    }
    const std::string_view json(reinterpret_cast<const char*>(file.data()) + kLengthBytes, headerBytes);
    const std::uint64_t dataBegin = kLengthBytes + headerBytes;
    Result<SafetensorsHeader> header = parseSafetensorsHeader(json, file.size() - dataBegin);
    if (header) {
        header->dataBegin = dataBegin;
    }
    return header;
}

} // namespace awb
