#include "backend/train/tokenize_data.h"

#include <algorithm>
#include <utility>

#include "backend/text/words.h"

namespace awb {
namespace {

constexpr std::size_t kExamplesPerReport = 256;

/// The inner tokens of texts, one after the other, as blocks of a split.
class BlockPacker {
public:
    BlockPacker(TokenizedSplit& split, const Tokenizer& tokenizer, int maxLength)
        : m_split(split)
        , m_tokenizer(tokenizer)
        , m_frame(textFrame(tokenizer))
        , m_room(std::max<std::size_t>(static_cast<std::size_t>(std::max(maxLength, 0)), m_frame.size() + 1) -
                 m_frame.size()) {}

    void add(const Example& example) {
        if (example.startsDocument && m_ids.size() == m_room) {
            flush();
        } else if (example.startsDocument && !m_ids.empty() && !m_frame.after.empty()) {
            push(m_frame.after.front(), -1);
        }
        const Encoding encoding = encodeNumberingWords(m_tokenizer, example.text);
        const std::int32_t firstWord = m_nextWord;
        for (std::size_t i = 0; i < encoding.size(); ++i) {
            if (encoding.wordIds[i] >= 0) {
                push(encoding.ids[i], firstWord + encoding.wordIds[i]);
                m_nextWord = firstWord + encoding.wordIds[i] + 1;
            }
        }
    }

    void finish() {
        // A block of separators alone has nothing to learn.
        if (std::ranges::any_of(m_words, [](std::int32_t word) { return word >= 0; })) {
            flush();
        }
    }

private:
    void push(std::int32_t id, std::int32_t word) {
        if (m_ids.size() == m_room) {
            flush();
        }
        m_ids.push_back(id);
        m_words.push_back(word);
    }

    void flush() {
        std::vector<std::int32_t> ids = m_frame.before;
        ids.insert(ids.end(), m_ids.begin(), m_ids.end());
        ids.insert(ids.end(), m_frame.after.begin(), m_frame.after.end());
        m_split.append(ids, std::vector<std::int32_t>(ids.size(), 0), -1, 0);
        m_split.words.insert(m_split.words.end(), m_frame.before.size(), -1);
        m_split.words.insert(m_split.words.end(), m_words.begin(), m_words.end());
        m_split.words.insert(m_split.words.end(), m_frame.after.size(), -1);
        m_ids.clear();
        m_words.clear();
    }

    TokenizedSplit& m_split;
    const Tokenizer& m_tokenizer;
    TextFrame m_frame;
    std::size_t m_room; ///< tokens of a block besides the special ones
    std::int32_t m_nextWord = 0;
    std::vector<std::int32_t> m_ids;
    std::vector<std::int32_t> m_words;
};

class DataTokenizer {
public:
    DataTokenizer(const Dataset& dataset, const Tokenizer& tokenizer, int maxLength)
        : m_dataset(dataset)
        , m_tokenizer(tokenizer)
        , m_maxLength(maxLength)
        , m_options{.maxLength = maxLength} {}

    TokenizedSplit tokenize(const Split& split, const std::function<void()>& count) {
        TokenizedSplit tokens;
        tokens.name = split.name;
        tokens.numLabels = static_cast<int>(m_dataset.labels.size());
        BlockPacker packer(tokens, m_tokenizer, m_maxLength);
        for (const Example& example : split.examples) {
            count();
            switch (m_dataset.task) {
            case HeadType::MaskedLm:
                packer.add(example);
                break;
            case HeadType::Tagging:
                addTagged(example, tokens);
                break;
            default:
                addText(example, split.name == "train", tokens);
            }
        }
        packer.finish();
        noteLostWords(split.name);
        return tokens;
    }

    std::vector<std::string> warnings() {
        if (m_withoutLabel > 0) {
            m_warnings.push_back(std::to_string(m_withoutLabel) +
                                 " training examples without a known label were left out.");
        }
        return std::move(m_warnings);
    }

private:
    void addText(const Example& example, bool train, TokenizedSplit& tokens) {
        if (train && m_dataset.task == HeadType::Classification && example.label < 0) {
            ++m_withoutLabel;
            return;
        }
        const Encoding encoding = m_dataset.pairs
                                      ? m_tokenizer.encodePair(example.text, example.textPair, m_options)
                                      : m_tokenizer.encode(example.text, m_options);
        tokens.append(encoding.ids, encoding.typeIds, example.label, example.value);
        if (m_dataset.task == HeadType::MultiLabel) {
            tokens.appendLabels(example.labels, example.unknownLabels);
        }
    }

    void addTagged(const Example& example, TokenizedSplit& tokens) {
        const Encoding encoding = m_tokenizer.encodeWords(example.words, m_options);
        tokens.append(encoding.ids, encoding.typeIds, -1, 0);
        std::vector<bool> seen(example.words.size(), false);
        for (const std::int32_t word : encoding.wordIds) {
            const bool first = word >= 0 && !seen[static_cast<std::size_t>(word)];
            if (first) {
                seen[static_cast<std::size_t>(word)] = true;
            }
            const int tag = first ? example.tags[static_cast<std::size_t>(word)] : kNoTag;
            tokens.tokenLabels.push_back(tag == kNoTag ? kIgnoredLabel : tag);
        }
        for (std::size_t i = 0; i < seen.size(); ++i) {
            m_lostWords += !seen[i] && example.tags[i] != kNoTag ? 1 : 0;
        }
    }

    void noteLostWords(const std::string& split) {
        if (m_lostWords > 0) {
            m_warnings.push_back(std::to_string(m_lostWords) + " tagged words of " + split +
                                 " have no token, mostly since they lie beyond max_seq_length (" +
                                 std::to_string(m_maxLength) + "): they are neither learned nor scored.");
        }
        m_lostWords = 0;
    }

    const Dataset& m_dataset;
    const Tokenizer& m_tokenizer;
    int m_maxLength;
    EncodeOptions m_options;
    std::int64_t m_withoutLabel = 0;
    std::int64_t m_lostWords = 0; ///< of the current split
    std::vector<std::string> m_warnings;
};

} // namespace

Result<TokenizedData> tokenizeData(const Dataset& dataset, const Tokenizer& tokenizer, int maxLength,
                                   const std::function<void(double)>& progress) {
    if (dataset.task == HeadType::MaskedLm && tokenizer.maskId() < 0) {
        return fail("the base's tokenizer has no mask token", "/head/type",
                    "Choose a base that was trained as a masked language model, such as BERT or RoBERTa");
    }
    std::size_t total = 0;
    for (const Split& split : dataset.splits) {
        total += split.examples.size();
    }
    std::size_t done = 0;
    const auto count = [&] {
        if (done++ % kExamplesPerReport == 0) {
            progress(static_cast<double>(done) / static_cast<double>(total));
        }
    };
    TokenizedData data;
    DataTokenizer worker(dataset, tokenizer, maxLength);
    for (const Split& split : dataset.splits) {
        data.splits.push_back(worker.tokenize(split, count));
    }
    data.warnings = worker.warnings();
    const auto train = std::ranges::find(data.splits, "train", &TokenizedSplit::name);
    if (train == data.splits.end() || train->size() == 0) {
        return fail("there is no example to train on", dataset.name,
                    "Choose a file with labelled rows as train");
    }
    return data;
}

} // namespace awb
