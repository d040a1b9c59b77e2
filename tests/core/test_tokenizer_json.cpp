#include <nlohmann/json.hpp>

#include <QTest>

#include "backend/text/verify_tokenizer.h"
#include "tests/core/tokenizer_folders.h"

using namespace awb;
using namespace awb::test;
using nlohmann::json;

namespace {

json parse(const char* recorded, const char* name) {
    std::ifstream in(tokenizerFolder(recorded) / name, std::ios::binary);
    return json::parse(in);
}

std::vector<std::string> lines(const char* recorded, const char* name) {
    std::ifstream in(tokenizerFolder(recorded) / name, std::ios::binary);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) {
        all.push_back(line);
    }
    return all;
}

json added(int id, const char* text, bool stripsLeft = false) {
    return {{"id", id},        {"content", text},     {"single_word", false}, {"lstrip", stripsLeft},
            {"rstrip", false}, {"normalized", false}, {"special", true}};
}

/// What newer repositories have in place of the recorded BERT folder's vocabulary file.
json bertJson(const char* recorded, bool lowerCase) {
    json vocabulary = json::object();
    for (const std::string& token : lines(recorded, "vocab.txt")) {
        vocabulary[token] = vocabulary.size();
    }
    json file = json::parse(R"({"version": "1.0", "truncation": null, "padding": null,
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {}},
        "decoder": {"type": "WordPiece"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100}})");
    file["normalizer"]["lowercase"] = lowerCase;
    for (const char* token : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
        file["added_tokens"].push_back(added(vocabulary[token].get<int>(), token));
    }
    file["post_processor"]["special_tokens"]["[SEP]"] = {{"id", "[SEP]"}, {"ids", {vocabulary["[SEP]"]}}};
    file["model"]["vocab"] = std::move(vocabulary);
    return file;
}

json byteLevelJson(const char* recorded) {
    json file = json::parse(R"({"version": "1.0", "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
        "model": {"dropout": null, "unk_token": null, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": false}})");
    file["model"]["vocab"] = parse(recorded, "vocab.json");
    for (const std::string& line : lines(recorded, "merges.txt")) {
        if (!line.starts_with("#version")) {
            file["model"]["merges"].push_back(line);
        }
    }
    return file;
}

json robertaJson() {
    json file = byteLevelJson("roberta");
    file["post_processor"] = {{"type", "RobertaProcessing"},
                              {"sep", {"</s>", 2}},
                              {"cls", {"<s>", 0}},
                              {"trim_offsets", true},
                              {"add_prefix_space", false}};
    file["added_tokens"] = {added(0, "<s>"), added(1, "<pad>"), added(2, "</s>"), added(3, "<unk>"),
                            added(960, "<mask>", true)};
    return file;
}

json gpt2Json() {
    json file = byteLevelJson("gpt2");
    file["post_processor"] = {{"type", "ByteLevel"}, {"trim_offsets", false}};
    file["added_tokens"] = {added(956, "<|endoftext|>")};
    return file;
}

/// Byte-level BPE as Llama 3 and its relatives have it: an expression of its own, words that need no merge, a
/// token in front.
json llama3Json() {
    json file = json::parse(R"({
        "added_tokens": [{"id": 10, "content": "<begin>", "special": true}],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": "\\p{L}+|\\p{N}{1,3}|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"},
             "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]},
        "post_processor": {"type": "Sequence", "processors": [
            {"type": "ByteLevel", "trim_offsets": false},
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<begin>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"SpecialToken": {"id": "<begin>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<begin>": {"id": "<begin>", "ids": [10], "tokens": ["<begin>"]}}}]},
        "model": {"type": "BPE", "ignore_merges": true,
                  "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "1": 5, "2": 6, "12": 7},
                  "merges": [["a", "b"], ["1", "2"]]}})");
    file["model"]["vocab"]["\u0120"] = 8;
    file["model"]["vocab"]["\u010A"] = 9;
    return file;
}

} // namespace

Q_DECLARE_METATYPE(json)

class TestTokenizerJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheVocabularyFiles_data();
    void equalsTheVocabularyFiles();
    void ownExpressionAndWholeWords();
    void blankBeforeEveryPart();
    void newerMergesAreLists();
    void vocabularyFilesComeFirst();
    void whatIsNotSupportedIsNamed_data();
    void whatIsNotSupportedIsNamed();
};

