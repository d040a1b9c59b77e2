#include "backend/text/wordpiece_files.h"

#include <nlohmann/json.hpp>

#include "backend/core/files.h"

namespace awb {

Result<void> writeWordPieceFiles(const std::vector<std::string>& tokens, bool lowerCase, int maxLength,
                                 const std::filesystem::path& folder) {
    std::string vocabulary;
    for (const std::string& token : tokens) {
        vocabulary += token + "\n";
    }
    if (auto written = writeFileAtomically(folder / "vocab.txt", vocabulary); !written) {
        return written;
    }
    const nlohmann::ordered_json roles{{"pad_token", "[PAD]"},
                                       {"unk_token", "[UNK]"},
                                       {"cls_token", "[CLS]"},
                                       {"sep_token", "[SEP]"},
                                       {"mask_token", "[MASK]"}};
    nlohmann::ordered_json config{{"tokenizer_class", "BertTokenizer"},
                                  {"do_lower_case", lowerCase},
                                  {"strip_accents", lowerCase},
                                  {"tokenize_chinese_chars", true},
                                  {"model_max_length", maxLength}};
    config.update(roles);
    if (auto written = writeFileAtomically(folder / "tokenizer_config.json", config.dump(2) + "\n");
        !written) {
        return written;
    }
    return writeFileAtomically(folder / "special_tokens_map.json", roles.dump(2) + "\n");
}

} // namespace awb
