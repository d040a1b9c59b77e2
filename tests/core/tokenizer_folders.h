#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <QTemporaryDir>

#include "backend/text/tokenizer.h"

namespace awb::test {

/// A folder of recorded cases with its tokenizer.
inline std::filesystem::path tokenizerFolder(const char* name) {
    return std::filesystem::path(AWB_TEST_DATA) / "tokenizers" / name;
}

/// The tokenizer of a folder of recorded cases; null where it can't be loaded.
inline std::shared_ptr<const Tokenizer> loadRecorded(const char* name) {
    const auto tokenizer = loadTokenizer(tokenizerFolder(name));
    return tokenizer ? *tokenizer : nullptr;
}

/// An empty tokenizer folder of a test's own.
class OwnFolder {
public:
    void write(const char* name, const std::string& content) const {
        std::ofstream(path() / name, std::ios::binary) << content;
    }
    void copyFrom(const char* recorded, const char* name) const {
        std::filesystem::copy_file(tokenizerFolder(recorded) / name, path() / name,
                                   std::filesystem::copy_options::overwrite_existing);
    }
    std::filesystem::path path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

/// The tokens with blanks between them.
inline std::string joined(const Encoding& encoding) {
    std::string text;
    for (const std::string& token : encoding.tokens) {
        text += (text.empty() ? "" : " ") + token;
    }
    return text;
}

} // namespace awb::test
