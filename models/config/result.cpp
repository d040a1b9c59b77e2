#include "models/config/result.h"

namespace awb {

namespace {

void appendSentence(std::string& text, const std::string& sentence) {
    if (sentence.empty()) {
        return;
    }
    if (!text.empty() && text.back() != ' ') {
        text += ' ';
    }
    text += sentence;
    if (sentence.back() != '.' && sentence.back() != '?') {
        text += '.';
    }
}

} // namespace

std::string Error::message() const {
    std::string text = where.empty() ? std::string() : where + ": ";
    appendSentence(text, what);
    appendSentence(text, advice);
    return text;
}

} // namespace awb
