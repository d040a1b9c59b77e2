#include "backend/text/sentencepiece_tokenizer.h"

#include <algorithm>

#include "backend/text/unicode.h"

namespace awb {

namespace {

/// For every byte of the text's UTF-8, and for its end, the index of the character it belongs to.
std::vector<std::int32_t> charactersOfBytes(std::u32string_view text) {
    std::vector<std::int32_t> characters;
    characters.reserve(text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        characters.insert(characters.end(), utf8Length(text[i]), static_cast<std::int32_t>(i));
    }
    characters.push_back(static_cast<std::int32_t>(text.size()));
    return characters;
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> SentencePieceTokenizer::create(SentencePieceModel model,
                                                                        SentencePieceOptions options) {
    auto normalizer = SentencePieceNormalizer::create(model);
    if (!normalizer) {
        return fail(normalizer.error());
    }
    return std::shared_ptr<const Tokenizer>(
        new SentencePieceTokenizer(std::make_unique<const SentencePieceModel>(std::move(model)),
                                   std::move(*normalizer), std::move(options)));
}

SentencePieceTokenizer::SentencePieceTokenizer(std::unique_ptr<const SentencePieceModel> model,
                                               SentencePieceNormalizer normalizer,
                                               SentencePieceOptions options)
    : PieceTokenizer(std::move(options.frame))
    , m_model(std::move(model))
    , m_normalizer(std::move(normalizer))
    , m_cutter(SentencePieceCutter::create(*m_model, m_normalizer))
    , m_idShift(options.idShift)
    , m_unknown(options.unknownId) {
    m_tokens.resize(static_cast<std::size_t>(m_idShift));
    m_tokens.reserve(m_tokens.size() + m_model->entries.size() + options.names.size());
    for (const SentencePieceModel::Entry& entry : m_model->entries) {
        m_tokens.push_back(entry.text);
    }
    for (auto& [id, name] : options.names) {
        m_tokens.resize(std::max(m_tokens.size(), static_cast<std::size_t>(id) + 1));
        m_tokens[static_cast<std::size_t>(id)] = std::move(name);
    }
}

std::string_view SentencePieceTokenizer::token(int id) const {
    return id >= 0 && id < vocabSize() ? std::string_view(m_tokens[static_cast<std::size_t>(id)])
                                       : std::string_view();
}

void SentencePieceTokenizer::cut(std::u32string_view text, std::int32_t origin,
                                 std::vector<Piece>& pieces) const {
    const std::string bytes = encodeUtf8(text);
    const std::vector<std::int32_t> characters = charactersOfBytes(text);
    const SentencePieceNormalizer::Text normalized = m_normalizer.normalize(bytes);
    bool afterUnknown = false;
    for (const SentencePieceCutter::Cut& cut : m_cutter->cut(normalized.bytes)) {
        Encoding::Span span = withoutLeadingBlanks(
            text, {characters[normalized.origins[cut.begin]], characters[normalized.origins[cut.end]]});
        span = {origin + span.begin, origin + span.end};
        const bool unknown = cut.id == m_model->unknownId;
        if (unknown) {
            appendUnknown(std::string_view(normalized.bytes).substr(cut.begin, cut.end - cut.begin), span,
                          afterUnknown, pieces);
        } else {
            pieces.push_back({cut.id + m_idShift, span});
        }
        afterUnknown = unknown;
    }
}

/// Unknown text as its bytes, where the model has them, or as one unknown token with the one before.
void SentencePieceTokenizer::appendUnknown(std::string_view bytes, Encoding::Span span, bool afterUnknown,
                                           std::vector<Piece>& pieces) const {
    if (m_model->byteFallback) {
        for (const char byte : bytes) {
            const int id = m_model->byteIds[static_cast<std::uint8_t>(byte)];
            pieces.push_back({id + m_idShift, span});
        }
    } else if (afterUnknown) {
        pieces.back().span.end = span.end;
    } else {
        pieces.push_back({m_unknown, span});
    }
}

} // namespace awb
