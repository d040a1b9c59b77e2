#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "backend/checkpoint/inspect.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"
#include "resources/resources.h"

namespace fs = std::filesystem;

namespace awb {

namespace {

std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Each version of a bundled model has its own folder, so that an update never mixes with what was unpacked
/// before.
fs::path cacheFolder(std::string_view model, std::span<const BundledFile> files) {
    Hasher hasher;
    for (const BundledFile& file : files) {
        hasher.add(file.name);
        hasher.add(asText(file.bytes));
    }
    constexpr std::size_t kShownDigits = 16;
    return userCacheFolder() / "models" / (std::string(model) + "-" + hasher.hex().substr(0, kShownDigits));
}

/// Writes what is not there yet. Each file appears whole or not at all, so several processes may do this at
/// once.
Result<fs::path> unpack(std::string_view model, std::span<const BundledFile> files) {
    const fs::path folder = cacheFolder(model, files);
    for (const BundledFile& file : files) {
        const fs::path path = folder / file.name;
        std::error_code error;
        if (fs::file_size(path, error) == file.bytes.size() && !error) {
            continue;
        }
        if (const Result<void> written = writeFileAtomically(path, asText(file.bytes)); !written) {
            return fail(
                "The bundled model " + std::string(model) + " can't be unpacked: " + written.error().what,
                written.error().where, "Make room in the cache folder, or set XDG_CACHE_HOME to another one");
        }
    }
    return folder;
}

std::string bundledNames() {
    std::string text;
    for (const std::string_view name : bundledModelNames()) {
        text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
}

} // namespace

Result<fs::path> resolveBaseModel(const std::string& nameOrFolder) {
    if (const std::span<const BundledFile> files = bundledModelFiles(nameOrFolder); !files.empty()) {
        return unpack(nameOrFolder, files);
    }
    const fs::path folder(nameOrFolder);
    std::error_code error;
    if (nameOrFolder.empty() || !fs::exists(folder, error)) {
        return fail("There is no base model of this name and no such folder", nameOrFolder,
                    "Use a bundled one (" + bundledNames() +
                        ") or the folder of a downloaded model with config.json, model.safetensors and the "
                        "tokenizer's files");
    }
    if (!fs::is_directory(folder, error)) {
        return fail("A base model is a folder, this is a file", nameOrFolder,
                    "Give the folder that holds config.json and model.safetensors");
    }
    if (!fs::exists(folder / "config.json", error)) {
        return fail("This folder holds no model: config.json is missing", nameOrFolder,
                    "A model folder holds config.json, model.safetensors and the tokenizer's files");
    }
    return folder;
}

std::vector<std::string> bundledModels() {
    std::vector<std::string> names;
    for (const std::string_view name : bundledModelNames()) {
        names.emplace_back(name);
    }
    return names;
}

Result<ModelConfig> loadBaseConfig(const std::string& nameOrFolder) {
    // A bundled model's configuration is read in place: the window asks for it before anything needs a file.
    const std::span<const BundledFile> files = bundledModelFiles(nameOrFolder);
    const auto bundled = std::ranges::find(files, "config.json", &BundledFile::name);
    std::string text;
    std::string where = nameOrFolder + "/config.json";
    if (bundled != files.end()) {
        text = asText(bundled->bytes);
    } else {
        const Result<fs::path> folder = resolveBaseModel(nameOrFolder);
        if (!folder) {
            return fail(folder.error());
        }
        where = (*folder / "config.json").string();
        Result<std::string> read = readTextFile(where);
        if (!read) {
            return fail(read.error());
        }
        text = std::move(*read);
    }
    const Result<nlohmann::json> json = parseJson(text, where);
    if (!json) {
        return fail(json.error());
    }
    Result<ModelConfig> config = parseModelConfig(*json);
    if (!config) {
        return fail(config.error().what, where + config.error().where, config.error().advice);
    }
    return config;
}

} // namespace awb
