#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/text/tokenize_lines.h"
#include "backend/text/tokenizer.h"
#include "backend/text/unicode.h"
#include "backend/text/verify_tokenizer.h"
#include "tests/core/tokenizer_folders.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

/// A folder with BERT's vocabulary file.
class ModelFolder : public OwnFolder {
public:
    explicit ModelFolder(
        const std::string& vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nthe\n") {
        write("vocab.txt", vocabulary);
    }
};

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCaseMatches_data();
    void everyCaseMatches();
    void verificationFindsDifferences();
    void lowerCaseOfSingleCharacters();
    void charactersYoungerThanReferenceAreDropped();
    void offsetsPointIntoTheOriginal_data();
    void offsetsPointIntoTheOriginal();
    void specialTokenMadeByCleaningStaysWhole();
    void truncationTakesFromTheLongerSide_data();
    void truncationTakesFromTheLongerSide();
    void padsBatchToItsLongest();
    void wordsKeepTheirIndex();
    void illFormedUtf8IsNoLetter();
    void configurationIsRead();
    void brokenFoldersAreNamed_data();
    void brokenFoldersAreNamed();
    void linesToJson();
    void pairLineWithoutTabIsAnError();
};

void TestTokenizer::everyCaseMatches_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addRow("cased") << QByteArray("bert_cased");
    QTest::addRow("uncased") << QByteArray("bert_uncased");
}

void TestTokenizer::everyCaseMatches() {
    QFETCH(QByteArray, folder);
    QVERIFY(hasTokenizerCases(tokenizerFolder(folder.constData())));
    const auto result = verifyTokenizerCases(tokenizerFolder(folder.constData()));
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    for (const TokenizerMismatch& mismatch : result->firstMismatches) {
        qWarning("line %lld %s: expected %s, got %s", static_cast<long long>(mismatch.line),
                 mismatch.quantity.c_str(), mismatch.expected.c_str(), mismatch.actual.c_str());
    }
    QCOMPARE(result->failedCases, 0);
    QCOMPARE(result->cases, 362);
    QCOMPARE(result->casesByKind.size(), std::size_t(5));
    QVERIFY(result->passed());
}

void TestTokenizer::verificationFindsDifferences() {
    const ModelFolder model;
    model.write("cases.jsonl",
                R"({"kind": "single", "text": "the a", "ids": [2, 7, 5, 3], "type_ids": [0, 0, 0, 0]}
{"kind": "single", "text": "the a", "ids": [2, 7, 5, 9], "tokens": ["[CLS]", "the", "a", "[SEP]"]}
)");
    const auto result = verifyTokenizerCases(model.path());
    QVERIFY(result);
    QCOMPARE(result->cases, 2);
    QCOMPARE(result->failedCases, 1);
    QCOMPARE(result->firstMismatches.size(), std::size_t(1));
    QCOMPARE(result->firstMismatches[0].line, 2);
    QCOMPARE(result->firstMismatches[0].quantity, std::string("ids"));
    QVERIFY(!result->passed());

    model.write("cases.jsonl", "{\"kind\": \"single\", \"text\": \"a\", \"ids\": []}\nnot json\n");
    const auto broken = verifyTokenizerCases(model.path());
    QVERIFY(!broken);
    QVERIFY(broken.error().where.ends_with("cases.jsonl, line 2"));
}

void TestTokenizer::lowerCaseOfSingleCharacters() {
    std::u32string out;
    appendLowerCase(out, U'\u0130');
    QCOMPARE(out, std::u32string(U"i\u0307"));
    out.clear();
    appendLowerCase(out, U'\u03A3');
    QCOMPARE(out, std::u32string(U"\u03C3"));
    // The reference lower-cases character by character, so a capital sigma at a word's end is not final.
    const auto tokenizer = loadRecorded("bert_uncased");
    QCOMPARE(joined(tokenizer->encode("\u039F\u03A3")), joined(tokenizer->encode("\u03BF\u03C3")));
    QVERIFY(joined(tokenizer->encode("\u039F\u03A3")) != joined(tokenizer->encode("\u03BF\u03C2")));
}

