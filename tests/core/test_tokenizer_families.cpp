#include <thread>

#include <QTest>

#include "backend/text/unicode.h"
#include "backend/text/verify_tokenizer.h"
#include "tests/core/tokenizer_folders.h"

using namespace awb;
using namespace awb::test;

namespace {

using Files = std::vector<std::pair<QByteArray, QByteArray>>;

/// The parts of the text that the tokens stand for, by |.
QByteArray standsFor(const Encoding& encoding, const std::string& text) {
    const std::u32string original = decodeUtf8(text);
    QByteArray out;
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        const auto begin = static_cast<std::size_t>(encoding.offsets[i].begin);
        const auto end = static_cast<std::size_t>(encoding.offsets[i].end);
        out +=
            (i > 0 ? "|" : "") + QByteArray::fromStdString(encodeUtf8(original.substr(begin, end - begin)));
    }
    return out;
}

// A SentencePiece model file, written field by field.
std::string field(int number, const std::string& content) {
    return std::string{static_cast<char>(number * 8 + 2), static_cast<char>(content.size())} + content;
}
std::string entry(const std::string& text, int kind) {
    return field(1, field(1, text) + std::string{'\x15', '\0', '\0', '\x80', '\xBF', '\x18'} + // score -1
                        static_cast<char>(kind));
}
constexpr int kNormal = 1;
constexpr int kUnknown = 2;
constexpr int kControl = 3;
constexpr int kUserDefined = 4;
constexpr int kByte = 6;
const std::string kUnigram{"\x12\x02\x18\x01"};
const std::string kWordModel{"\x12\x02\x18\x03"};
const std::string kWithBytes{"\x12\x05\x18\x02\x98\x02\x01"};
const std::string kT5Entries = entry("<pad>", kControl) + entry("</s>", kControl) + entry("<unk>", kUnknown);

} // namespace

Q_DECLARE_METATYPE(Files)

class TestTokenizerFamilies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCaseMatches_data();
    void everyCaseMatches();
    void offsetsPointIntoTheOriginal_data();
    void offsetsPointIntoTheOriginal();
    void wordsKeepTheirIndex_data();
    void wordsKeepTheirIndex();
    void textsOfAPairAreToldApart();
    void firstWordMayHaveABlank();
    void modelTypeDecidesWithoutAClass();
    void addedTokensAreWhole();
    void bytesWithoutATokenAreUnknown();
    void threadsShareATokenizer();
    void userDefinedEntriesArePreferred();
    void unknownTextIsOneToken();
    void llamaPairsAndEnds();
    void brokenFoldersAreNamed_data();
    void brokenFoldersAreNamed();
};

void TestTokenizerFamilies::everyCaseMatches_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<int>("cases");
    QTest::addColumn<int>("vocabSize");
    QTest::addColumn<int>("padId");
    QTest::addRow("roberta") << QByteArray("roberta") << 137 << 961 << 1;
    QTest::addRow("gpt2") << QByteArray("gpt2") << 136 << 957 << 956;
    QTest::addRow("xlm-roberta") << QByteArray("xlm_roberta") << 137 << 3202 << 1;
    QTest::addRow("t5") << QByteArray("t5") << 137 << 3100 << 0;
    QTest::addRow("llama") << QByteArray("llama") << 98 << 3200 << 2;
}

void TestTokenizerFamilies::everyCaseMatches() {
    QFETCH(QByteArray, folder);
    QFETCH(int, cases);
    const auto result = verifyTokenizerCases(tokenizerFolder(folder.constData()));
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    for (const TokenizerMismatch& mismatch : result->firstMismatches) {
        qWarning("line %lld %s: expected %s, got %s", static_cast<long long>(mismatch.line),
                 mismatch.quantity.c_str(), mismatch.expected.c_str(), mismatch.actual.c_str());
    }
    QCOMPARE(result->failedCases, 0);
    QCOMPARE(result->cases, cases);
    const auto tokenizer = loadRecorded(folder.constData());
    QTEST(tokenizer->vocabSize(), "vocabSize");
    QTEST(tokenizer->padId(), "padId");
    QVERIFY(!tokenizer->token(tokenizer->vocabSize() - 1).empty());
    QVERIFY(tokenizer->token(tokenizer->vocabSize()).empty());
    QVERIFY(tokenizer->token(-1).empty());
}

