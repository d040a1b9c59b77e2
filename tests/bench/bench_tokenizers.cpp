// How fast texts become tokens, on one thread: WordNet's definitions and examples, cut by the small
// tokenizers of the tests. Real vocabularies are larger, which costs memory more than time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "backend/data/wordnet.h"
#include "backend/text/tokenizer.h"

using namespace awb;

namespace {

constexpr int kRounds = 3;

struct Speed {
    double seconds = 1e9; ///< the fastest round
    std::size_t tokens = 0;
};

Speed measure(const Tokenizer& tokenizer, const std::vector<std::string>& texts) {
    Speed speed;
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        std::size_t tokens = 0;
        for (const std::string& text : texts) {
            tokens += tokenizer.encode(text, {.maxLength = 128}).size();
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        speed = {std::min(speed.seconds, taken.count()), tokens};
    }
    return speed;
}

} // namespace

int main() {
    const auto texts = wordnetText(wordnetFolder());
    if (!texts) {
        std::fprintf(stderr, "%s\n", texts.error().message().c_str());
        return 1;
    }
    std::size_t bytes = 0;
    for (const std::string& text : *texts) {
        bytes += text.size();
    }
    std::printf("%zu texts, %.1f MB\n%-14s %12s %8s %14s\n", texts->size(), static_cast<double>(bytes) / 1e6,
                "tokenizer", "texts/s", "MB/s", "tokens a text");
    for (const char* name : {"bert_uncased", "bert_cased", "roberta", "gpt2", "xlm_roberta", "t5", "llama"}) {
        const auto tokenizer = loadTokenizer(std::string(AWB_SOURCE_DIR "/tests/data/tokenizers/") + name);
        if (!tokenizer) {
            std::fprintf(stderr, "%s\n", tokenizer.error().message().c_str());
            return 1;
        }
        const Speed speed = measure(**tokenizer, *texts);
        const auto count = static_cast<double>(texts->size());
        std::printf("%-14s %12.0f %8.1f %14.1f\n", name, count / speed.seconds,
                    static_cast<double>(bytes) / 1e6 / speed.seconds,
                    static_cast<double>(speed.tokens) / count);
    }
    return 0;
}
