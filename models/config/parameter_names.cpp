#include "models/config/parameter_names.h"

namespace awb {

namespace {

/// The linear maps' names inside a block.
struct LinearNames {
    const char* query;
    const char* key;
    const char* value;
    const char* attentionOutput;
    const char* intermediate;
    const char* output;
};

const LinearNames& linearNames(ModelFamily family) {
    static constexpr LinearNames bert{"attention.self.query.", "attention.self.key.",
                                      "attention.self.value.", "attention.output.dense.",
                                      "intermediate.dense.",   "output.dense."};
    static constexpr LinearNames distilBert{"attention.q_lin.",   "attention.k_lin.", "attention.v_lin.",
                                            "attention.out_lin.", "ffn.lin1.",        "ffn.lin2."};
    // AdapterHub's library puts the intermediate adapter on down_proj and the output one on up_proj.
    static constexpr LinearNames llama{"self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj.",
                                       "self_attn.o_proj.", "mlp.down_proj.",    "mlp.up_proj."};
    switch (family) {
    case ModelFamily::DistilBert:
        return distilBert;
    case ModelFamily::Llama:
        return llama;
    default:
        return bert;
    }
}

} // namespace

std::string bodyPrefix(ModelFamily family) {
    switch (family) {
    case ModelFamily::Bert:
        return "bert.";
    case ModelFamily::Roberta:
    case ModelFamily::XlmRoberta:
        return "roberta.";
    case ModelFamily::DistilBert:
        return "distilbert.";
    case ModelFamily::Llama:
        return "model.";
    }
    return {};
}

std::string blockPrefix(ModelFamily family, int layer) {
    const char* row = family == ModelFamily::DistilBert ? "transformer.layer."
                      : family == ModelFamily::Llama    ? "layers."
                                                        : "encoder.layer.";
    return bodyPrefix(family) + row + std::to_string(layer) + ".";
}

std::string joinPrefix(ModelFamily family, int layer, BlockPart part) {
    const bool isAttention = part == BlockPart::Attention;
    if (family == ModelFamily::DistilBert || family == ModelFamily::Llama) {
        return blockPrefix(family, layer) + (isAttention ? "attention_adapters." : "output_adapters.");
    }
    return blockPrefix(family, layer) + (isAttention ? "attention.output." : "output.");
}

std::string linearPrefix(ModelFamily family, int layer, Site site) {
    const LinearNames& names = linearNames(family);
    const std::string block = site == Site::Pooler ? bodyPrefix(family) : blockPrefix(family, layer);
    switch (site) {
    case Site::AttentionQuery:
        return block + names.query;
    case Site::AttentionKey:
        return block + names.key;
    case Site::AttentionValue:
        return block + names.value;
    case Site::AttentionDense:
        return block + names.attentionOutput;
    case Site::FfnIntermediate:
        return block + names.intermediate;
    case Site::FfnDense:
        return block + names.output;
    case Site::Pooler:
        return block + "pooler.dense.";
    default:
        return {};
    }
}

std::string prefixGatePrefix(ModelFamily family, int layer) {
    const char* attention = family == ModelFamily::DistilBert ? "attention."
                            : family == ModelFamily::Llama    ? "self_attn."
                                                              : "attention.self.";
    return blockPrefix(family, layer) + attention + "prefix_tuning.prefix_gates.";
}

std::string prefixGroup(ModelFamily family) {
    return family == ModelFamily::DistilBert ? "self" : "self_prefix";
}

std::string adapterModelClass(ModelFamily family) {
    switch (family) {
    case ModelFamily::Bert:
        return "BertAdapterModel";
    case ModelFamily::Roberta:
        return "RobertaAdapterModel";
    case ModelFamily::XlmRoberta:
        return "XLMRobertaAdapterModel";
    case ModelFamily::DistilBert:
        return "DistilBertAdapterModel";
    case ModelFamily::Llama:
        return "LlamaAdapterModel";
    }
    return {};
}

LinearShape linearShape(const ModelConfig& model, Site site) {
    const std::int64_t hidden = model.hiddenSize;
    const std::int64_t queries = std::int64_t{model.numHeads} * model.headWidth();
    const std::int64_t inner = model.intermediateSize;
    const bool isLlama = model.family == ModelFamily::Llama;
    switch (site) {
    case Site::AttentionQuery:
        return {hidden, queries};
    case Site::AttentionKey:
    case Site::AttentionValue:
        return {hidden, model.keyValueWidth()};
    case Site::AttentionDense:
        return {queries, hidden};
    case Site::FfnIntermediate:
        return isLlama ? LinearShape{inner, hidden} : LinearShape{hidden, inner};
    case Site::FfnDense:
        return isLlama ? LinearShape{hidden, inner} : LinearShape{inner, hidden};
    default:
        return {hidden, hidden};
    }
}

} // namespace awb
