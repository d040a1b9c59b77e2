// Adapters of any method, compared tensor by tensor with what their configuration declares.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "backend/formats/inspect_parts.h"
#include "models/config/parameter_names.h"

namespace awb::inspect {

namespace {

/// The layer number in a tensor's name; none for what stands outside the blocks.
std::optional<int> layerOf(std::string_view name) {
    for (const std::string_view row : {".layer.", ".layers.", "layer."}) {
        const std::size_t at = name.find(row);
        if (at == std::string_view::npos) {
            continue;
        }
        const std::string_view rest = name.substr(at + row.size());
        int layer = -1;
        if (std::from_chars(rest.data(), rest.data() + rest.size(), layer).ec == std::errc() && layer >= 0) {
            return layer;
        }
    }
    return std::nullopt;
}

/// The base's shape as far as the adapter's file tells it: highest layer, feed-forward and key widths.
ModelConfig shapeFrom(ModelFamily family, int hiddenSize, const AdapterConfig& config,
                      const Weights& weights) {
    ModelConfig model;
    model.family = family;
    model.modelType = familyName(family);
    model.hiddenSize = hiddenSize;
    model.numHeads = 1;
    model.intermediateSize = 4 * hiddenSize;
    for (const WeightsTensor& tensor : weights.tensors) {
        if (const auto layer = layerOf(tensor.name)) {
            model.numLayers = std::max(model.numLayers, *layer + 1);
            // Files of bare bodies leave out the body's prefix.
            const std::size_t body = bodyPrefix(family).size();
            const std::string first = linearPrefix(family, *layer, Site::FfnIntermediate).substr(body);
            const std::string second = linearPrefix(family, *layer, Site::FfnDense).substr(body);
            const auto isAt = [&](const std::string& place) {
                const std::size_t at = tensor.name.find(place);
                return at == 0 || at == body;
            };
            const bool isOut = tensor.name.ends_with(".lora_B") && isAt(first);
            const bool isIn = tensor.name.ends_with(".lora_A") && isAt(second);
            if (tensor.shape.size() == 2 && (isOut || isIn) && family != ModelFamily::Llama) {
                model.intermediateSize = static_cast<int>(tensor.shape[isOut ? 0 : 1]);
            }
        }
    }
    if (model.numLayers > 0) {
        return model;
    }
    // Re-parameterised prefixes name no layer; the width of their last map tells how many there are.
    for (const WeightsTensor& tensor : weights.tensors) {
        const bool isFlat = tensor.name.ends_with(".control_trans");
        if (!tensor.name.ends_with(".control_trans.2.bias") && !isFlat) {
            continue;
        }
        for (const MethodConfig& part : config.parts) {
            if (part.method == "prefix_tuning" && !tensor.shape.empty()) {
                const std::int64_t length = isFlat ? part.options.integer("prefix_length") : 1;
                const std::int64_t used =
                    tensor.shape[0] / (2 * hiddenSize * std::max<std::int64_t>(1, length));
                const auto left = static_cast<std::int64_t>(part.options.layers("leave_out").size());
                model.numLayers = static_cast<int>(std::clamp<std::int64_t>(used + left, 0, 10'000));
            }
        }
    }
    return model;
}

std::string shapeList(const std::vector<std::int64_t>& shape) {
    return nlohmann::json(shape).dump();
}

} // namespace

Result<void> describeMethods(FolderSummary& summary, const AdapterConfig& config, ModelFamily family,
                             int hiddenSize, const std::string& name, const Weights& weights) {
    summary.details["method"] = methodTitle(config);
    if (hiddenSize < 1 || weights.file.empty()) {
        return {};
    }
    const ModelConfig model = shapeFrom(family, hiddenSize, config, weights);
    const auto tensors = tensorsOf(config, model, name);
    if (!tensors) {
        return fail(tensors.error());
    }
    // Files of bare bodies leave out the body's prefix.
    const std::string prefix = bodyPrefix(family);
    const bool hasPrefix = std::ranges::any_of(
        weights.tensors, [&](const WeightsTensor& tensor) { return tensor.name.starts_with(prefix); });
    const auto nameInFile = [&](const std::string& full) {
        return hasPrefix || !full.starts_with(prefix) ? full : full.substr(prefix.size());
    };
    std::map<std::string, const WeightsTensor*> found;
    for (const WeightsTensor& tensor : weights.tensors) {
        found[tensor.name] = &tensor;
    }
    NameReport report;
    std::map<std::pair<int, Site>, std::int64_t> parameters;
    for (const TensorSpec& spec : *tensors) {
        std::vector<std::string> names{spec.name};
        names.insert(names.end(), spec.aliases.begin(), spec.aliases.end());
        bool isThere = false;
        for (const std::string& each : names) {
            const auto it = found.find(nameInFile(each));
            if (it == found.end()) {
                continue;
            }
            isThere = true;
            if (it->second->shape != spec.shape) {
                report.misshapen.push_back(each + " is " + shapeList(it->second->shape) + ", must be " +
                                           shapeList(spec.shape));
            }
            found.erase(it);
        }
        if (!isThere) {
            report.missing.push_back(spec.name);
        } else {
            parameters[{spec.layer, spec.site}] += spec.size();
        }
    }
    for (const auto& [left, tensor] : found) {
        // Older files repeat every prefix tensor once a layer.
        if (left.find("prefix_tuning.pool.") == std::string::npos) {
            report.unexpected.push_back(left);
        }
    }
    nlohmann::ordered_json modules = nlohmann::ordered_json::array();
    const auto modulePlaces = modulesOf(config, model);
    for (const ModulePlace& place : *modulePlaces) {
        nlohmann::ordered_json module;
        module["layer"] =
            place.layer == kNoLayer ? nlohmann::ordered_json("all") : nlohmann::ordered_json(place.layer);
        module["site"] = siteName(place.site);
        module["size"] = place.bottleneck;
        module["parameters"] = parameters[{place.layer, place.site}];
        modules.push_back(std::move(module));
    }
    summary.details["modules"] = std::move(modules);
    addReport(summary, report);
    return {};
}

} // namespace awb::inspect
