#include "backend/train/training_checkpoint.h"

#include <system_error>
#include <utility>

#include "backend/core/files.h"
#include "backend/train/trainer.h"
#include "models/config/json_fields.h"

namespace awb {
namespace {

constexpr std::string_view kFormat = "adapter-workbench/checkpoint@1";
constexpr std::string_view kRandomState = "random_state";
constexpr std::string_view kAdvice = "Start the run anew";

std::string toText(const TrainingPosition& position) {
    const nlohmann::ordered_json json{{"format", kFormat},
                                      {"step", position.step},
                                      {"examples", position.examples},
                                      {"tokens", position.tokens},
                                      {"seconds", position.seconds},
                                      {"evaluation_due", position.evaluationDue},
                                      {"threads", position.threads},
                                      {"fusion_temperatures", position.fusionTemperatures},
                                      {"design_hash", position.designHash},
                                      {"base_hash", position.baseHash},
                                      {"dataset_hash", position.datasetHash}};
    return json.dump();
}

Result<TrainingPosition> positionFromText(const std::string& text, const std::string& file) {
    const Result<nlohmann::json> json = parseJson(text, file);
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object()) {
        return fail("the checkpoint's position is not a JSON object", file, std::string(kAdvice));
    }
    JsonFields fields(*json, "");
    if (fields.requiredString("format") != kFormat && fields.ok()) {
        fields.problem("format", "this checkpoint is of another version of the program",
                       std::string(kAdvice));
    }
    TrainingPosition position;
    position.step = fields.requiredInteger("step");
    position.examples = fields.requiredInteger("examples");
    position.tokens = fields.requiredInteger("tokens");
    position.seconds = fields.number("seconds", 0);
    position.evaluationDue = fields.boolean("evaluation_due", false);
    position.threads = static_cast<int>(fields.integer("threads", 1));
    if (const nlohmann::json* temperatures = fields.raw("fusion_temperatures");
        temperatures != nullptr && temperatures->is_object()) {
        for (const auto& [fusion, value] : temperatures->items()) {
            position.fusionTemperatures[fusion] = value.is_number() ? value.get<double>() : 1.0;
        }
    }
    position.designHash = fields.requiredString("design_hash");
    position.baseHash = fields.requiredString("base_hash");
    position.datasetHash = fields.requiredString("dataset_hash");
    if (std::optional<Error> error = fields.finish()) {
        error->where = file + ", " + error->where;
        return fail(std::move(*error));
    }
    return position;
}

} // namespace

std::filesystem::path checkpointFile(const std::filesystem::path& runFolder) {
    return runFolder / "checkpoint.safetensors";
}

Result<void> writeTrainingCheckpoint(const std::filesystem::path& runFolder, const TrainingPosition& position,
                                     std::vector<TensorToWrite> tensors,
                                     std::span<const std::byte> randomState) {
    std::error_code failure;
    std::filesystem::create_directories(runFolder, failure);
    if (failure) {
        return fail("the run's folder can't be made (" + failure.message() + ")", runFolder.string(),
                    "Check the permissions and the free space of the workspace");
    }
    tensors.push_back(
        {std::string(kRandomState), "U8", {static_cast<std::int64_t>(randomState.size())}, randomState});
    return writeSafetensors(checkpointFile(runFolder), std::move(tensors), {{"position", toText(position)}});
}

std::span<const std::byte> TrainingCheckpoint::randomState() const {
    const TensorEntry* entry = file.find(kRandomState);
    return entry ? file.bytes(*entry) : std::span<const std::byte>{};
}

Result<TrainingCheckpoint> openTrainingCheckpoint(const std::filesystem::path& runFolder) {
    const std::filesystem::path path = checkpointFile(runFolder);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return fail("there is no checkpoint to continue from", runFolder.string(), std::string(kAdvice));
    }
    Result<SafetensorsFile> file = SafetensorsFile::open(path);
    if (!file) {
        return fail(file.error());
    }
    const auto& metadata = file->header().metadata;
    const auto text = metadata.find("position");
    if (text == metadata.end()) {
        return fail("the checkpoint does not say where the run stands", path.string(), std::string(kAdvice));
    }
    Result<TrainingPosition> position = positionFromText(text->second, path.string());
    if (!position) {
        return fail(position.error());
    }
    return TrainingCheckpoint{std::move(*position), std::move(*file)};
}

std::string designHash(Experiment experiment) {
    experiment.name.clear();
    experiment.notes.clear();
    experiment.training.threads = 0;
    experiment.training.checkpointSteps = 0;
    const std::string text = toText(experiment);
    return hashBytes(std::as_bytes(std::span(text)));
}

bool hasCheckpoint(const std::filesystem::path& runFolder) {
    return checkpointStep(runFolder).has_value();
}

std::optional<std::int64_t> checkpointStep(const std::filesystem::path& runFolder) {
    const auto checkpoint = openTrainingCheckpoint(runFolder);
    return checkpoint ? std::optional(checkpoint->position.step) : std::nullopt;
}

} // namespace awb
