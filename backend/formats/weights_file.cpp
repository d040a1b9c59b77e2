#include "backend/formats/weights_file.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "backend/core/files.h"
#include "backend/core/message_text.h"
#include "backend/formats/safetensors.h"
#include "backend/formats/stored_zip.h"
#include "backend/formats/torch_archive.h"
#include "models/config/json_fields.h"

namespace fs = std::filesystem;

namespace awb {

namespace {

using Part = std::variant<SafetensorsFile, TorchArchive>;

constexpr std::string_view kIndexEnding = ".index.json";

/// By the name's ending where that is clear, else by the content.
Result<bool> isTorchArchive(const fs::path& file) {
    const fs::path ending = file.extension();
    if (ending == ".safetensors" || ending == ".bin") {
        return ending == ".bin";
    }
    return MappedFile::open(file).map([](const MappedFile& mapped) {
        return looksLikeZip(mapped.bytes()) || looksLikeOldCheckpoint(mapped.bytes());
    });
}

Result<Part> openPart(const fs::path& file) {
    const Result<bool> isArchive = isTorchArchive(file);
    if (!isArchive) {
        return fail(isArchive.error());
    }
    if (*isArchive) {
        return TorchArchive::open(file).map([](TorchArchive archive) { return Part(std::move(archive)); });
    }
    return SafetensorsFile::open(file).map([](SafetensorsFile opened) { return Part(std::move(opened)); });
}

std::vector<WeightsTensor> tensorsOf(const Part& part) {
    std::vector<WeightsTensor> tensors;
    if (const auto* file = std::get_if<SafetensorsFile>(&part)) {
        for (const TensorEntry& entry : file->header().tensors) {
            tensors.push_back({entry.name, entry.dtype, entry.shape, entry.end - entry.begin});
        }
    } else {
        for (const ArchivedTensor& tensor : std::get<TorchArchive>(part).tensors()) {
            tensors.push_back(
                {tensor.view.name, std::string(tensor.view.dtype), tensor.view.shape, tensor.bytes});
        }
    }
    return tensors;
}

/// "weight_map" of an index: tensor to file name.
Result<std::map<std::string, std::string>> readIndex(const fs::path& file) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<nlohmann::json> json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    const auto map = json->is_object() ? json->find("weight_map") : json->end();
    if (!json->is_object() || map == json->end() || !map->is_object() || map->empty()) {
        return fail("the object `weight_map` is missing", file.string(),
                    "It says for each tensor in which file it is");
    }
    std::map<std::string, std::string> files;
    for (const auto& [name, value] : map->items()) {
        const std::string part = value.is_string() ? value.get<std::string>() : std::string();
        if (part.empty() || part == "." || part == ".." || part.find_first_of("/\\") != std::string::npos ||
            part.find('\0') != std::string::npos || part.ends_with(kIndexEnding)) {
            return fail("the file of \"" + printable(name) + "\" must be a name in the same folder",
                        file.string() + "/weight_map");
        }
        files.emplace(name, part);
    }
    return files;
}

constexpr std::string_view kModelFiles[] = {"model.safetensors", "model.safetensors.index.json",
                                            "pytorch_model.bin", "pytorch_model.bin.index.json"};
constexpr std::string_view kAdapterFiles[] = {"adapter.safetensors", "adapter_model.safetensors",
                                              "pytorch_adapter.bin", "adapter_model.bin"};
constexpr std::string_view kHeadFiles[] = {"model_head.safetensors", "pytorch_model_head.bin"};
constexpr std::string_view kFusionFiles[] = {"model_adapter_fusion.safetensors",
                                             "pytorch_model_adapter_fusion.bin"};

std::span<const std::string_view> fileNames(WeightsKind kind) {
    switch (kind) {
    case WeightsKind::Model:
        return kModelFiles;
    case WeightsKind::Adapter:
        return kAdapterFiles;
    case WeightsKind::Head:
        return kHeadFiles;
    case WeightsKind::Fusion:
        return kFusionFiles;
    }
    return {};
}

} // namespace

struct WeightsFile::Parts {
    fs::path path;
    std::vector<Part> parts;
    std::vector<WeightsTensor> tensors;
    std::unordered_map<std::string_view, const WeightsTensor*> byName;
    std::uintmax_t bytes = 0;

