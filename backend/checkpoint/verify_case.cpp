#include "backend/checkpoint/verify_case.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

using nlohmann::json;

/// A non-null value; null counts as missing, as in Python's files.
const json* valueAt(JsonFields& fields, std::string_view key) {
    const json* value = fields.raw(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool isSet(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && !found->is_null() && *found != json(false);
}

void readAdapters(JsonFields& fields, FixtureCase& into) {
    const json* adapters = valueAt(fields, "adapters");
    if (adapters == nullptr) {
        return;
    }
    if (!adapters->is_array()) {
        fields.problem("adapters", "`adapters` must be a list");
        return;
    }
    for (const json& adapter : *adapters) {
        if (!adapter.is_object() || !adapter.contains("name") || !adapter["name"].is_string()) {
            fields.problem("adapters", "each adapter must be an object with a `name`");
            return;
        }
        into.adapters.push_back(adapter["name"].get<std::string>());
    }
}

void readFusions(JsonFields& fields, FixtureCase& into) {
    const json* fusions = valueAt(fields, "fusions");
    if (fusions == nullptr) {
        return;
    }
    try {
        for (const json& fusion : *fusions) {
            into.fusions.push_back(fusion.at("adapters").get<std::vector<std::string>>());
        }
    } catch (const json::exception&) {
        fields.problem("fusions", "`fusions` must be a list of objects with a list `adapters`");
    }
}

void readHead(JsonFields& fields, FixtureCase& into) {
    const json* head = valueAt(fields, "head");
    if (head == nullptr) {
        return;
    }
    if (!head->is_object() || !head->contains("kind") || !(*head)["kind"].is_string()) {
        fields.problem("head", "`head` must be null or an object with `kind` and `name`");
        return;
    }
    if (isSet(*head, "static")) {
        // The head of the checkpoint's own class, which PEFT's file replaces.
        into.skipped = into.skipped.empty() && into.peft.empty()
                           ? "heads that come from the checkpoint itself"
                           : into.skipped;
        into.heads = {"task"};
        return;
    }
    const auto name = head->find("name");
    if (name != head->end() && name->is_string()) {
        into.heads = {name->get<std::string>()};
    } else if (name != head->end() && name->is_array()) {
        for (const json& item : *name) {
            into.heads.push_back(item.is_string() ? item.get<std::string>() : std::string());
        }
    } else if (into.skipped.empty()) {
        fields.problem("head", "`head` has no `name`");
    }
}

void readTrain(JsonFields& fields, FixtureCase& into) {
    const std::string train = fields.string("train", "none");
    if (train == "adapter") {
        into.train = FixtureCase::Train::Adapter;
    } else if (train == "head") {
        into.train = FixtureCase::Train::Head;
    } else if (train == "full") {
        into.train = FixtureCase::Train::Full;
    } else if (train == "fusion") {
        into.train = FixtureCase::Train::Fusion;
    } else if (train != "none") {
        fields.problem("train",
                       "`train` is \"" + train + "\"; it must be adapter, fusion, head, full or none");
    }
}

void readTrainable(JsonFields& fields, FixtureCase& into) {
    const json* list = valueAt(fields, "trainable");
    if (list == nullptr) {
        return;
    }
    try {
        for (const json& item : *list) {
            into.trainable.push_back(
                {item.at("name").get<std::string>(), item.at("shape").get<std::vector<std::int64_t>>()});
        }
    } catch (const json::exception&) {
        fields.problem("trainable", "`trainable` must be a list of objects with `name` and `shape`");
    }
}

void readAdamW(JsonFields& fields, FixtureCase& into) {
    const json* modes = valueAt(fields, "adamw");
    if (modes == nullptr) {
        return;
    }
    try {
        for (const auto& [mode, numbers] : modes->items()) {
            FixtureCase::AdamW adamw;
            adamw.losses = numbers.at("losses").get<std::vector<double>>();
            for (const auto& [name, sums] : numbers.at("param_sum_and_sumsq_after_3").items()) {
                adamw.sums[name] = sums.get<std::array<double, 2>>();
            }
            if (adamw.losses.size() < 2) {
                fields.problem("adamw",
                               "`losses` must hold one number before each step and one after the last");
            }
            into.adamw[mode] = std::move(adamw);
        }
    } catch (const json::exception&) {
        fields.problem("adamw",
                       "each mode must hold `losses` and `param_sum_and_sumsq_after_3` [sum, squares]");
    }
}

void readNumbers(JsonFields& fields, FixtureCase& into) {
    if (valueAt(fields, "trainable_total") != nullptr) {
        into.trainableTotal = fields.integer("trainable_total", 0);
    }
    if (valueAt(fields, "added_parameters_total") != nullptr) {
        into.addedTotal = fields.integer("added_parameters_total", 0);
    }
    if (valueAt(fields, "loss") != nullptr) {
        into.loss = fields.number("loss", 0);
    }
    if (valueAt(fields, "max_abs_grad") != nullptr) {
        into.maxAbsGradient = fields.number("max_abs_grad", 0);
    }
    if (valueAt(fields, "pseudo_loss") != nullptr) {
        into.pseudoLoss = fields.boolean("pseudo_loss", false);
    }
    const auto names = [&](const char* key) {
        const std::vector<std::string> list =
            valueAt(fields, key) != nullptr ? fields.strings(key) : std::vector<std::string>();
        return std::set<std::string>(list.begin(), list.end());
    };
    into.roundingNoise = names("rounding_noise_gradient");
    into.withoutGradient = names("trainable_without_grad");
    if (valueAt(fields, "skip_layers") != nullptr) {
        const std::vector<int> layers = fields.integers("skip_layers");
        into.skipLayers = {layers.begin(), layers.end()};
    }
}

/// Families that the format knows and this version does not compute.
bool isForeignFamily(const std::string& family) {
    constexpr std::array kFamilies{"gpt2", "bart", "t5", "llama"};
    return std::find(kFamilies.begin(), kFamilies.end(), family) != kFamilies.end();
}

void readOtherNeeds(JsonFields& fields, FixtureCase& into) {
    const std::string family = fields.string("family", "bert");
    const auto isFilled = [&](const char* key) {
        const json* value = valueAt(fields, key);
        return value != nullptr && !(value->is_structured() && value->empty());
    };
    if (isForeignFamily(family)) {
        into.skipped = "the model family " + family;
    }
    if (isFilled("active_peft")) {
        into.peft = fields.string("active_peft", "");
    }
    if (isFilled("merged_adapter")) {
        into.merged = fields.string("merged_adapter", "");
    }
}

} // namespace

Result<FixtureCase> readFixtureCase(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "case.json";
    const Result<std::string> text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const Result<json> parsed = parseJson(*text, file.string());
    if (!parsed) {
        return fail(parsed.error());
    }
    if (!parsed->is_object()) {
        return fail("a case must be a JSON object", file.string());
    }
    JsonFields fields(*parsed, "");
    FixtureCase result;
    result.folder = folder;
    result.name = fields.string("name", std::filesystem::absolute(folder).filename().string());
    result.model = folder / fields.requiredString("model");
    readOtherNeeds(fields, result);
    readAdapters(fields, result);
    readFusions(fields, result);
    if (const json* active = valueAt(fields, "active")) {
        auto composition = compositionFromAdapterHub(*active, "/active");
        if (composition) {
            result.active = std::move(*composition);
        } else {
            fields.problem(composition.error());
        }
    }
    readHead(fields, result);
    readTrain(fields, result);
    readTrainable(fields, result);
    readAdamW(fields, result);
    readNumbers(fields, result);
    if (const auto error = fields.finish(false)) {
        return fail(error->what, file.string() + error->where,
                    error->advice.empty() ? "The format is described in the fixtures' README"
                                          : error->advice);
    }
    return result;
}

} // namespace awb
