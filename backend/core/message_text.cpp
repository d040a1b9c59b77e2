#include "backend/core/message_text.h"

namespace awb {

std::string printable(std::string_view name) {
    constexpr std::size_t kShown = 120;
    std::string text;
    for (const char character : name.substr(0, kShown)) {
        const auto byte = static_cast<unsigned char>(character);
        text += byte < 0x20 || byte == 0x7f ? '?' : character;
    }
    // Never cut inside a UTF-8 sequence: such a message could not be put into JSON.
    if (name.size() > kShown) {
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
            text.pop_back();
        }
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) {
            text.pop_back();
        }
        text += "...";
    }
    return text;
}

} // namespace awb
