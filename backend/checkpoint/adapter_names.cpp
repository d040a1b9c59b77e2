#include "backend/checkpoint/adapter_names.h"

#include <array>
#include <utility>

#include "models/config/parameter_names.h"

namespace awb {

namespace {

/// Version 1 kept task and language adapters apart.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOldGroups{
    {{"attention_text_task_adapters.", "adapters."},
     {"attention_text_lang_adapters.", "adapters."},
     {"layer_text_task_adapters.", "adapters."},
     {"layer_text_lang_adapters.", "adapters."},
     {"invertible_lang_adapters.", "invertible_adapters."}}};

/// What stands directly in front of an adapter's name.
constexpr std::array<std::string_view, 10> kGroups{"adapters.",
                                                   "loras.",
                                                   "prefix_tunings.",
                                                   "prefix_gates.",
                                                   "shared_parameters.",
                                                   "invertible_adapters.",
                                                   "refts.",
                                                   "prompt_tunings.",
                                                   "adapter_fusion_layer.",
                                                   "bitfit."};

constexpr std::array<std::string_view, 8> kBodyParts{
    "encoder.",       "transformer.",   "embeddings.",        "invertible_adapters.",
    "prefix_tuning.", "prompt_tuning.", "shared_parameters.", "layers."};

/// `text` with the first `from` replaced.
std::string replacedFirst(std::string_view text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    std::string result(text.substr(0, at));
    if (at != std::string_view::npos) {
        result.append(to).append(text.substr(at + from.size()));
    }
    return result;
}

} // namespace

AdapterNames::AdapterNames(ModelFamily family, std::string nameInFile, std::string nameInModel,
                           const std::vector<TensorSpec>& specs, const WeightsFile& file)
    : m_body(bodyPrefix(family))
    , m_old(std::move(nameInFile))
    , m_new(std::move(nameInModel)) {
    m_old.push_back('.');
    m_new.push_back('.');
    for (const TensorSpec& spec : specs) {
        for (const std::string& alias : spec.aliases) {
            m_aliases[alias] = spec.name;
        }
    }
    for (const WeightsTensor& tensor : file.tensors()) {
        m_isInFile[translated(tensor.name)] = true;
    }
}

std::string AdapterNames::translated(std::string_view inFile) const {
    std::string name(inFile);
    for (const auto& [old, current] : kOldGroups) {
        name = replacedFirst(name, old, current);
    }
    for (const std::string_view part : kBodyParts) {
        if (name.starts_with(part)) {
            name = m_body + name;
            break;
        }
    }
    for (const std::string_view group : kGroups) {
        std::string before(".");
        std::string after(before);
        before.append(group).append(m_old);
        after.append(group).append(m_new);
        if (name.find(before) != std::string::npos) {
            return replacedFirst(name, before, after);
        }
    }
    return name;
}

std::string AdapterNames::operator()(std::string_view inFile) const {
    // Each layer of the public library repeats the prefixes that all share.
    if (inFile.find("prefix_tuning.pool.") != std::string_view::npos) {
        return {};
    }
    std::string name = translated(inFile);
    const auto alias = m_aliases.find(name);
    if (alias == m_aliases.end()) {
        return name;
    }
    if (m_isInFile.contains(alias->second)) {
        return {};
    }
    // The first of several copies stands for the tensor.
    for (const auto& [other, own] : m_aliases) {
        if (own == alias->second && m_isInFile.contains(other)) {
            return other == name ? own : std::string();
        }
    }
    return alias->second;
}

} // namespace awb
