#include "app/console.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/commands.h"
#include "backend/core/files.h"

namespace awb::app {

int complain(const Error& error) {
    std::fprintf(stderr, "adapter-workbench: %s\n", error.message().c_str());
    return kFailed;
}

std::filesystem::path workspaceFolder(const std::string& given) {
    return given.empty() ? defaultWorkspaceFolder() : std::filesystem::path(given);
}

std::string countText(std::int64_t count) {
    std::string text = std::to_string(count);
    const std::size_t first = count < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string bytesText(std::uintmax_t bytes) {
    constexpr std::array<const char*, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
    return text.data();
}

std::string durationText(double seconds) {
    const auto total = static_cast<std::int64_t>(std::llround(std::max(seconds, 0.0)));
    std::array<char, 40> text{};
    if (total >= 3600) {
        std::snprintf(text.data(), text.size(), "%lld:%02d:%02d", static_cast<long long>(total / 3600),
                      static_cast<int>(total / 60 % 60), static_cast<int>(total % 60));
    } else {
        std::snprintf(text.data(), text.size(), "%d:%02d", static_cast<int>(total / 60),
                      static_cast<int>(total % 60));
    }
    return text.data();
}

std::string numberText(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.4g", value);
    return text.data();
}

std::string shellWord(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
        return word;
    }
    std::string quoted = "'";
    for (const char character : word) {
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    }
    return quoted + "'";
}

} // namespace awb::app
