#include "ui/widgets/elided_text.h"

#include <algorithm>
#include <cstddef>

#include <QCoreApplication>
#include <QLocale>

namespace awb::ui {

namespace {

constexpr std::size_t kBytesPerCharacter = 4;

bool isContinuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

} // namespace

QString elidedText(std::string_view utf8, int most) {
    std::size_t bytes = std::min(utf8.size(), static_cast<std::size_t>(most) * kBytesPerCharacter);
    while (bytes > 0 && bytes < utf8.size() && isContinuation(utf8[bytes])) {
        --bytes;
    }
    QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(bytes));
    const bool cut = bytes < utf8.size() || text.size() > most;
    if (text.size() > most) {
        text.truncate(text.at(most - 1).isHighSurrogate() ? most - 1 : most);
    }
    for (QChar& character : text) {
        if (character.category() == QChar::Other_Control || character == QChar::LineSeparator ||
            character == QChar::ParagraphSeparator) {
            character = u' ';
        }
    }
    if (cut) {
        text += QCoreApplication::translate("elidedText", "… (%1 bytes)")
                    .arg(QLocale().toString(static_cast<qulonglong>(utf8.size())));
    }
    return text;
}

} // namespace awb::ui
