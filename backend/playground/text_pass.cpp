#include "backend/playground/text_pass.h"

#include <algorithm>

#include <torch/types.h>

#include "models/config/composition_text.h"

namespace awb {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> words;
    std::size_t begin = text.find_first_not_of(kBlanks);
    while (begin != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
        words.emplace_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(kBlanks, end);
    }
    return words;
}

bool isBlank(const std::string& text) {
    return text.find_first_not_of(kBlanks) == std::string::npos;
}

} // namespace

EncodedText encodeExample(const LoadedRun& run, const Example& example, bool isPair) {
    const Tokenizer& tokenizer = *run.base().tokenizer;
    const auto cut = [&](const EncodeOptions& options) {
        if (run.type() == HeadType::Tagging) {
            return tokenizer.encodeWords(example.words, options);
        }
        return isPair ? tokenizer.encodePair(example.text, example.textPair, options)
                      : tokenizer.encode(example.text, options);
    };
    EncodeOptions options;
    options.maxLength = run.maxLength();
    EncodedText text{cut(options), example.words, 0};
    if (text.encoding.truncated) {
        text.tokensLeftOut = static_cast<int>(cut({}).size()) - static_cast<int>(text.encoding.size());
    }
    return text;
}

Result<EncodedText> encodeText(const LoadedRun& run, const PlaygroundText& text) {
    if (isBlank(text.first)) {
        return fail("the text is empty", {}, "Type a text, or choose an example");
    }
    if (run.readsPairs() && isBlank(text.second)) {
        return fail("the second text is empty", {}, "The run was trained on pairs of texts: type both");
    }
    Example example;
    example.text = text.first;
    example.textPair = text.second;
    if (run.type() == HeadType::Tagging) {
        example.words = wordsOf(text.first);
    }
    return encodeExample(run, example, run.readsPairs());
}

ModelInput batchOf(const std::vector<const Encoding*>& encodings, int padId) {
    std::size_t length = 0;
    for (const Encoding* encoding : encodings) {
        length = std::max(length, encoding->size());
    }
    const auto rows = static_cast<std::int64_t>(encodings.size());
    const std::vector<std::int64_t> shape{rows, static_cast<std::int64_t>(length)};
    ModelInput input{torch::full(shape, padId, torch::kInt64), torch::zeros(shape, torch::kInt64),
                     torch::zeros(shape, torch::kInt64)};
    for (std::size_t row = 0; row < encodings.size(); ++row) {
        const std::size_t begin = row * length;
        const Encoding& encoding = *encodings[row];
        std::ranges::copy(encoding.ids, input.ids.data_ptr<std::int64_t>() + begin);
        std::ranges::copy(encoding.typeIds, input.typeIds.data_ptr<std::int64_t>() + begin);
        std::fill_n(input.attentionMask.data_ptr<std::int64_t>() + begin, encoding.size(), 1);
    }
    return input;
}

Answer beginAnswer(const EncodedText& text) {
    Answer answer;
    answer.tokensLeftOut = text.tokensLeftOut;
    const Encoding& encoding = text.encoding;
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        answer.tokens.push_back({encoding.tokens[i], encoding.textIds[i] < 0,
                                 encoding.wordIds.empty() ? -1 : encoding.wordIds[i]});
    }
    return answer;
}

Result<Answer> answerAlone(const LoadedRun& run, const Composition& composition, const EncodedText& text) {
    const torch::NoGradGuard guard;
    if (auto active = run.activate(composition); !active) {
        return fail(active.error());
    }
    SharedBase& base = run.base();
    ForwardContext context = run.context();
    const ModelInput input = batchOf({&text.encoding}, base.tokenizer->padId());
    context.attentionMask = input.attentionMask;
    const ModelOutput output = base.model.forward(input, context);
    Answer answer = beginAnswer(text);
    answer.composition = compositionToText(composition);
    const std::vector<std::string> branches = headBranches(composition);
    for (std::size_t i = 0; i < output.heads.size(); ++i) {
        const HeadConfig& head = *base.model.headConfig(output.heads[i].head);
        answer.heads.push_back(readHead(head, output.heads[i].logits[0], text, *base.tokenizer));
        if (i < branches.size()) {
            answer.heads.back().head = branches[i];
        }
    }
    answer.baseBytes = base.bytes;
    answer.addedBytes = run.addedBytes(composition);
    return answer;
}

} // namespace awb