    Result<void> add(const fs::path& file) {
        Result<Part> part = openPart(file);
        if (!part) {
            return fail(part.error());
        }
        std::vector<WeightsTensor> more = tensorsOf(*part);
        for (std::size_t i = 0; i < more.size(); ++i) {
            more[i].part = parts.size();
            more[i].place = i;
        }
        std::ranges::move(more, std::back_inserter(tensors));
        parts.push_back(std::move(*part));
        std::error_code ignored;
        bytes += fs::file_size(file, ignored);
        return {};
    }

    /// After the last `add`: the names are found by address.
    Result<void> finish() {
        for (const WeightsTensor& tensor : tensors) {
            if (!byName.emplace(tensor.name, &tensor).second) {
                return fail("two files have this tensor",
                            path.string() + ", tensor \"" + printable(tensor.name) + "\"");
            }
        }
        return {};
    }

    Result<void> addIndexed() {
        const Result<std::map<std::string, std::string>> index = readIndex(path);
        if (!index) {
            return fail(index.error());
        }
        std::set<std::string> files;
        std::unordered_map<std::string_view, std::size_t> numbers;
        for (const auto& [name, file] : *index) {
            if (files.insert(file).second) {
                numbers.emplace(*files.find(file), parts.size());
                if (const Result<void> added = add(path.parent_path() / file); !added) {
                    return added;
                }
            }
        }
        if (const Result<void> unique = finish(); !unique) {
            return unique;
        }
        for (const auto& [name, file] : *index) {
            const auto found = byName.find(name);
            if (found == byName.end() || found->second->part != numbers.at(file)) {
                return fail("the index says that it is in " + printable(file) + ", where it is not",
                            path.string() + ", tensor \"" + printable(name) + "\"",
                            "The files don't belong together: get all of them again");
            }
        }
        return {};
    }
};

Result<WeightsFile> WeightsFile::open(const fs::path& file) {
    auto parts = std::make_shared<Parts>();
    parts->path = file;
    Result<void> opened;
    if (file.filename().string().ends_with(kIndexEnding)) {
        opened = parts->addIndexed();
    } else {
        opened = parts->add(file);
        if (opened) {
            opened = parts->finish();
        }
    }
    if (!opened) {
        return fail(opened.error());
    }
    return WeightsFile(std::move(parts));
}

const std::vector<WeightsTensor>& WeightsFile::tensors() const {
    return m_parts->tensors;
}

const WeightsTensor* WeightsFile::find(std::string_view name) const {
    const auto found = m_parts->byName.find(name);
    return found != m_parts->byName.end() ? found->second : nullptr;
}

void WeightsFile::copyTo(const WeightsTensor& tensor, std::span<std::byte> target) const {
    const Part& part = m_parts->parts[tensor.part];
    if (const auto* file = std::get_if<SafetensorsFile>(&part)) {
        const std::span<const std::byte> bytes = file->bytes(file->header().tensors[tensor.place]);
        std::ranges::copy(bytes, target.begin());
    } else {
        const auto& archive = std::get<TorchArchive>(part);
        archive.copyTo(archive.tensors()[tensor.place], target);
    }
}

const fs::path& WeightsFile::path() const {
    return m_parts->path;
}

std::uintmax_t WeightsFile::fileBytes() const {
    return m_parts->bytes;
}

std::string WeightsFile::format() const {
    const bool isPickle = std::ranges::any_of(
        m_parts->parts, [](const Part& part) { return std::holds_alternative<TorchArchive>(part); });
    return isPickle ? "PyTorch pickle" : "safetensors";
}

fs::path findWeights(const fs::path& folder, WeightsKind kind) {
    for (const std::string_view name : fileNames(kind)) {
        std::error_code ignored;
        if (fs::exists(folder / name, ignored)) {
            return folder / name;
        }
    }
    return {};
}

Error noWeights(const fs::path& folder, WeightsKind kind) {
    std::string names;
    for (const std::string_view name : fileNames(kind)) {
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return {"the folder has no weights", folder.string(), "Looked for: " + names};
}

Result<WeightsFile> openWeights(const fs::path& folder, WeightsKind kind) {
    const fs::path file = findWeights(folder, kind);
    return file.empty() ? fail(noWeights(folder, kind)) : WeightsFile::open(file);
}

} // namespace awb