void TestTokenizer::charactersYoungerThanReferenceAreDropped() {
    QCOMPARE(charClass(U'\U0001FAE8'), CharClass::Dropped); // shaking face, Unicode 15
    QCOMPARE(charClass(U'\U0001FAE0'), CharClass::Letter);  // melting face, Unicode 14
    QCOMPARE(charClass(U'\U0001E030'), CharClass::Dropped); // Cyrillic modifier letter, Unicode 15
    QCOMPARE(charClass(U'\u2028'), CharClass::Blank);
    QCOMPARE(charClass(U'$'), CharClass::Punctuation);
    QCOMPARE(charClass(U'\u20AC'), CharClass::Letter); // a currency sign is no punctuation outside ASCII
    QCOMPARE(charClass(U'\u3042'), CharClass::Letter); // Hiragana is not split
    QCOMPARE(charClass(U'\u4E00'), CharClass::Ideograph);
}

void TestTokenizer::offsetsPointIntoTheOriginal_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("pieces"); // the original text of each token but the first and last, by |
    QTest::addRow("plain") << QByteArray("Hello, world") << QByteArray("Hello|,|world");
    QTest::addRow("accents") << QByteArray("caf\u00E9 na\u00EFve") << QByteArray("caf\u00E9|na\u00EFve");
    QTest::addRow("dropped") << QByteArray("he\u200Bllo world") << QByteArray("he\u200Bllo|world");
    QTest::addRow("capital I with dot") << QByteArray("\u0130stanbul x") << QByteArray("\u0130stanbul|x");
    QTest::addRow("astral") << QByteArray("\U0001F600 cat") << QByteArray("\U0001F600|cat");
    QTest::addRow("ideographs") << QByteArray("a\u4E00\u4E8Cb") << QByteArray("a|\u4E00|\u4E8C|b");
    QTest::addRow("special") << QByteArray("a [MASK]b") << QByteArray("a|[MASK]|b");
    QTest::addRow("pieces") << QByteArray("embeddings") << QByteArray("em|bed|ding|s");
}

void TestTokenizer::offsetsPointIntoTheOriginal() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, pieces);
    const std::u32string original = decodeUtf8(text.toStdString());
    const Encoding encoding = loadRecorded("bert_uncased")->encode(text.toStdString());
    QByteArray found;
    for (std::size_t i = 1; i + 1 < encoding.size(); ++i) {
        const Encoding::Span span = encoding.offsets[i];
        const auto begin = static_cast<std::size_t>(span.begin);
        found += (i > 1 ? "|" : "") + QByteArray::fromStdString(encodeUtf8(original.substr(
                                          begin, static_cast<std::size_t>(span.end) - begin)));
    }
    QCOMPARE(found, pieces);
    QCOMPARE(encoding.offsets.front(), (Encoding::Span{0, 0}));
    QCOMPARE(encoding.offsets.back(), (Encoding::Span{0, 0}));
}

void TestTokenizer::specialTokenMadeByCleaningStaysWhole() {
    const std::string text("[MA\0SK]", 7);
    QCOMPARE(joined(loadRecorded("bert_cased")->encode(text)), std::string("[CLS] [MASK] [SEP]"));
    QCOMPARE(joined(loadRecorded("bert_uncased")->encode(text)), std::string("[CLS] [ mask ] [SEP]"));
}

void TestTokenizer::truncationTakesFromTheLongerSide_data() {
    QTest::addColumn<int>("maxLength");
    QTest::addColumn<QByteArray>("tokens");
    QTest::addRow("fits") << 9 << QByteArray("[CLS] the a a [SEP] a a a [SEP]");
    QTest::addRow("tie: from the second") << 8 << QByteArray("[CLS] the a a [SEP] a a [SEP]");
    QTest::addRow("then from the first") << 7 << QByteArray("[CLS] the a [SEP] a a [SEP]");
    QTest::addRow("one left") << 4 << QByteArray("[CLS] the [SEP] [SEP]");
    QTest::addRow("special tokens only") << 3 << QByteArray("[CLS] [SEP] [SEP]");
    QTest::addRow("shorter than them") << 1 << QByteArray("[CLS] [SEP] [SEP]");
}

