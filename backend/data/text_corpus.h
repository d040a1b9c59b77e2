#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "models/config/result.h"

namespace awb {

/// Plain texts that become one text to train on and a small one to validate on.
struct CorpusOptions {
    std::vector<std::filesystem::path> files; ///< one text a line, blank lines between documents
    std::int64_t linesPerFile = 0;            ///< at most so many lines of each file; 0: all
    std::int64_t holdOutEvery = 50;           ///< every so-many-th line is for validation; 0: none
};

/// Lines that are not blank.
struct CorpusLines {
    std::int64_t train = 0;
    std::int64_t validation = 0;
};

/// Writes train.txt and validation.txt into the folder, the files as documents behind each other. `sees` gets
/// every line of train.txt. Errors: a file that can't be read or written; nothing to train on.
Result<CorpusLines> writeCorpus(const CorpusOptions& options, const std::filesystem::path& folder,
                                const std::function<void(std::string_view)>& sees);

} // namespace awb