void TestTokenizerFamilies::offsetsPointIntoTheOriginal_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("pieces");
    const QByteArray roberta("roberta");
    QTest::addRow("bytes: blanks") << roberta << QByteArray("The the  x ")
                                   << QByteArray("|T|he|the| | |x| |");
    QTest::addRow("bytes: parts of characters") << roberta << QByteArray("\u65E5\U0001F600x")
                                                << QByteArray("|\u65E5|\u65E5|\u65E5|\U0001F600|"
                                                              "\U0001F600|\U0001F600|\U0001F600|x|");
    QTest::addRow("bytes: special") << roberta << QByteArray("a  <mask> b") << QByteArray("|a|<mask>|b|");
    const QByteArray xlm("xlm_roberta");
    QTest::addRow("unigram: blanks") << xlm << QByteArray("  The   the ") << QByteArray("|The|the|");
    QTest::addRow("unigram: unknown")
        << xlm << QByteArray("\U0001F600\U0001F600 a") << QByteArray("||\U0001F600\U0001F600|a|");
    QTest::addRow("unigram: mapped") << xlm << QByteArray("\uFF34he") << QByteArray("|\uFF34he|");
    QTest::addRow("pairs: byte pieces") << QByteArray("llama") << QByteArray("the\U0001F600")
                                        << QByteArray("|the|\U0001F600|\U0001F600|\U0001F600|\U0001F600");
}

void TestTokenizerFamilies::offsetsPointIntoTheOriginal() {
    QFETCH(QByteArray, folder);
    QFETCH(QByteArray, text);
    const Encoding encoding = loadRecorded(folder.constData())->encode(text.toStdString());
    QTEST(standsFor(encoding, text.toStdString()), "pieces");
}

void TestTokenizerFamilies::wordsKeepTheirIndex_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<QByteArray>("tokens");
    QTest::addColumn<std::vector<int>>("wordIds");
    QTest::addRow("roberta") << QByteArray("roberta")
                             << QByteArray("<s> T he \u0120c at s ' \u0120d on ' t <mask> </s>")
                             << std::vector{-1, 0, 0, 1, 1, 1, 1, 3, 3, 3, 3, 4, -1};
    QTest::addRow("gpt2") << QByteArray("gpt2")
                          << QByteArray("T he \u0120c at s ' \u0120d on ' t \u0120 < m as k >")
                          << std::vector{0, 0, 1, 1, 1, 1, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4};
    QTest::addRow("xlm-roberta") << QByteArray("xlm_roberta")
                                 << QByteArray("<s> \u2581The \u2581ca ts ' \u2581don ' t <mask> </s>")
                                 << std::vector{-1, 0, 1, 1, 1, 3, 3, 3, 4, -1};
    QTest::addRow("t5") << QByteArray("t5")
                        << QByteArray("\u2581The \u2581ca ts ' \u2581don ' t \u2581 <unk> ma s k <unk> </s>")
                        << std::vector{0, 1, 1, 1, 3, 3, 3, 4, 4, 4, 4, 4, 4, -1};
}

void TestTokenizerFamilies::wordsKeepTheirIndex() {
    QFETCH(QByteArray, folder);
    QFETCH(std::vector<int>, wordIds);
    const auto tokenizer = loadRecorded(folder.constData());
    const std::vector<std::string> words{"The", "cats'", "", "don't", "<mask>"};
    const Encoding encoding = tokenizer->encodeWords(words);
    QTEST(QByteArray::fromStdString(joined(encoding)), "tokens");
    QCOMPARE(encoding.wordIds, wordIds);
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        const int word = encoding.wordIds[i];
        const auto length = word < 0 ? 0 : words[static_cast<std::size_t>(word)].size();
        QVERIFY(encoding.offsets[i].begin >= 0);
        QVERIFY(encoding.offsets[i].begin <= encoding.offsets[i].end);
        QVERIFY(static_cast<std::size_t>(encoding.offsets[i].end) <= length);
    }
    // Where no word is a special token, the words are cut as in the sentence that they make.
    const std::vector<std::string> plain{"The", "cats'", "don't", "run"};
    QCOMPARE(tokenizer->encodeWords(plain).ids, tokenizer->encode("The cats' don't run").ids);
}