void TestTokenizer::truncationTakesFromTheLongerSide() {
    QFETCH(int, maxLength);
    QFETCH(QByteArray, tokens);
    const ModelFolder model;
    const auto tokenizer = loadTokenizer(model.path());
    QVERIFY(tokenizer);
    const Encoding encoding = (*tokenizer)->encodePair("the a a", "a a a", {.maxLength = maxLength});
    QCOMPARE(QByteArray::fromStdString(joined(encoding)), tokens);
    QCOMPARE(encoding.truncated, maxLength < 9);
    QCOMPARE(encoding.typeIds.back(), 1);
    QCOMPARE(encoding.textIds.back(), -1);
    const Encoding padded = (*tokenizer)->encodePair("the", "a", {.maxLength = 12, .padToMaxLength = true});
    QCOMPARE(padded.size(), std::size_t(12));
    QCOMPARE(padded.attentionMask.back(), 0);
    QCOMPARE(padded.typeIds.back(), 0);
}

void TestTokenizer::padsBatchToItsLongest() {
    const auto tokenizer = loadRecorded("bert_cased");
    std::vector<Encoding> batch{tokenizer->encode("a"), tokenizer->encode("a a a a")};
    padToLongest(batch, *tokenizer);
    QCOMPARE(batch[0].size(), batch[1].size());
    QCOMPARE(batch[0].ids.back(), tokenizer->padId());
    QCOMPARE(batch[0].attentionMask, (std::vector<std::int32_t>{1, 1, 1, 0, 0, 0}));
}

void TestTokenizer::wordsKeepTheirIndex() {
    const auto tokenizer = loadRecorded("bert_uncased");
    const std::vector<std::string> words{"The", "embeddings", "", "don't", "[MASK]", "x"};
    const Encoding encoding = tokenizer->encodeWords(words);
    QCOMPARE(joined(encoding), std::string("[CLS] the em ##bed ##ding ##s don ' t [MASK] x [SEP]"));
    QCOMPARE(encoding.wordIds, (std::vector<std::int32_t>{-1, 0, 1, 1, 1, 1, 3, 3, 3, 4, 5, -1}));
    QCOMPARE(encoding.offsets[3], (Encoding::Span{2, 5}));
    QCOMPARE(encoding.offsets[8], (Encoding::Span{4, 5}));
    QVERIFY(!encoding.truncated);

    const Encoding shorter = tokenizer->encodeWords(words, {.maxLength = 5});
    QCOMPARE(shorter.wordIds, (std::vector<std::int32_t>{-1, 0, 1, 1, -1}));
    QVERIFY(shorter.truncated);
    const Encoding padded = tokenizer->encodeWords({}, {.maxLength = 3, .padToMaxLength = true});
    QCOMPARE(joined(padded), std::string("[CLS] [SEP] [PAD]"));
    QCOMPARE(padded.wordIds, (std::vector<std::int32_t>{-1, -1, -1}));
    QCOMPARE(padded.textIds, (std::vector<std::int32_t>{-1, -1, -1}));
    QVERIFY(tokenizer->encode("the").wordIds.empty());
}

void TestTokenizer::illFormedUtf8IsNoLetter() {
    const auto tokenizer = loadRecorded("bert_uncased");
    QCOMPARE(joined(tokenizer->encode("wor\xFFld")), joined(tokenizer->encode("world")));
    QCOMPARE(joined(tokenizer->encode("\xC3")), std::string("[CLS] [SEP]"));
}

void TestTokenizer::configurationIsRead() {
    const ModelFolder model("<pad>\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\u00E9\ne\nE\n\u4E00\u4E8C\n@@\n");
    model.write("tokenizer_config.json",
                R"({"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false,
                    "model_max_length": 1e30, "never_split": ["@@"], "pad_token": {"content": "<pad>"}})");
    const auto tokenizer = loadTokenizer(model.path());
    QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
    QCOMPARE(joined((*tokenizer)->encode("\u00E9 E \u4E00\u4E8C @@")),
             std::string("[CLS] e E \u4E00\u4E8C @@ [SEP]"));
    QVERIFY(!(*tokenizer)->modelMaxLength());
    QCOMPARE((*tokenizer)->padId(), 0);
    QCOMPARE(loadRecorded("bert_cased")->modelMaxLength(), std::optional<int>(512));
    QCOMPARE(loadRecorded("bert_cased")->token(101), std::string_view("[CLS]"));
    QCOMPARE(loadRecorded("bert_cased")->token(-1), std::string_view());
}

