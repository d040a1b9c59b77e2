#include "backend/formats/torch_archive.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "backend/core/message_text.h"
#include "backend/formats/stored_zip.h"

namespace fs = std::filesystem;

namespace awb {

namespace {

using Entries = std::unordered_map<std::string_view, const ZipEntry*>;

constexpr std::string_view kPickle = "/data.pkl";
constexpr const char* kSaveAgain = "In Python, if you trust the file: torch.save(torch.load(file), file)";

Error notAnArchive(std::span<const std::byte> file) {
    if (looksLikeOldCheckpoint(file)) {
        return {"This checkpoint was written before PyTorch 1.6, in a form that is not read", {}, kSaveAgain};
    }
    if (looksLikePickle(file)) {
        return {"This is a bare Python pickle, not a checkpoint of PyTorch", {}, kSaveAgain};
    }
    return {"This is not a checkpoint of PyTorch: such a file is a zip archive",
            {},
            "The file is damaged, or it was downloaded as a page or a pointer in place of the file"};
}

/// The folder in which everything lies; its name is free.
Result<std::string> findRoot(const std::vector<ZipEntry>& entries) {
    std::string root;
    for (const ZipEntry& entry : entries) {
        const std::string_view name = entry.name;
        if (!name.ends_with(kPickle)) {
            continue;
        }
        const std::string_view folder = name.substr(0, name.size() - kPickle.size());
        if (folder.empty() || folder.find('/') != std::string_view::npos) {
            continue;
        }
        if (!root.empty()) {
            return fail("The archive has two pickles of tensors: " + printable(root) + std::string(kPickle) +
                        " and " + printable(name));
        }
        root = folder;
    }
    if (root.empty()) {
        return fail("This zip archive is not a checkpoint of PyTorch: it has no data.pkl");
    }
    return root;
}

std::span<const std::byte> bytesOf(std::span<const std::byte> file, const ZipEntry& entry) {
    return file.subspan(entry.begin, entry.size);
}

Result<void> checkKind(std::span<const std::byte> file, const Entries& entries, const std::string& root) {
    if (entries.contains(root + "/constants.pkl")) {
        return fail("This is a TorchScript program, not a file of tensors", {},
                    "Save the weights with torch.save(model.state_dict(), file)");
    }
    if (const auto order = entries.find(root + "/byteorder"); order != entries.end()) {
        constexpr std::string_view kLittle = "little";
        const auto bytes = bytesOf(file, *order->second);
        if (!std::ranges::equal(bytes, std::as_bytes(std::span(kLittle)))) {
            return fail("The values are not little-endian", "zip entry \"" + printable(root) + "/byteorder\"",
                        "Save the file on another kind of machine, or as safetensors");
        }
    }
    return {};
}

/// The number of items at the end of which the innermost dimensions lie one after the other, and how many
/// dimensions are left outside.
struct InnerRun {
    std::uint64_t items = 1;
    std::size_t outer = 0;
};

InnerRun innerRun(const PickledTensor& view) {
    InnerRun run{1, view.shape.size()};
    while (run.outer > 0) {
        const auto size = static_cast<std::uint64_t>(view.shape[run.outer - 1]);
        if (size != 1 && static_cast<std::uint64_t>(view.stride[run.outer - 1]) != run.items) {
            break;
        }
        run.items *= size;
        --run.outer;
    }
    return run;
}

/// `count` items of `Bytes` bytes, `step` bytes apart, to one after the other.
template<std::size_t Bytes>
void gather(const std::byte* from, std::size_t step, std::size_t count, std::byte* to) {
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(to + i * Bytes, from + i * step, Bytes);
    }
}

void gather(const std::byte* from, std::size_t step, std::size_t count, std::size_t itemBytes,
            std::byte* to) {
    switch (itemBytes) {
    case 1:
        return gather<1>(from, step, count, to);
    case 2:
        return gather<2>(from, step, count, to);
    case 4:
        return gather<4>(from, step, count, to);
    case 8:
        return gather<8>(from, step, count, to);
    default:
        for (std::size_t i = 0; i < count; ++i) {
            std::memcpy(to + i * itemBytes, from + i * step, itemBytes);
        }
    }
}

} // namespace