void TestTokenizerFamilies::textsOfAPairAreToldApart() {
    const Encoding encoding =
        loadRecorded("roberta")->encodePair("a", "the", {.maxLength = 8, .padToMaxLength = true});
    QCOMPARE(joined(encoding), std::string("<s> a </s> </s> t he </s> <pad>"));
    QCOMPARE(encoding.typeIds, std::vector<std::int32_t>(8, 0));
    QCOMPARE(encoding.textIds, (std::vector<std::int32_t>{-1, 0, -1, -1, 1, 1, -1, -1}));
}

void TestTokenizerFamilies::firstWordMayHaveABlank() {
    const OwnFolder folder;
    folder.copyFrom("roberta", "vocab.json");
    folder.copyFrom("roberta", "merges.txt");
    folder.write("tokenizer_config.json",
                 R"({"tokenizer_class": "RobertaTokenizerFast", "add_prefix_space": true})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE((*tokenizer)->encode("the cat").ids, loadRecorded("roberta")->encode(" the cat").ids);
    QCOMPARE((*tokenizer)->encode(" the cat").ids, loadRecorded("roberta")->encode(" the cat").ids);
    QCOMPARE((*tokenizer)->encode("the").offsets[1], (Encoding::Span{0, 3}));
    const std::vector<std::string> words{"the", "cat"};
    QCOMPARE((*tokenizer)->encodeWords(words).ids, (*tokenizer)->encode("the cat").ids);
}

void TestTokenizerFamilies::modelTypeDecidesWithoutAClass() {
    const OwnFolder folder;
    folder.copyFrom("gpt2", "vocab.json");
    folder.copyFrom("gpt2", "merges.txt");
    const auto unclear = loadTokenizer(folder.path());
    QVERIFY(!unclear);
    QVERIFY2(unclear.error().advice.find("config.json") != std::string::npos, unclear.error().advice.c_str());

    folder.write("config.json", R"({"model_type": "gpt2"})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE((*tokenizer)->encode("the").ids, loadRecorded("gpt2")->encode("the").ids);

    folder.write("config.json", R"({"model_type": "canine"})");
    const auto foreign = loadTokenizer(folder.path());
    QVERIFY(!foreign);
    QVERIFY2(foreign.error().what.find("canine") != std::string::npos, foreign.error().what.c_str());
}

void TestTokenizerFamilies::addedTokensAreWhole() {
    const OwnFolder folder;
    folder.copyFrom("gpt2", "vocab.json");
    folder.copyFrom("gpt2", "merges.txt");
    folder.write("config.json", R"({"model_type": "gpt2"})");
    folder.write("added_tokens.json", R"({"[PAD]": 957})");
    folder.write("special_tokens_map.json", R"({"pad_token": {"content": "[PAD]"}})");
    folder.write("tokenizer_config.json",
                 R"({"added_tokens_decoder": {"958": {"content": "<dog>", "lstrip": false}}})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE((*tokenizer)->vocabSize(), 959);
    QCOMPARE((*tokenizer)->padId(), 957);
    QCOMPARE(joined((*tokenizer)->encode("a [PAD] a <dog>b")), std::string("a [PAD] a \u0120 <dog> b"));

    const OwnFolder t5;
    t5.copyFrom("t5", "spiece.model");
    t5.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer", "extra_ids": 2})");
    t5.write("added_tokens.json", R"({"<dog>": 3002})");
    const auto other = loadTokenizer(t5.path());
    QVERIFY2(other, other ? "" : other.error().message().c_str());
    QCOMPARE((*other)->vocabSize(), 3003);
    QCOMPARE((*other)->token(3001), std::string_view("<extra_id_0>"));
    QCOMPARE((*other)->encode("<extra_id_1> <dog>").ids, (std::vector<std::int32_t>{3000, 3002, 1}));
}

void TestTokenizerFamilies::bytesWithoutATokenAreUnknown() {
    const OwnFolder folder;
    folder.write("vocab.json", R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "ab": 6})");
    folder.write("merges.txt", "#version: 0.2\na b\n");
    folder.write("config.json", R"({"model_type": "roberta"})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE((*tokenizer)->encode("ab\u00E9ba").ids, (std::vector<std::int32_t>{0, 6, 3, 3, 5, 4, 2}));
    // Far more than any word has: neither slow nor cut.
    const Encoding lengthy = (*tokenizer)->encode(std::string(100000, 'a') + std::string(100000, 'b'));
    QCOMPARE(lengthy.size(), std::size_t(100000 - 1 + 1 + 100000 - 1 + 2));
    QCOMPARE(lengthy.offsets[100000], (Encoding::Span{99999, 100001}));
}

void TestTokenizerFamilies::threadsShareATokenizer() {
    const auto tokenizer = loadRecorded("roberta");
    const auto encodeAll = [&] {
        std::vector<std::vector<std::int32_t>> ids;
        for (int i = 0; i < 300; ++i) {
            ids.push_back(tokenizer->encode("word" + std::to_string(i % 50) + " the cats don't").ids);
        }
        return ids;
    };
    std::array<std::vector<std::vector<std::int32_t>>, 4> results;
    std::vector<std::thread> threads;
    for (auto& result : results) {
        threads.emplace_back([&] { result = encodeAll(); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const auto alone = encodeAll();
    for (const auto& result : results) {
        QCOMPARE(result, alone);
    }
}

void TestTokenizerFamilies::userDefinedEntriesArePreferred() {
    const OwnFolder folder;
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer", "extra_ids": 0})");
    const std::string others = kT5Entries + entry("\u2581", kNormal) + entry("b", kNormal) +
                               entry("cd", kNormal) + entry("d", kNormal) + kUnigram;
    folder.write("spiece.model", others + entry("bc", kUserDefined));
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE(joined((*tokenizer)->encode("bcd")), std::string("\u2581 bc d </s>"));
    // With a score of its own it would only be as good as the other way, which is taken.
    folder.write("spiece.model", others + entry("bc", kNormal));
    QCOMPARE(joined((*loadTokenizer(folder.path()))->encode("bcd")), std::string("\u2581 b cd </s>"));
}

void TestTokenizerFamilies::unknownTextIsOneToken() {
    const OwnFolder folder;
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer", "extra_ids": 0})");
    folder.write("spiece.model", kT5Entries + entry("\u2581", kNormal) + entry("a", kNormal) + kUnigram);
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    const Encoding encoding = (*tokenizer)->encode("axyz ya");
    QCOMPARE(joined(encoding), std::string("\u2581 a <unk> \u2581 <unk> a </s>"));
    QCOMPARE(encoding.offsets[2], (Encoding::Span{1, 4}));
    QCOMPARE(joined((*tokenizer)->encode("a </s>")), std::string("\u2581 a </s>"));
    QCOMPARE(joined((*tokenizer)->encodePair("a </s>", "")), std::string("\u2581 a </s> </s>"));
}

void TestTokenizerFamilies::llamaPairsAndEnds() {
    const OwnFolder folder;
    folder.copyFrom("llama", "tokenizer.model");
    folder.write("config.json", R"({"model_type": "llama"})");
    folder.write("tokenizer_config.json", R"({"add_eos_token": true, "pad_token": "<unk>"})");
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE((*tokenizer)->padId(), 0);
    const Encoding pair = (*tokenizer)->encodePair("the", "the");
    QCOMPARE(joined(pair), std::string("<s> \u2581the </s> <s> \u2581the </s>"));
    QCOMPARE(pair.typeIds, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 1}));
}

void TestTokenizerFamilies::brokenFoldersAreNamed_data() {
    QTest::addColumn<Files>("files");
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("what");
    const QByteArray vocabulary(R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "ab": 6})");
    const std::pair config{QByteArray("config.json"), QByteArray(R"({"model_type": "roberta"})")};
    const auto byteLevel = [&](const char* name, const QByteArray& tokens, const QByteArray& merges,
                               const char* where, const char* what) {
        QTest::addRow("%s", name) << Files{config, {"vocab.json", tokens}, {"merges.txt", merges}}
                                  << QByteArray(where) << QByteArray(what);
    };
    byteLevel("one token in a merge", vocabulary, "#version: 0.2\na b\nab\n", "merges.txt, line 3",
              "two tokens");
    byteLevel("three tokens in a merge", vocabulary, "a b ab\n", "merges.txt, line 1", "two tokens");
    byteLevel("foreign merge", vocabulary, "a b\nb q\n", "merges.txt", "needs the token q");
    byteLevel("merge without its result", vocabulary, "b a\n", "merges.txt", "needs the token ba");
    byteLevel("no JSON", "{\"a\": ", "a b\n", "vocab.json", "");
    byteLevel("a list", "[1]", "a b\n", "vocab.json", "object of ids");
    byteLevel("negative id", R"({"a": -1})", "a b\n", "vocab.json", "token a");
    byteLevel("same id twice", R"({"a": 1, "b": 1})", "a b\n", "vocab.json", "same id 1");
    byteLevel("no <s>", R"({"a": 0, "b": 1, "ab": 2})", "a b\n", "vocab.json", "<s>");
    QTest::addRow("no merges") << Files{config, {"vocab.json", vocabulary}} << QByteArray()
                               << QByteArray("no merges.txt");
    QTest::addRow("added token without id") << Files{config,
                                                     {"vocab.json", vocabulary},
                                                     {"merges.txt", "a b\n"},
                                                     {"added_tokens.json", R"({"x": "y"})"}}
                                            << QByteArray("added_tokens.json") << QByteArray("\"x\"");

    const std::pair t5{QByteArray("tokenizer_config.json"),
                       QByteArray(R"({"tokenizer_class": "T5Tokenizer"})")};
    const auto sentencePiece = [&](const char* name, const std::string& content, const char* what) {
        QTest::addRow("%s", name) << Files{t5, {"spiece.model", QByteArray::fromStdString(content)}}
                                  << QByteArray("spiece.model") << QByteArray(what);
    };
    sentencePiece("no model", "version https://git-lfs.github.com/spec/v1\n", "no SentencePiece model");
    sentencePiece("empty model", "", "no SentencePiece model");
    sentencePiece("cut off", kT5Entries.substr(0, kT5Entries.size() - 1), "no SentencePiece model");
    sentencePiece("no unknown entry", entry("<pad>", kControl) + entry("</s>", kControl), "unknown text");
    sentencePiece("two unknown entries", kT5Entries + entry("<unk2>", kUnknown), "two entries");
    sentencePiece("an entry twice", kT5Entries + entry("a", kNormal) + entry("a", kNormal), "stands twice");
    sentencePiece("an empty entry", kT5Entries + entry("", kNormal), "is empty");
    sentencePiece("no byte", kT5Entries + entry("<0xZZ>", kByte), "to be a byte");
    sentencePiece("not all bytes", kT5Entries + entry("<0x41>", kByte) + kWithBytes, "256 bytes");
    sentencePiece("a word model", kT5Entries + kWordModel, "algorithm");
    sentencePiece("damaged character map", kT5Entries + field(3, field(2, "\x07")), "character map");
    sentencePiece("no </s>", entry("<pad>", kControl) + entry("<unk>", kUnknown), "no entry </s>");
    QTest::addRow("no SentencePiece file") << Files{t5} << QByteArray() << QByteArray("no spiece.model");
    QTest::addRow("extra ids") << Files{{"tokenizer_config.json",
                                         R"({"tokenizer_class": "T5Tokenizer", "extra_ids": "many"})"},
                                        {"spiece.model", QByteArray::fromStdString(kT5Entries)}}
                               << QByteArray("tokenizer_config.json") << QByteArray("extra_ids");
    QTest::addRow("nothing") << Files{} << QByteArray() << QByteArray("no tokenizer");
}

void TestTokenizerFamilies::brokenFoldersAreNamed() {
    QFETCH(Files, files);
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, what);
    const OwnFolder folder;
    for (const auto& [name, content] : files) {
        folder.write(name.constData(), content.toStdString());
    }
    const auto tokenizer = loadTokenizer(folder.path());
    QVERIFY(!tokenizer);
    const Error& error = tokenizer.error();
    QVERIFY2(error.where.find(folder.path().string()) != std::string::npos, error.where.c_str());
    QVERIFY2(error.where.find(where.toStdString()) != std::string::npos, error.where.c_str());
    QVERIFY2(error.what.find(what.toStdString()) != std::string::npos, error.what.c_str());
}

QTEST_GUILESS_MAIN(TestTokenizerFamilies)
#include "test_tokenizer_families.moc"