void TestTokenizer::brokenFoldersAreNamed_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("what");
    QTest::addRow("no [SEP]") << QByteArray("vocab.txt") << QByteArray("[PAD]\n[UNK]\n[CLS]\n[MASK]\n")
                              << QByteArray("vocab.txt") << QByteArray("[SEP]");
    QTest::addRow("broken config") << QByteArray("tokenizer_config.json") << QByteArray("{")
                                   << QByteArray("tokenizer_config.json") << QByteArray();
    QTest::addRow("other class") << QByteArray("tokenizer_config.json")
                                 << QByteArray(R"({"tokenizer_class": "GPT2Tokenizer"})") << QByteArray()
                                 << QByteArray("no vocab.json");
    QTest::addRow("unknown class") << QByteArray("tokenizer_config.json")
                                   << QByteArray(R"({"tokenizer_class": "CanineTokenizer"})")
                                   << QByteArray("tokenizer_config.json") << QByteArray("CanineTokenizer");
    QTest::addRow("wrong type") << QByteArray("tokenizer_config.json")
                                << QByteArray(R"({"do_lower_case": "yes"})")
                                << QByteArray("tokenizer_config.json") << QByteArray("do_lower_case");
}

void TestTokenizer::brokenFoldersAreNamed() {
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, what);
    const ModelFolder model;
    model.write(file.constData(), content.toStdString());
    const auto tokenizer = loadTokenizer(model.path());
    QVERIFY(!tokenizer);
    QVERIFY2(tokenizer.error().where.find(where.toStdString()) != std::string::npos,
             tokenizer.error().where.c_str());
    QVERIFY2(tokenizer.error().what.find(what.toStdString()) != std::string::npos,
             tokenizer.error().what.c_str());

    const QTemporaryDir empty;
    QVERIFY(!loadTokenizer(empty.path().toStdString()));
    QVERIFY(!loadTokenizer(fs::path(empty.path().toStdString()) / "nowhere"));
}

void TestTokenizer::linesToJson() {
    std::istringstream in("Hi there\r\n\nlast");
    std::ostringstream out;
    QVERIFY(tokenizeLines(*loadRecorded("bert_uncased"), {}, in, out));
    std::istringstream lines(out.str());
    std::string line;
    std::vector<nlohmann::json> objects;
    while (std::getline(lines, line)) {
        objects.push_back(nlohmann::json::parse(line));
    }
    QCOMPARE(objects.size(), std::size_t(3));
    QCOMPARE(objects[0]["tokens"].get<std::vector<std::string>>(),
             (std::vector<std::string>{"[CLS]", "hi", "there", "[SEP]"}));
    QCOMPARE(objects[0]["offsets"][2].get<std::vector<int>>(), (std::vector<int>{3, 8}));
    QCOMPARE(objects[0]["types"].get<std::vector<int>>(), (std::vector<int>{0, 0, 0, 0}));
    QCOMPARE(objects[1]["ids"].get<std::vector<int>>(), (std::vector<int>{101, 102}));
}

void TestTokenizer::pairLineWithoutTabIsAnError() {
    std::istringstream in("one\ttwo\nthree four\n");
    std::ostringstream out;
    const auto result =
        tokenizeLines(*loadRecorded("bert_uncased"), {.pairs = true, .maxLength = {}}, in, out);
    QVERIFY(!result);
    QCOMPARE(result.error().where, std::string("line 2"));
    QCOMPARE(nlohmann::json::parse(out.str())["types"].get<std::vector<int>>(),
             (std::vector<int>{0, 0, 0, 1, 1}));
}

QTEST_GUILESS_MAIN(TestTokenizer)
#include "test_tokenizer.moc"
