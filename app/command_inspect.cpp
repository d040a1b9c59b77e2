#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "backend/checkpoint/inspect.h"
#include "backend/formats/safetensors.h"

namespace awb::app {

namespace {

nlohmann::ordered_json toJson(const FolderSummary& summary) {
    nlohmann::ordered_json json;
    json["kind"] = summary.kind;
    json["parameters"] = summary.parameters;
    json["details"] = summary.details;
    json["remarks"] = summary.remarks;
    nlohmann::ordered_json& tensors = json["tensors"] = nlohmann::ordered_json::array();
    for (const TensorSummary& tensor : summary.tensors) {
        tensors.push_back({{"name", tensor.name},
                           {"dtype", tensor.dtype},
                           {"shape", tensor.shape},
                           {"bytes", tensor.bytes}});
    }
    return json;
}

std::string dump(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One line a value; lists of objects one line an object.
void printDetails(const nlohmann::ordered_json& details) {
    for (const auto& [key, value] : details.items()) {
        if (value.is_array() && !value.empty() && (value.size() > 4 || value.front().is_object())) {
            std::printf("%s:\n", key.c_str());
            for (const auto& item : value) {
                std::printf("  %s\n",
                            item.is_string() ? item.get<std::string>().c_str() : dump(item).c_str());
            }
        } else {
            std::printf("%s: %s\n", key.c_str(),
                        value.is_string() ? value.get<std::string>().c_str() : dump(value).c_str());
        }
    }
}

void printTensors(const std::vector<TensorSummary>& tensors) {
    std::size_t width = 0;
    for (const TensorSummary& tensor : tensors) {
        width = std::max(width, tensor.name.size());
    }
    for (const TensorSummary& tensor : tensors) {
        std::printf("  %-*s  %-4s  %-14s  %s\n", static_cast<int>(width), tensor.name.c_str(),
                    tensor.dtype.c_str(), shapeText(tensor.shape).c_str(),
                    bytesText(static_cast<std::uintmax_t>(tensor.bytes)).c_str());
    }
}

void print(const FolderSummary& summary, const std::string& folder) {
    std::printf("%s: %s, %s parameters\n", folder.c_str(), summary.kind.c_str(),
                countText(summary.parameters).c_str());
    for (const std::string& remark : summary.remarks) {
        std::printf("! %s\n", remark.c_str());
    }
    printDetails(summary.details);
    std::printf("%zu tensors:\n", summary.tensors.size());
    printTensors(summary.tensors);
}

} // namespace

int runInspect(const std::string& folder, bool json) {
    const std::vector<std::string> bundled = bundledModels();
    const bool isBundled = std::ranges::find(bundled, folder) != bundled.end();
    const Result<std::filesystem::path> path =
        isBundled ? resolveBaseModel(folder) : Result<std::filesystem::path>(folder);
    if (!path) {
        return complain(path.error());
    }
    const Result<FolderSummary> summary = inspectFolder(*path);
    if (!summary) {
        return complain(summary.error());
    }
    if (json) {
        printJson(toJson(*summary));
    } else {
        print(*summary, folder);
    }
    return kSuccess;
}

} // namespace awb::app
