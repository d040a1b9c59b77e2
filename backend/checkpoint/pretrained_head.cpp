#include "backend/checkpoint/pretrained_head.h"

#include <array>
#include <system_error>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/checkpoint/tensor_io.h"
#include "backend/core/files.h"
#include "backend/text/tokenizer.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

/// The parts of a head in a base's file, and in AdapterHub's head.
struct PartName {
    std::string_view inBase;
    std::string_view inHead;
};
using PartNames = std::array<PartName, 3>;

const PartNames& partNames(ModelFamily family) {
    static constexpr PartNames kBert{{{"cls.predictions.transform.dense.", "0."},
                                      {"cls.predictions.transform.LayerNorm.", "2."},
                                      {"cls.predictions.bias", "3.bias"}}};
    static constexpr PartNames kRoberta{
        {{"lm_head.dense.", "0."}, {"lm_head.layer_norm.", "2."}, {"lm_head.bias", "3.bias"}}};
    static constexpr PartNames kDistilBert{
        {{"vocab_transform.", "0."}, {"vocab_layer_norm.", "2."}, {"vocab_projector.bias", "3.bias"}}};
    switch (family) {
    case ModelFamily::Roberta:
    case ModelFamily::XlmRoberta:
        return kRoberta;
    case ModelFamily::DistilBert:
        return kDistilBert;
    default:
        return kBert;
    }
}

/// Empty for tensors that are no part of the head.
std::string nameInHead(ModelFamily family, const std::string& head, std::string_view inBase) {
    for (const PartName& part : partNames(family)) {
        if (inBase.starts_with(part.inBase)) {
            std::string name = "heads." + head + "." + std::string(part.inHead);
            return name += inBase.substr(part.inBase.size());
        }
    }
    return {};
}

std::string nameInBase(ModelFamily family, const std::string& head, std::string_view inHead) {
    inHead.remove_prefix(std::string_view("heads.").size() + head.size() + 1);
    for (const PartName& part : partNames(family)) {
        if (inHead.starts_with(part.inHead)) {
            return std::string(part.inBase) + std::string(inHead.substr(part.inHead.size()));
        }
    }
    return {};
}

Result<void> copyDescription(const fs::path& from, const fs::path& to) {
    std::vector<const char*> names{"config.json"};
    const auto tokenizer = tokenizerFiles();
    names.insert(names.end(), tokenizer.begin(), tokenizer.end());
    for (const char* name : names) {
        std::error_code ignored;
        if (!fs::exists(from / name, ignored)) {
            continue;
        }
        const auto content = readTextFile(from / name);
        if (!content) {
            return fail(content.error());
        }
        if (auto written = writeFileAtomically(to / name, *content); !written) {
            return written;
        }
    }
    return {};
}

} // namespace

Result<void> addPretrainedHead(AdapterModel& model, const fs::path& baseFolder, const std::string& name) {
    const auto file = openWeights(baseFolder, WeightsKind::Model);
    if (!file) {
        return fail(file.error());
    }
    const ModelFamily family = model.config().family;
    HeadConfig head = defaultHead(HeadType::MaskedLm);
    head.name = name;
    head.activation = model.config().hiddenAct;
    torch::Generator generator = at::detail::createCPUGenerator(0);
    if (auto added = model.addHead(head, generator); !added) {
        return added;
    }
    const auto report = fillParameters(model.headParameters(name), *file, [&](std::string_view inBase) {
        return nameInHead(family, name, inBase);
    });
    if (report && report->complete()) {
        return {};
    }
    model.removeHead(name);
    return report ? fail(incompleteError(*report, file->path(),
                                         "The base was saved without the head of its pretraining: leave "
                                         "`from` out to begin with a fresh one"))
                  : fail(report.error());
}

Result<void> joinBaseAndHead(const fs::path& base, const fs::path& head, const fs::path& to) {
    auto loaded = loadModel(base);
    if (!loaded) {
        return fail(loaded.error());
    }
    AdapterModel& model = loaded->model;
    if (model.config().family != ModelFamily::Bert) {
        return fail("only BERT's head can be written beside its base", base.string());
    }
    const std::string name = "pretraining";
    if (auto added = loadHead(model, head, name); !added) {
        return fail(added.error());
    }
    if (auto copied = copyDescription(base, to); !copied) {
        return copied;
    }
    std::vector<NamedTensor> tensors = model.baseParameters();
    for (const NamedTensor& tensor : model.headParameters(name)) {
        tensors.push_back({nameInBase(ModelFamily::Bert, name, tensor.name), tensor.tensor});
    }
    return saveTensors(tensors, to / "model.safetensors");
}

} // namespace awb
