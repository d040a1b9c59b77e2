#include "backend/train/frozen_parts.h"

#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr const char* kFile = "frozen.json";

} // namespace

FrozenHashes frozenHashes(const Experiment& experiment, const AdapterModel& model) {
    FrozenHashes hashes;
    if (!experiment.trainsBase()) {
        hashes["base"] = baseHash(model);
    }
    for (const std::string& name : model.adapterNames()) {
        if (!experiment.trainsAdapter(name)) {
            hashes["adapter " + name] = adapterHash(model, name);
        }
    }
    return hashes;
}

Result<void> checkFrozen(const FrozenHashes& before, const FrozenHashes& after) {
    for (const auto& [part, hash] : before) {
        const auto found = after.find(part);
        if (found == after.end() || found->second != hash) {
            return fail("the frozen " + part + " changed during the run",
                        hash + " became " + (found == after.end() ? "nothing" : found->second),
                        "This is a fault of the program. Please report it with the experiment file");
        }
    }
    return {};
}

Result<void> writeFrozenRecord(const std::filesystem::path& runFolder, const FrozenHashes& before,
                               const FrozenHashes& after) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [part, hash] : before) {
        json[part] = {{"before", hash}, {"after", after.at(part)}};
    }
    return writeFileAtomically(runFolder / kFile, json.dump(2) + "\n");
}

Result<std::map<std::string, FrozenPart>> readFrozenRecord(const std::filesystem::path& runFolder) {
    const std::string file = (runFolder / kFile).string();
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file);
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object()) {
        return fail("the record of the frozen parts is damaged", file);
    }
    std::map<std::string, FrozenPart> parts;
    for (const auto& [name, value] : json->items()) {
        JsonFields fields(value, "/" + name);
        parts[name] = {fields.requiredString("before"), fields.requiredString("after")};
        if (const auto error = fields.finish()) {
            return fail(error->what, file + error->where, error->advice);
        }
    }
    return parts;
}

} // namespace awb