void TestTokenizerJson::equalsTheVocabularyFiles_data() {
    QTest::addColumn<QByteArray>("recorded");
    QTest::addColumn<json>("file");
    QTest::addRow("bert uncased") << QByteArray("bert_uncased") << bertJson("bert_uncased", true);
    QTest::addRow("bert cased") << QByteArray("bert_cased") << bertJson("bert_cased", false);
    QTest::addRow("roberta") << QByteArray("roberta") << robertaJson();
    QTest::addRow("gpt2") << QByteArray("gpt2") << gpt2Json();
}

void TestTokenizerJson::equalsTheVocabularyFiles() {
    QFETCH(QByteArray, recorded);
    QFETCH(json, file);
    const OwnFolder folder;
    folder.copyFrom(recorded.constData(), "cases.jsonl");
    folder.write("tokenizer.json", file.dump());
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "PreTrainedTokenizerFast"})");
    const auto result = verifyTokenizerCases(folder.path());
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    for (const TokenizerMismatch& mismatch : result->firstMismatches) {
        qWarning("line %lld %s: expected %s, got %s", static_cast<long long>(mismatch.line),
                 mismatch.quantity.c_str(), mismatch.expected.c_str(), mismatch.actual.c_str());
    }
    QVERIFY(result->passed());
}

void TestTokenizerJson::ownExpressionAndWholeWords() {
    const OwnFolder folder;
    folder.write("tokenizer.json", llama3Json().dump());
    folder.write("config.json", R"({"model_type": "llama"})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE(joined((*tokenizer)->encode("abc 1212\n<begin>ab")),
             std::string("<begin> abc \u0120 12 1 2 \u010A <begin> ab"));
    // No merge makes "abcb", so that its bytes are merged as far as they can be; "x" has no token.
    QCOMPARE(joined((*tokenizer)->encode("abcbx")), std::string("<begin> ab c b"));
    QCOMPARE((*tokenizer)->encodePair("a", "b").typeIds, (std::vector<std::int32_t>{0, 0, 1}));
    QCOMPARE((*tokenizer)->vocabSize(), 11);
}

void TestTokenizerJson::blankBeforeEveryPart() {
    json file = robertaJson();
    file["pre_tokenizer"]["add_prefix_space"] = true;
    const OwnFolder folder;
    folder.write("tokenizer.json", file.dump());
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    const Encoding encoding = (*tokenizer)->encode("the<s>the");
    QCOMPARE(joined(encoding), std::string("<s> \u0120the <s> \u0120the </s>"));
    QCOMPARE(encoding.offsets[1], (Encoding::Span{0, 3}));
    QCOMPARE(encoding.offsets[3], (Encoding::Span{6, 9}));
    const std::vector<std::string> words{"the", "the"};
    QCOMPARE(joined((*tokenizer)->encodeWords(words)), std::string("<s> \u0120the \u0120the </s>"));
}

void TestTokenizerJson::newerMergesAreLists() {
    json file = gpt2Json();
    for (json& merge : file["model"]["merges"]) {
        const std::string line = merge.get<std::string>();
        const std::size_t blank = line.find(' ');
        merge = {line.substr(0, blank), line.substr(blank + 1)};
    }
    const OwnFolder folder;
    folder.write("tokenizer.json", file.dump());
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    const char* const text = "The cats don't run.";
    QCOMPARE((*tokenizer)->encode(text).ids, loadRecorded("gpt2")->encode(text).ids);
    QCOMPARE((*tokenizer)->padId(), 956);
}

void TestTokenizerJson::vocabularyFilesComeFirst() {
    const OwnFolder folder;
    folder.copyFrom("bert_cased", "vocab.txt");
    folder.write("config.json", R"({"model_type": "bert"})");
    folder.write("tokenizer.json", "damaged");
    QVERIFY(loadTokenizer(folder.path()));
    folder.write("config.json", R"({"model_type": "roberta"})");
    const auto other = loadTokenizer(folder.path());
    QVERIFY(!other);
    QVERIFY2(other.error().where.find("tokenizer.json") != std::string::npos, other.error().where.c_str());
}

