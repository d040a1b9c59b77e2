#include <iostream>

#include "app/commands.h"
#include "app/console.h"
#include "backend/checkpoint/inspect.h"
#include "backend/text/tokenize_lines.h"

namespace awb::app {

namespace {

/// A folder need not hold more than a tokenizer; else the name of a bundled model.
Result<std::filesystem::path> tokenizerFolder(const std::string& model) {
    std::error_code error;
    if (std::filesystem::is_directory(model, error)) {
        return std::filesystem::path(model);
    }
    return resolveBaseModel(model);
}

} // namespace

int runTokenize(const TokenizeOptions& options) {
    const Result<std::filesystem::path> folder = tokenizerFolder(options.model);
    if (!folder) {
        return complain(folder.error());
    }
    const Result<std::shared_ptr<const Tokenizer>> tokenizer = loadTokenizer(*folder);
    if (!tokenizer) {
        return complain(tokenizer.error());
    }
    std::ios::sync_with_stdio(false);
    const TokenizeLinesOptions lines{options.pairs, options.maxLength};
    const Result<void> done = tokenizeLines(**tokenizer, lines, std::cin, std::cout);
    std::cout.flush();
    if (!done) {
        return complain(done.error());
    }
    return std::cout ? kSuccess : complain({"The output can't be written", {}, {}});
}

} // namespace awb::app
