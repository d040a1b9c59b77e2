#include "resources/resources.h"

#include <array>

// The assembler copies the files into the read-only data of the program: no generated sources, no start-up
// cost.
#define AWB_EMBED(symbol, path)                                                                              \
    __asm__(".section .rodata\n"                                                                             \
            ".balign 64\n" #symbol "_begin:\n"                                                               \
            ".incbin \"" AWB_BASE_MODELS "/" path "\"\n" #symbol "_end:\n"                                   \
            ".byte 0\n"                                                                                      \
            ".previous\n");                                                                                  \
    extern const std::byte symbol##_begin __asm__(#symbol "_begin");                                         \
    extern const std::byte symbol##_end __asm__(#symbol "_end");

extern "C" {
AWB_EMBED(awb_mini_en_config, "mini-en/config.json")
AWB_EMBED(awb_mini_en_tokenizer, "mini-en/tokenizer_config.json")
AWB_EMBED(awb_mini_en_vocab, "mini-en/vocab.txt")
AWB_EMBED(awb_mini_en_weights, "mini-en/model.safetensors")
}

namespace awb {

namespace {

std::span<const std::byte> between(const std::byte& begin, const std::byte& end) {
    return {&begin, static_cast<std::size_t>(&end - &begin)};
}

} // namespace

std::vector<std::string_view> bundledModelNames() {
    return {"mini-en"};
}

std::span<const BundledFile> bundledModelFiles(std::string_view model) {
    static const std::array<BundledFile, 4> miniEn{{
        {"config.json", between(awb_mini_en_config_begin, awb_mini_en_config_end)},
        {"tokenizer_config.json", between(awb_mini_en_tokenizer_begin, awb_mini_en_tokenizer_end)},
        {"vocab.txt", between(awb_mini_en_vocab_begin, awb_mini_en_vocab_end)},
        {"model.safetensors", between(awb_mini_en_weights_begin, awb_mini_en_weights_end)},
    }};
    if (model == "mini-en") {
        return miniEn;
    }
    return {};
}

} // namespace awb