void TestTokenizerJson::whatIsNotSupportedIsNamed_data() {
    QTest::addColumn<json>("file");
    QTest::addColumn<QByteArray>("patch"); // JSON Patch
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("what");
    const auto row = [](const char* name, const json& file, const char* patch, const char* where,
                        const char* what) {
        QTest::addRow("%s", name) << file << QByteArray(patch) << QByteArray(where) << QByteArray(what);
    };
    const json bpe = llama3Json();
    row("no model", bpe, R"([{"op": "remove", "path": "/model"}])", "", "no \"model\"");
    row("unigram", bpe, R"([{"op": "replace", "path": "/model/type", "value": "Unigram"}])", "/model",
        "Unigram");
    row("BPE over characters", bpe, R"([{"op": "add", "path": "/model/byte_fallback", "value": true}])",
        "/model", "characters");
    row("dropout", bpe, R"([{"op": "add", "path": "/model/dropout", "value": 0.1}])", "/model/dropout",
        "random");
    row("suffix", bpe, R"([{"op": "add", "path": "/model/end_of_word_suffix", "value": "</w>"}])",
        "/model/end_of_word_suffix", "mark");
    row("normalized", bpe, R"([{"op": "add", "path": "/normalizer", "value": {"type": "NFC"}}])",
        "/normalizer", "normalized");
    row("no expression", bpe, R"([{"op": "replace", "path": "/pre_tokenizer/pretokenizers/0/pattern",
                                   "value": {"String": " "}}])",
        "/pre_tokenizer", "regular expression");
    row("broken expression", bpe,
        R"([{"op": "replace", "path": "/pre_tokenizer/pretokenizers/0/pattern/Regex",
                                       "value": "(a"}])",
        "tokenizer.json", "(a");
    row("other behaviour", bpe, R"([{"op": "replace", "path": "/pre_tokenizer/pretokenizers/0/behavior",
                                     "value": "Removed"}])",
        "/pre_tokenizer", "each match");
    row("no bytes", bpe, R"([{"op": "replace", "path": "/pre_tokenizer", "value": {"type": "Whitespace"}}])",
        "/pre_tokenizer", "bytes");
    row("broken merge", bpe, R"([{"op": "replace", "path": "/model/merges/1", "value": ["1"]}])",
        "/model/merges/1", "two tokens");
    row("foreign merge", bpe, R"([{"op": "replace", "path": "/model/merges/1", "value": "1 3"}])",
        "tokenizer.json", "needs the token 3");
    row("no vocabulary", bpe, R"([{"op": "replace", "path": "/model/vocab", "value": []}])", "/model/vocab",
        "ids by token");
    row("no id", bpe, R"([{"op": "replace", "path": "/model/vocab/a", "value": "0"}])", "/model/vocab",
        "token a");
    row("other processor", bpe, R"([{"op": "replace", "path": "/post_processor", "value": {"type": "Own"}}])",
        "/post_processor", "Own");
    row("template without a text", bpe,
        R"([{"op": "replace", "path": "/post_processor/processors/1/single/1/Sequence/id", "value": "C"}])",
        "/post_processor", "neither A nor B");
    row("unknown token in front", bpe,
        R"([{"op": "replace", "path": "/post_processor/processors/1/special_tokens/<begin>/ids/0",
             "value": 77}])",
        "/post_processor", "77");
    row("single words", bpe, R"([{"op": "add", "path": "/added_tokens/0/single_word", "value": true}])",
        "/added_tokens/0", "whole word");
    row("added token without id", bpe, R"([{"op": "remove", "path": "/added_tokens/0/id"}])",
        "/added_tokens/0", "no id");
    const json bert = bertJson("bert_cased", false);
    row("other prefix", bert,
        R"([{"op": "replace", "path": "/model/continuing_subword_prefix", "value": "@@"}])", "/model", "##");
    row("other normalizer", bert, R"([{"op": "replace", "path": "/normalizer", "value": null}])",
        "/normalizer", "BERT");
    row("other split", bert, R"([{"op": "replace", "path": "/pre_tokenizer/type", "value": "Whitespace"}])",
        "/pre_tokenizer", "BERT");
    row("normalized token", bert,
        R"([{"op": "replace", "path": "/added_tokens/1/normalized", "value": true}])", "/added_tokens/1",
        "normalized text");
    row("no unknown token", bert, R"([{"op": "replace", "path": "/model/unk_token", "value": "<none>"}])",
        "/model/vocab", "<none>");
}

void TestTokenizerJson::whatIsNotSupportedIsNamed() {
    QFETCH(json, file);
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, what);
    const OwnFolder folder;
    folder.write("tokenizer.json", file.patch(json::parse(patch.toStdString())).dump());
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY(!tokenizer);
    const Error& error = tokenizer.error();
    QVERIFY2(error.where.find("tokenizer.json") != std::string::npos, error.where.c_str());
    QVERIFY2(error.where.find(where.toStdString()) != std::string::npos, error.where.c_str());
    QVERIFY2(error.what.find(what.toStdString()) != std::string::npos, error.what.c_str());
    QVERIFY(!error.advice.empty());
}

QTEST_GUILESS_MAIN(TestTokenizerJson)
#include "test_tokenizer_json.moc"
