#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "backend/core/files.h"
#include "backend/text/model_tokenizers.h"
#include "backend/text/sentencepiece_tokenizer.h"
#include "backend/text/special_token_reader.h"

namespace awb {

namespace {

using Part = SequenceLayout::Part;
using Kind = Part::Kind;

/// A SentencePiece model's tokens with those that the configuration adds.
class PieceNames {
public:
    PieceNames(const SentencePieceModel& model, SentencePieceOptions& options)
        : m_model(model)
        , m_options(options)
        , m_size(static_cast<int>(model.entries.size()) + options.idShift) {
        for (const auto& [id, text] : options.names) {
            m_size = std::max(m_size, id + 1);
        }
    }

    int size() const { return m_size; }
    int find(std::string_view text) const {
        const auto named = std::ranges::find(m_options.names, text, &std::pair<int, std::string>::second);
        if (named != m_options.names.end()) {
            return named->first;
        }
        const int id = m_model.find(text);
        return id < 0 ? -1 : id + m_options.idShift;
    }
    void add(std::string text, int id) {
        m_options.names.emplace_back(id, std::move(text));
        m_size = std::max(m_size, id + 1);
    }

private:
    const SentencePieceModel& m_model;
    SentencePieceOptions& m_options;
    int m_size = 0;
};

/// `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, the file's other entries moved by one, `<mask>` last.
void addXlmRoberta(const SentencePieceModel& model, SentencePieceOptions& options) {
    constexpr int kBegin = 0;
    constexpr int kPadding = 1;
    constexpr int kEnd = 2;
    constexpr int kUnknown = 3;
    const int mask = static_cast<int>(model.entries.size()) + 1;
    options.idShift = 1;
    options.unknownId = kUnknown;
    options.names = {
        {kBegin, "<s>"}, {kPadding, "<pad>"}, {kEnd, "</s>"}, {kUnknown, "<unk>"}, {mask, "<mask>"}};
    for (const auto& [id, text] : options.names) {
        options.frame.special.push_back({text, id, true, id != mask});
    }
    options.frame.maskId = mask;
    options.frame.layout = surround(kBegin, kEnd, {kEnd}, 0);
    options.frame.layout.padId = kPadding;
}

/// 100 tokens `<extra_id_N>` after the file's own, counted down.
Result<void> addT5(const TokenizerConfig& config, const SentencePieceModel& model,
                   SentencePieceOptions& options) {
    constexpr int kUsualExtras = 100;
    constexpr int kMostExtras = 10000;
    int extras = kUsualExtras;
    if (const auto found = config.fields.find("extra_ids"); found != config.fields.end()) {
        if (!found->is_number_integer() || found->get<std::int64_t>() < 0 ||
            found->get<std::int64_t>() > kMostExtras) {
            return fail("\"extra_ids\" is not a whole number from 0 up", config.path("tokenizer_config.json"),
                        "Correct the value or remove the key");
        }
        extras = found->get<int>();
    }
    std::array<int, 3> ids{};
    constexpr std::array<std::pair<const char*, const char*>, 3> kRoles{
        {{"eos_token", "</s>"}, {"pad_token", "<pad>"}, {"unk_token", "<unk>"}}};
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
        const std::string text = config.role(kRoles[i].first, kRoles[i].second);
        ids[i] = model.find(text);
        if (ids[i] < 0) {
            return fail("the SentencePiece model has no entry " + text, config.path("spiece.model"),
                        "Choose the model file that belongs to this model");
        }
        options.frame.special.push_back({text, ids[i], true, true});
    }
    const int last = static_cast<int>(model.entries.size()) + extras - 1;
    for (int i = 0; i < extras; ++i) {
        const std::string text = "<extra_id_" + std::to_string(i) + ">";
        options.names.emplace_back(last - i, text);
        options.frame.special.push_back({text, last - i, true, true});
    }
    const Part end{.id = ids[0], .unlessThere = true};
    options.unknownId = ids[2];
    options.frame.layout.single = {{.kind = Kind::First}, end};
    options.frame.layout.pair = {{.kind = Kind::First}, end, {.kind = Kind::Second}, end};
    options.frame.layout.padId = ids[1];
    return {};
}

/// `<s>` in front of each text, `</s>` after it where the configuration says so. Text that looks like one of
/// them stays text.
Result<void> addLlama(const TokenizerConfig& config, const SentencePieceModel& model,
                      SentencePieceOptions& options) {
    const auto withBegin = config.boolean("add_bos_token", true);
    const auto withEnd = config.boolean("add_eos_token", false);
    if (!withBegin || !withEnd) {
        return fail(withBegin ? withEnd.error() : withBegin.error());
    }
    const std::string begin = config.role("bos_token", "<s>");
    const std::string end = config.role("eos_token", "</s>");
    const int beginId = model.find(begin);
    const int endId = model.find(end);
    if (beginId < 0 || endId < 0) {
        return fail("the SentencePiece model has no entry " + (beginId < 0 ? begin : end),
                    config.path("tokenizer.model"), "Choose the model file that belongs to this model");
    }
    options.unknownId = model.unknownId;
    SequenceLayout& layout = options.frame.layout;
    for (const auto& [kind, type] : {std::pair{Kind::First, 0}, std::pair{Kind::Second, 1}}) {
        if (*withBegin) {
            layout.pair.push_back({.id = beginId, .typeId = type});
        }
        layout.pair.push_back({.kind = kind, .typeId = type});
        if (*withEnd) {
            layout.pair.push_back({.id = endId, .typeId = type});
        }
        if (kind == Kind::First) {
            layout.single = layout.pair;
        }
    }
    layout.padId = endId;
    return {};
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadSentencePiece(const TokenizerConfig& config,
                                                           TokenizerFamily family) {
    const std::string file = config.path(family == TokenizerFamily::XlmRoberta ? "sentencepiece.bpe.model"
                                         : family == TokenizerFamily::T5       ? "spiece.model"
                                                                               : "tokenizer.model");
    const auto content = readTextFile(file);
    if (!content) {
        return fail(content.error());
    }
    auto model = parseSentencePieceModel(*content);
    if (!model) {
        return inFile(model.error(), file);
    }
    SentencePieceOptions options;
    options.frame.maxLength = config.maxLength;
    options.frame.blankBeforeWords = !model->blankInFront;
    Result<void> added;
    if (family == TokenizerFamily::XlmRoberta) {
        addXlmRoberta(*model, options);
    } else {
        added = family == TokenizerFamily::T5 ? addT5(config, *model, options)
                                              : addLlama(config, *model, options);
    }
    if (!added) {
        return fail(added.error());
    }
    PieceNames names(*model, options);
    SpecialTokenReader special(config, names);
    std::ranges::move(special.take(), std::back_inserter(options.frame.special));
    if (const int padding = names.find(config.role("pad_token", "")); padding >= 0) {
        options.frame.layout.padId = padding;
    }
    auto tokenizer = SentencePieceTokenizer::create(std::move(*model), std::move(options));
    if (!tokenizer) {
        return inFile(tokenizer.error(), file);
    }
    return tokenizer;
}

} // namespace awb
