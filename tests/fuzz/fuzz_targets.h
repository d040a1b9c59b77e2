#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// The parsers of files that come from strangers, each with what must hold whatever the file is. One
/// libFuzzer program is built of each (CMake option AWB_FUZZ); the tests give them the seeds and all earlier
/// findings.
namespace awb::fuzz {

using Input = std::span<const std::byte>;

/// Throws `std::logic_error` where a promise of the parser does not hold.
void require(bool holds, const char* promise);

inline std::string_view asText(Input input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

// Bytes are a whole file unless said otherwise.
void safetensors(Input input);
void torchArchive(Input input);
void tensorPickle(Input input); ///< `data.pkl` alone
void adapterConfig(Input input);
void experiment(Input input);
// The first byte chooses options: a digit or letter in the seeds.
void csv(Input input);
void jsonl(Input input);
void conll(Input input);

struct Target {
    std::string_view name; ///< of the program, "fuzz_NAME", and of the corpus folder
    void (*run)(Input);
};
std::span<const Target> targets();

} // namespace awb::fuzz
