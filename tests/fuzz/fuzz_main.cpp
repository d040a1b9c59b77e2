#include <algorithm>
#include <cstdint>

#include "tests/fuzz/fuzz_targets.h"

namespace {

auto findTarget() {
    const auto targets = awb::fuzz::targets();
    return std::ranges::find(targets, AWB_FUZZ_TARGET, &awb::fuzz::Target::name)->run;
}

} // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto run = findTarget();
    run(std::as_bytes(std::span(data, size)));
    return 0;
}
