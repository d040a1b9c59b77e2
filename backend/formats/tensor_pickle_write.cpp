#include <algorithm>
#include <functional>
#include <numeric>

#include "backend/formats/pickle_machine.h"

namespace awb {

namespace {

/// Writes the instructions of a pickle. Nothing is memorised: the format allows it, and the text stays plain.
class PickleWriter {
public:
    void op(std::uint8_t instruction) { m_bytes += static_cast<char>(instruction); }
    void text(std::string_view value) {
        op(pickle::kUnicode);
        number(static_cast<std::uint32_t>(value.size()), 4);
        m_bytes += value;
    }
    void integer(std::int64_t value) {
        if (value >= 0 && value <= 0xff) {
            op(pickle::kInt1);
            number(static_cast<std::uint64_t>(value), 1);
        } else {
            op(pickle::kLong1);
            number(sizeof value, 1);
            number(static_cast<std::uint64_t>(value), sizeof value);
        }
    }
    void global(std::string_view module, std::string_view name) {
        op(pickle::kGlobal);
        m_bytes.append(module).append("\n").append(name).append("\n");
    }
    void tuple(std::span<const std::int64_t> values) {
        op(pickle::kMark);
        for (const std::int64_t value : values) {
            integer(value);
        }
        op(pickle::kTuple);
    }
    void protocol() {
        op(pickle::kProtocol);
        op(2);
    }
    std::string take() { return std::move(m_bytes); }

private:
    void number(std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) {
            op(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }

    std::string m_bytes;
};

std::vector<std::int64_t> rowMajorStrides(std::span<const std::int64_t> shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * std::max<std::int64_t>(shape[i], 1);
    }
    return strides;
}

std::int64_t itemCount(std::span<const std::int64_t> shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string_view storageType(std::string_view dtype) {
    const std::span<const pickle::Global> known = pickle::knownGlobals();
    const auto storage = std::ranges::find_if(known, [dtype](const pickle::Global& global) {
        return global.role == pickle::GlobalRole::Storage && global.dtype == dtype;
    });
    return storage != known.end() ? storage->name : std::string_view();
}

/// torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks).
void writeTensor(PickleWriter& writer, const TensorToPickle& tensor, const std::string& key) {
    writer.global("torch._utils", "_rebuild_tensor_v2");
    writer.op(pickle::kMark);
    writer.op(pickle::kMark);
    writer.text("storage");
    writer.global("torch", storageType(tensor.dtype));
    writer.text(key);
    writer.text("cpu");
    writer.integer(itemCount(tensor.shape));
    writer.op(pickle::kTuple);
    writer.op(pickle::kPersistentId);
    writer.integer(0);
    writer.tuple(tensor.shape);
    writer.tuple(rowMajorStrides(tensor.shape));
    writer.op(pickle::kFalse);
    writer.global("collections", "OrderedDict");
    writer.op(pickle::kEmptyTuple);
    writer.op(pickle::kReduce);
    writer.op(pickle::kTuple);
    writer.op(pickle::kReduce);
}

} // namespace

std::string writeTensorPickle(std::span<const TensorToPickle> tensors) {
    PickleWriter writer;
    writer.protocol();
    writer.op(pickle::kEmptyDict);
    writer.op(pickle::kMark);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        writer.text(tensors[i].name);
        writeTensor(writer, tensors[i], std::to_string(i));
    }
    writer.op(pickle::kSetItems);
    writer.op(pickle::kStop);
    return writer.take();
}

} // namespace awb
