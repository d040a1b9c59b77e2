#include "backend/checkpoint/folder_config.h"

#include <charconv>
#include <string_view>

#include "backend/core/files.h"
#include "models/config/json_fields.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

constexpr std::string_view kStandAlone = "adapters.";

/// Next number of "1.2.0", which is cut off from `text`.
int nextNumber(std::string_view& text) {
    int number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with('.')) {
        text.remove_prefix(1);
    }
    return code == std::errc() ? number : 0;
}

Result<void> checkModel(const std::filesystem::path& file, const std::string& modelType,
                        std::int64_t hiddenSize, const ModelConfig& model) {
    if (modelType != model.modelType) {
        return fail("it was made for a model of type " + modelType + ", this one is " + model.modelType,
                    file.string(), "Choose a base model of that type");
    }
    if (hiddenSize != model.hiddenSize) {
        return fail("it was made for hidden size " + std::to_string(hiddenSize) + ", this model has " +
                        std::to_string(model.hiddenSize),
                    file.string(), "Choose the base model that it was trained on");
    }
    return {};
}

} // namespace

bool FolderConfig::ignoresLoraAlpha() const {
    std::string_view text = version;
    if (!text.starts_with(kStandAlone)) {
        return false;
    }
    text.remove_prefix(kStandAlone.size());
    const int major = nextNumber(text);
    const int minor = nextNumber(text);
    return major < 1 || (major == 1 && minor < 1);
}

Result<FolderConfig> readFolderConfig(const std::filesystem::path& file, const ModelConfig& model) {
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<nlohmann::json> json = parseJson(*text, file.string());
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object()) {
        return fail("the file must hold a JSON object", file.string());
    }
    if (json->contains("peft_type")) {
        return fail("this is a folder of the PEFT library", file.string(),
                    "Use a folder that AdapterHub's library or this program saved");
    }
    JsonFields fields(*json, "");
    FolderConfig read;
    read.name = fields.requiredString("name");
    read.isVersion1 = !json->contains("version");
    if (const nlohmann::json* version = fields.raw("version"); version != nullptr && version->is_string()) {
        read.version = version->get<std::string>();
    }
    const std::string modelType = fields.string("model_type", model.modelType);
    const std::int64_t hiddenSize = fields.integer("hidden_size", model.hiddenSize);
    if (const nlohmann::json* config = fields.raw("config")) {
        read.config = *config;
    }
    if (const auto error = fields.finish(false)) {
        return fail(error->what, file.string() + error->where, error->advice);
    }
    if (auto checked = checkModel(file, modelType, hiddenSize, model); !checked) {
        return fail(checked.error());
    }
    if (!read.config.is_object() && !read.config.is_string()) {
        return fail("the key `config` is missing", file.string(),
                    "It holds the options of the adapter, fusion or head");
    }
    return read;
}

Result<void> writeFolderConfig(const std::filesystem::path& file, const nlohmann::json& config,
                               const ModelConfig& model, const std::string& name,
                               const std::string& modelName, const std::string& version) {
    const nlohmann::json json{
        {"config", config},
        {"hidden_size", model.hiddenSize},
        {"model_class", adapterModelClass(model.family)},
        {"model_name", modelName.empty() ? nlohmann::json(nullptr) : nlohmann::json(modelName)},
        {"model_type", model.modelType},
        {"name", name},
        {"version", version},
    };
    return writeFileAtomically(file,
                               json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

} // namespace awb
