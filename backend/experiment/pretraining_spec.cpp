#include "backend/experiment/pretraining_spec.h"

#include "backend/experiment/experiment_keys.h"
#include "models/config/json_fields.h"

namespace awb {

PretrainingSpec::PretrainingSpec() {
    shape.hiddenSize = 128;
    shape.numLayers = 4;
    shape.numHeads = 4;
    shape.intermediateSize = 512;
    shape.typeVocabSize = 2;
    training.epochs = 10;
    training.batchSize = 32;
    training.learningRate = 1e-3;
    training.maxSeqLength = 128;
    training.adamBeta2 = 0.98;
}

PretrainingSpec readPretraining(JsonFields& fields) {
    PretrainingSpec spec;
    const auto size = [&](std::string_view key, int& value) {
        value = static_cast<int>(fields.integer(key, value));
    };
    spec.linesPerText = fields.integer("lines_per_text", spec.linesPerText);
    spec.holdOutEvery = fields.integer("hold_out_every", spec.holdOutEvery);
    spec.cased = fields.boolean("cased", spec.cased);
    size("vocab_size", spec.vocabSize);
    spec.minFrequency = fields.integer("min_frequency", spec.minFrequency);
    size("hidden_size", spec.shape.hiddenSize);
    size("num_hidden_layers", spec.shape.numLayers);
    size("num_attention_heads", spec.shape.numHeads);
    size("intermediate_size", spec.shape.intermediateSize);
    spec.shape.hiddenDropout = fields.number("hidden_dropout_prob", spec.shape.hiddenDropout);
    spec.shape.attentionDropout = fields.number("attention_probs_dropout_prob", spec.shape.attentionDropout);
    readObject(fields, "training", [&](JsonFields& training) { readTraining(training, spec.training); });
    return spec;
}

nlohmann::ordered_json pretrainingToJson(const PretrainingSpec& spec) {
    return {{"lines_per_text", spec.linesPerText},
            {"hold_out_every", spec.holdOutEvery},
            {"cased", spec.cased},
            {"vocab_size", spec.vocabSize},
            {"min_frequency", spec.minFrequency},
            {"hidden_size", spec.shape.hiddenSize},
            {"num_hidden_layers", spec.shape.numLayers},
            {"num_attention_heads", spec.shape.numHeads},
            {"intermediate_size", spec.shape.intermediateSize},
            {"hidden_dropout_prob", spec.shape.hiddenDropout},
            {"attention_probs_dropout_prob", spec.shape.attentionDropout},
            {"training", trainingToJson(spec.training)}};
}

std::optional<Error> problemOf(const PretrainingSpec& spec) {
    constexpr int kSpecialTokens = 5;
    constexpr int kShortest = 8;
    if (spec.texts.empty()) {
        return Error{"no text is named", "texts", "Give at least one file of plain text"};
    }
    if (spec.vocabSize <= kSpecialTokens) {
        return Error{"a vocabulary needs more than its special tokens", "vocab_size", "Use some thousands"};
    }
    if (spec.shape.hiddenSize < 1 || spec.shape.numLayers < 1 || spec.shape.numHeads < 1 ||
        spec.shape.intermediateSize < 1) {
        return Error{"every size must be at least 1", "hidden_size", {}};
    }
    if (spec.shape.hiddenSize % spec.shape.numHeads != 0) {
        return Error{"the hidden size " + std::to_string(spec.shape.hiddenSize) + " is not a multiple of " +
                         std::to_string(spec.shape.numHeads) + " heads",
                     "num_attention_heads", "Choose a divisor of the hidden size"};
    }
    if (spec.training.maxSeqLength < kShortest) {
        return Error{"blocks of fewer than 8 tokens teach nothing", "max_seq_length", {}};
    }
    if (!(spec.training.epochs > 0) || spec.training.batchSize < 1 || !(spec.training.learningRate > 0)) {
        return Error{"epochs, batch size and learning rate must be above 0", "training", {}};
    }
    return std::nullopt;
}

Experiment pretrainingDesign(const PretrainingSpec& spec, const std::filesystem::path& prepared,
                             bool validates) {
    Experiment design;
    design.name = spec.name;
    design.baseModel = (prepared / "start").string();
    design.train = {"full"};
    design.head = defaultHead(HeadType::MaskedLm);
    design.head.name = "masked_lm";
    design.data.source = "files";
    design.data.format = "text";
    design.data.splits["train"] = (prepared / "train.txt").string();
    if (validates) {
        design.data.splits["validation"] = (prepared / "validation.txt").string();
    }
    design.training = spec.training;
    return design;
}

} // namespace awb
