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

/// What the adapter's configuration needs that this version does not have; empty when nothing.
std::string foreignMethod(const json& config) {
    if (!config.is_object()) {
        return {};
    }
    if (isSet(config, "architecture")) {
        const json& method = config["architecture"];
        return "the method " + (method.is_string() ? method.get<std::string>() : method.dump());
    }
    if (isSet(config, "phm_layer")) {
        return "the method Compacter";
    }
    if (isSet(config, "inv_adapter") || isSet(config, "invertible_adapter")) {
        return "invertible adapters";
    }
    return {};
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
        if (into.skipped.empty() && adapter.contains("config")) {
            into.skipped = foreignMethod(adapter["config"]);
        }
    }
}

/// The format's setup: a name or {"type", "children"}. Blocks of later versions make the case skipped.
Composition readSetup(JsonFields& fields, const json& node, FixtureCase& into) {
    if (node.is_string()) {
        return Composition::of(node.get<std::string>());
    }
    if (!node.is_object() || !node.contains("type") || !node["type"].is_string() ||
        !node.contains("children") || !node["children"].is_array()) {
        fields.problem("active",
                       "`active` must be null, a name or an object with `type` and a list `children`");
        return {};
    }
    const std::string type = node["type"].get<std::string>();
    if (type != "Stack" && type != "single") {
        into.skipped = into.skipped.empty() ? "the composition " + type : into.skipped;
        return {};
    }
    Composition stack;
    stack.kind = Composition::Kind::Stack;
    for (const json& child : node["children"]) {
        stack.children.push_back(readSetup(fields, child, into));
    }
    return stack;
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
    const std::string kind = (*head)["kind"].get<std::string>();
    if (into.skipped.empty() && isSet(*head, "static")) {
        into.skipped = "heads that come from the checkpoint itself";
    } else if (into.skipped.empty() && kind != "classification" && kind != "regression") {
        into.skipped = "the head " + kind;
    }
    const auto name = head->find("name");
    if (name != head->end() && name->is_string()) {
        into.head = name->get<std::string>();
    } else if (into.skipped.empty() && name != head->end() && name->is_array()) {
        into.skipped = "several heads at once";
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
        into.skipped = into.skipped.empty() ? "training of a fusion layer" : into.skipped;
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
    if (modes == nullptr || !modes->contains("plain")) {
        return;
    }
    try {
        const json& plain = modes->at("plain");
        FixtureCase::AdamW adamw;
        adamw.losses = plain.at("losses").get<std::vector<double>>();
        for (const auto& [name, sums] : plain.at("param_sum_and_sumsq_after_3").items()) {
            adamw.sums[name] = sums.get<std::array<double, 2>>();
        }
        if (adamw.losses.size() < 2) {
            fields.problem("adamw", "`losses` must hold one number before each step and one after the last");
        }
        into.adamw = std::move(adamw);
    } catch (const json::exception&) {
        fields.problem("adamw",
                       "`adamw.plain` must hold `losses` and `param_sum_and_sumsq_after_3` [sum, squares]");
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
    constexpr std::array kFamilies{"roberta", "xlm-roberta", "distilbert", "gpt2", "bart", "t5", "llama"};
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
    } else if (isFilled("peft") || isFilled("active_peft")) {
        into.skipped = "adapters in the PEFT library's format";
    } else if (isFilled("merged_adapter")) {
        into.skipped = "merging an adapter into the weights";
    } else if (isFilled("fusions")) {
        into.skipped = "fusion layers";
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
    if (const json* active = valueAt(fields, "active")) {
        result.active = readSetup(fields, *active, result);
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
