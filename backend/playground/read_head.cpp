// What a head's numbers mean.
#include <algorithm>

#include <torch/types.h>

#include "backend/playground/text_pass.h"

namespace awb {

namespace {

constexpr std::int64_t kMaskGuesses = 10;

std::string labelName(const HeadConfig& head, std::int64_t id) {
    const auto index = static_cast<std::size_t>(id);
    return index < head.labels.size() ? head.labels[index] : "LABEL_" + std::to_string(id);
}

std::vector<LabelScore> allLabels(const HeadConfig& head, const torch::Tensor& probabilities) {
    std::vector<LabelScore> labels;
    for (std::int64_t id = 0; id < probabilities.size(0); ++id) {
        labels.push_back({labelName(head, id), probabilities[id].item<double>()});
    }
    return labels;
}

/// The label of each word stands at its first token.
std::vector<WordLabel> wordLabels(const HeadConfig& head, const torch::Tensor& probabilities,
                                  const EncodedText& text) {
    std::vector<WordLabel> words;
    for (const std::string& word : text.words) {
        words.push_back({word, {}, 0, -1});
    }
    for (std::size_t token = 0; token < text.encoding.size(); ++token) {
        const std::int32_t word = text.encoding.wordIds[token];
        if (word < 0 || words[static_cast<std::size_t>(word)].token >= 0) {
            continue;
        }
        const torch::Tensor row = probabilities[static_cast<std::int64_t>(token)];
        const auto best = row.argmax().item<std::int64_t>();
        WordLabel& labelled = words[static_cast<std::size_t>(word)];
        labelled.label = labelName(head, best);
        labelled.probability = row[best].item<double>();
        labelled.token = static_cast<int>(token);
    }
    return words;
}

std::vector<MaskAnswer> maskAnswers(const torch::Tensor& logits, const EncodedText& text,
                                    const Tokenizer& tokenizer) {
    std::vector<MaskAnswer> masks;
    for (std::size_t token = 0; token < text.encoding.size(); ++token) {
        if (tokenizer.maskId() < 0 || text.encoding.ids[token] != tokenizer.maskId()) {
            continue;
        }
        const torch::Tensor row = torch::softmax(logits[static_cast<std::int64_t>(token)], 0);
        const auto [values, ids] = row.topk(std::min(kMaskGuesses, row.size(0)));
        MaskAnswer mask{static_cast<int>(token), {}};
        for (std::int64_t i = 0; i < ids.size(0); ++i) {
            mask.best.push_back({std::string(tokenizer.token(static_cast<int>(ids[i].item<std::int64_t>()))),
                                 values[i].item<double>()});
        }
        masks.push_back(std::move(mask));
    }
    return masks;
}

} // namespace

HeadAnswer readHead(const HeadConfig& head, const torch::Tensor& logits, const EncodedText& text,
                    const Tokenizer& tokenizer) {
    HeadAnswer answer;
    answer.head = head.name;
    answer.type = head.type;
    switch (head.type) {
    case HeadType::Regression:
        answer.value = logits[0].item<double>();
        break;
    case HeadType::MultiLabel:
        answer.labels = allLabels(head, torch::sigmoid(logits));
        break;
    case HeadType::Tagging:
        answer.words = wordLabels(head, torch::softmax(logits, 1), text);
        break;
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        answer.masks = maskAnswers(logits, text, tokenizer);
        break;
    default:
        answer.labels = allLabels(head, torch::softmax(logits, 0));
    }
    return answer;
}

} // namespace awb