Result<std::vector<ArchivedTensor>> readTorchArchive(std::span<const std::byte> file) {
    if (!looksLikeZip(file)) {
        return fail(notAnArchive(file));
    }
    const Result<std::vector<ZipEntry>> listed = readStoredZip(file);
    if (!listed) {
        return fail(listed.error());
    }
    const Result<std::string> root = findRoot(*listed);
    if (!root) {
        return fail(root.error());
    }
    Entries entries;
    for (const ZipEntry& entry : *listed) {
        entries.emplace(entry.name, &entry);
    }
    if (const Result<void> kind = checkKind(file, entries, *root); !kind) {
        return fail(kind.error());
    }
    Result<std::vector<PickledTensor>> pickled =
        readTensorPickle(bytesOf(file, *entries.at(*root + std::string(kPickle))));
    if (!pickled) {
        return fail(pickled.error());
    }
    std::vector<ArchivedTensor> tensors;
    tensors.reserve(pickled->size());
    for (PickledTensor& view : *pickled) {
        const std::string place = "tensor \"" + printable(view.name) + "\"";
        const auto storage = entries.find(*root + "/data/" + view.storage);
        if (storage == entries.end()) {
            return fail("its storage \"" + printable(view.storage) + "\" is not in the archive", place,
                        "The file is damaged: get it again");
        }
        const std::uint64_t needed = view.storageItems * safetensorsItemSize(view.dtype).value_or(0);
        if (storage->second->size != needed) {
            return fail("its storage \"" + printable(view.storage) + "\" has " +
                            std::to_string(storage->second->size) + " bytes, but " +
                            std::to_string(view.storageItems) + " items of " + std::string(view.dtype) +
                            " need " + std::to_string(needed),
                        place, "The file is damaged: get it again");
        }
        const std::uint64_t bytes = tensorBytes(view.dtype, view.shape).value_or(0);
        tensors.push_back({std::move(view), storage->second->begin, bytes});
    }
    return tensors;
}

void copyValues(std::span<const std::byte> file, const ArchivedTensor& tensor, std::span<std::byte> target) {
    const PickledTensor& view = tensor.view;
    const std::uint64_t itemBytes = safetensorsItemSize(view.dtype).value_or(0);
    if (target.empty()) {
        return;
    }
    std::uint64_t from = tensor.storageBegin + view.offset * itemBytes;
    std::byte* to = target.data();
    const InnerRun run = innerRun(view);
    if (run.outer == 0) {
        std::memcpy(to, file.data() + from, target.size());
        return;
    }
    // One pass over the outer dimensions in row-major order; the last of them is copied at a stretch.
    const std::size_t last = run.outer - 1;
    const auto lastSize = static_cast<std::size_t>(view.shape[last]);
    const std::size_t lastStep = static_cast<std::size_t>(view.stride[last]) * itemBytes;
    const std::size_t blockBytes = run.items * itemBytes;
    std::vector<std::int64_t> index(last, 0);
    while (true) {
        gather(file.data() + from, lastStep, lastSize, blockBytes, to);
        to += lastSize * blockBytes;
        std::size_t dimension = last;
        while (dimension-- > 0) {
            const auto step = static_cast<std::uint64_t>(view.stride[dimension]) * itemBytes;
            from += step;
            if (++index[dimension] < view.shape[dimension]) {
                break;
            }
            from -= step * static_cast<std::uint64_t>(view.shape[dimension]);
            index[dimension] = 0;
        }
        if (dimension == static_cast<std::size_t>(-1)) {
            return;
        }
    }
}

Result<TorchArchive> TorchArchive::open(const fs::path& file) {
    Result<MappedFile> mapped = MappedFile::open(file);
    if (!mapped) {
        return fail(mapped.error());
    }
    Result<std::vector<ArchivedTensor>> tensors = readTorchArchive(mapped->bytes());
    if (!tensors) {
        const Error& error = tensors.error();
        return fail(error.what, file.string() + (error.where.empty() ? "" : ", " + error.where),
                    error.advice);
    }
    TorchArchive archive;
    archive.m_file = std::move(*mapped);
    archive.m_tensors = std::move(*tensors);
    return archive;
}

void TorchArchive::copyTo(const ArchivedTensor& tensor, std::span<std::byte> target) const {
    copyValues(m_file.bytes(), tensor, target);
}

Result<void> writeTorchArchive(const fs::path& file, const std::vector<TensorToWrite>& tensors) {
    std::vector<TensorToPickle> described;
    std::unordered_set<std::string_view> names;
    for (const TensorToWrite& tensor : tensors) {
        const std::string place = file.string() + ", tensor \"" + printable(tensor.name) + "\"";
        if (!names.insert(tensor.name).second) {
            return fail("two tensors would have this name", place);
        }
        if (tensorBytes(tensor.dtype, tensor.shape) != tensor.data.size()) {
            return fail(std::to_string(tensor.data.size()) + " bytes are not " + tensor.dtype + " " +
                            shapeText(tensor.shape),
                        place);
        }
        described.push_back({tensor.name, tensor.dtype, tensor.shape});
    }
    const std::string pickle = writeTensorPickle(described);
    // What can't be read back must not be written.
    if (const auto check = readTensorPickle(std::as_bytes(std::span(pickle))); !check) {
        return fail(check.error().what, file.string() + ", " + check.error().where, check.error().advice);
    }
    const std::string root = file.stem().string();
    constexpr std::string_view kVersion = "3\n";
    std::vector<ZipItem> items{{root + std::string(kPickle), std::as_bytes(std::span(pickle))}};
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        items.push_back({root + "/data/" + std::to_string(i), tensors[i].data});
    }
    items.push_back({root + "/version", std::as_bytes(std::span(kVersion))});
    return writeStoredZip(file, items);
}

} // namespace awb
