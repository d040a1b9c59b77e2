#include <vector>

#include "backend/formats/safetensors.h"
#include "backend/formats/torch_archive.h"
#include "backend/text/unicode.h"
#include "tests/fuzz/fuzz_targets.h"

namespace awb::fuzz {

namespace {

void requireMessage(const Error& error) {
    require(!error.what.empty(), "an error says what happened");
    const std::string message = error.message();
    require(message.find('\n') == std::string::npos, "a message has one line");
    require(message.size() < 4096, "a message is short");
}

/// Where the last item of a view lies.
std::uint64_t lastItem(const PickledTensor& view) {
    std::uint64_t last = view.offset;
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
        last += static_cast<std::uint64_t>(view.shape[i] - 1) * static_cast<std::uint64_t>(view.stride[i]);
    }
    return last;
}

void requireSound(const PickledTensor& view) {
    require(view.shape.size() == view.stride.size(), "each dimension has a stride");
    const auto bytes = tensorBytes(view.dtype, view.shape);
    require(bytes.has_value(), "the bytes of a tensor can be counted");
    require(*bytes == 0 || lastItem(view) < view.storageItems, "a view stays in its storage");
    require(findIllFormed(view.name) == std::string_view::npos, "names are UTF-8");
}

} // namespace

void safetensors(Input input) {
    const Result<SafetensorsHeader> header = readSafetensorsHeader(input);
    if (!header) {
        requireMessage(header.error());
        return;
    }
    std::uint64_t position = 0;
    for (const TensorEntry& entry : header->tensors) {
        require(entry.begin == position && entry.end >= entry.begin, "tensors follow one another");
        require(tensorBytes(entry.dtype, entry.shape) == entry.end - entry.begin, "a tensor has its bytes");
        require(findIllFormed(entry.name) == std::string_view::npos, "names are UTF-8");
        position = entry.end;
    }
    require(header->dataBegin + position == input.size(), "the data fill the file");
}

void torchArchive(Input input) {
    const Result<std::vector<ArchivedTensor>> tensors = readTorchArchive(input);
    if (!tensors) {
        requireMessage(tensors.error());
        return;
    }
    for (const ArchivedTensor& tensor : *tensors) {
        requireSound(tensor.view);
        const std::uint64_t storageBytes =
            tensor.view.storageItems * safetensorsItemSize(tensor.view.dtype).value();
        require(tensor.storageBegin <= input.size() && storageBytes <= input.size() - tensor.storageBegin,
                "a storage lies in the file");
        constexpr std::uint64_t kFew = 4096;
        if (tensor.bytes <= kFew) {
            std::vector<std::byte> values(tensor.bytes);
            copyValues(input, tensor, values);
        }
    }
}

void tensorPickle(Input input) {
    const Result<std::vector<PickledTensor>> tensors = readTensorPickle(input);
    if (!tensors) {
        requireMessage(tensors.error());
        return;
    }
    for (const PickledTensor& view : *tensors) {
        requireSound(view);
    }
}

} // namespace awb::fuzz
