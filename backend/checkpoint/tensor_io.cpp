#include "backend/checkpoint/tensor_io.h"

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <torch/types.h>

#include "backend/formats/safetensors.h"
#include "backend/formats/torch_archive.h"

namespace awb {

namespace {

std::optional<torch::ScalarType> scalarType(std::string_view dtype) {
    static const std::map<std::string_view, torch::ScalarType> kTypes{
        {"F64", torch::kFloat64},   {"F32", torch::kFloat32}, {"F16", torch::kFloat16},
        {"BF16", torch::kBFloat16}, {"I64", torch::kInt64},   {"I32", torch::kInt32},
        {"I16", torch::kInt16},     {"I8", torch::kInt8},     {"U8", torch::kUInt8},
        {"BOOL", torch::kBool},
    };
    const auto found = kTypes.find(dtype);
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> dtypeName(torch::ScalarType type) {
    switch (type) {
    case torch::kFloat32:
        return "F32";
    case torch::kInt64:
        return "I64";
    case torch::kUInt8:
        return "U8";
    default:
        return std::nullopt;
    }
}

std::vector<std::int64_t> shapeOf(const torch::Tensor& tensor) {
    return tensor.sizes().vec();
}

} // namespace

Result<torch::Tensor> readTensor(const WeightsFile& file, const WeightsTensor& tensor) {
    const auto type = scalarType(tensor.dtype);
    if (!type) {
        return fail("the values are of type " + tensor.dtype + ", which can't be read", tensor.name,
                    "Convert the file to F32, F16 or BF16");
    }
    torch::Tensor values = torch::empty(tensor.shape, *type);
    file.copyTo(tensor, {static_cast<std::byte*>(values.data_ptr()), tensor.bytes});
    return values.to(values.is_floating_point() ? torch::kFloat32 : torch::kInt64);
}

Result<FillReport> fillParameters(const std::vector<NamedTensor>& parameters, const WeightsFile& file,
                                  const std::function<std::string(std::string_view)>& nameInModel) {
    std::unordered_map<std::string, const WeightsTensor*> entries;
    FillReport report;
    std::unordered_map<std::string, bool> wanted;
    for (const NamedTensor& parameter : parameters) {
        wanted.emplace(parameter.name, true);
    }
    for (const WeightsTensor& entry : file.tensors()) {
        const std::string name = nameInModel(entry.name);
        if (name.empty()) {
            continue;
        }
        if (!wanted.contains(name) || !entries.emplace(name, &entry).second) {
            report.unexpected.push_back(entry.name);
        }
    }
    for (const NamedTensor& parameter : parameters) {
        const auto found = entries.find(parameter.name);
        if (found == entries.end()) {
            report.missing.push_back(parameter.name);
        } else if (found->second->shape != shapeOf(parameter.tensor)) {
            report.misshapen.push_back(found->second->name + " is " + shapeText(found->second->shape) +
                                       " in the file, must be " + shapeText(shapeOf(parameter.tensor)));
        }
    }
    if (!report.complete()) {
        return report;
    }
    const torch::NoGradGuard guard;
    for (const NamedTensor& parameter : parameters) {
        const Result<torch::Tensor> values = readTensor(file, *entries.at(parameter.name));
        if (!values) {
            return fail(values.error());
        }
        parameter.tensor.copy_(*values);
    }
    return report;
}

std::string listNames(const std::vector<std::string>& names, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    if (names.size() > most) {
        text += " and " + std::to_string(names.size() - most) + " more";
    }
    return text;
}

Error incompleteError(const FillReport& report, const std::filesystem::path& file,
                      const std::string& advice) {
    std::string what;
    const auto add = [&](const std::vector<std::string>& names, const std::string& title) {
        if (!names.empty()) {
            what += (what.empty() ? "" : "; ") + title + ": " + listNames(names);
        }
    };
    add(report.missing,
        std::to_string(report.missing.size()) +
            (report.missing.size() == 1 ? " parameter is missing" : " parameters are missing"));
    add(report.misshapen, "wrong shape");
    add(report.unexpected, "unexpected");
    return {what, file.string(), advice};
}

Result<void> saveTensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& file) {
    std::vector<torch::Tensor> kept;
    std::vector<TensorToWrite> entries;
    kept.reserve(tensors.size());
    for (const NamedTensor& named : tensors) {
        const auto dtype = dtypeName(named.tensor.scalar_type());
        if (!dtype) {
            return fail("only float32, int64 and uint8 tensors can be saved", named.name);
        }
        const torch::Tensor& tensor = kept.emplace_back(named.tensor.detach().contiguous());
        entries.push_back({named.name,
                           *dtype,
                           shapeOf(tensor),
                           {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()}});
    }
    if (file.extension() == ".bin") {
        return writeTorchArchive(file, entries);
    }
    return writeSafetensors(file, std::move(entries), {{"format", "pt"}});
}

Result<std::vector<NamedTensor>> loadTensors(const std::filesystem::path& path) {
    const Result<WeightsFile> file = WeightsFile::open(path);
    if (!file) {
        return fail(file.error());
    }
    std::vector<NamedTensor> tensors;
    for (const WeightsTensor& entry : file->tensors()) {
        Result<torch::Tensor> tensor = readTensor(*file, entry);
        if (!tensor) {
            return fail(tensor.error().what, path.string() + ": " + entry.name, tensor.error().advice);
        }
        tensors.push_back({entry.name, entry.dtype == "U8" ? tensor->to(torch::kUInt8) : *std::move(tensor)});
    }
    return tensors;
}

} // namespace awb
