#include <filesystem>

#include <QTest>

#include "backend/text/unicode.h"
#include "backend/text/words.h"

using namespace awb;

namespace {

std::shared_ptr<const Tokenizer> tiny() {
    const auto tokenizer = loadTokenizer(std::filesystem::path(AWB_TEST_DATA) / "tiny-bert");
    return tokenizer ? *tokenizer : nullptr;
}

std::vector<std::string> strings(const QByteArrayList& list) {
    std::vector<std::string> result;
    for (const QByteArray& item : list) {
        result.push_back(item.toStdString());
    }
    return result;
}

QByteArray numbers(const std::vector<std::int32_t>& values) {
    QByteArrayList texts;
    for (const std::int32_t value : values) {
        texts.append(QByteArray::number(value));
    }
    return texts.join(' ');
}

/// Answers as a family with a metaspace would: "▁" before each word, kept as a token of its own where told.
class MetaspaceTokenizer final : public Tokenizer {
public:
    explicit MetaspaceTokenizer(bool blankTokens)
        : m_blankTokens(blankTokens) {}

    Encoding encode(std::string_view text, const EncodeOptions& /*options*/) const override {
        Encoding encoding;
        add(encoding, 0, {});
        const std::u32string characters = decodeUtf8(text);
        for (std::int32_t i = 0; i < static_cast<std::int32_t>(characters.size()); ++i) {
            const bool blank = characters[static_cast<std::size_t>(i)] == U' ';
            if (blank && m_blankTokens) {
                add(encoding, 2, {i, i + 1});
            } else if (blank) {
                ++i;
                add(encoding, 3, {i - 1, i + 1}); // a blank and the first character behind it
            } else {
                add(encoding, 3, {i, i + 1});
            }
        }
        add(encoding, 1, {});
        return encoding;
    }
    Encoding encodePair(std::string_view first, std::string_view /*second*/,
                        const EncodeOptions& options) const override {
        return encode(first, options);
    }
    int vocabSize() const override { return 4; }
    int padId() const override { return 1; }
    std::string_view token(int /*id*/) const override { return {}; }
    std::optional<int> modelMaxLength() const override { return std::nullopt; }

private:
    static void add(Encoding& encoding, int id, Encoding::Span span) {
        encoding.ids.push_back(id);
        encoding.typeIds.push_back(0);
        encoding.attentionMask.push_back(1);
        encoding.tokens.emplace_back();
        encoding.offsets.push_back(span);
    }

    bool m_blankTokens;
};

} // namespace

class TestWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokensBelongToWords_data();
    void tokensBelongToWords();
    void blanksBelongToTheWordBehind_data();
    void blanksBelongToTheWordBehind();
    void offsetsAreThoseOfTheJoinedWords();
    void truncationAndPadding();
    void wordsAreNumbered_data();
    void wordsAreNumbered();
    void frameIsFound();
};

void TestWords::tokensBelongToWords_data() {
    QTest::addColumn<QByteArrayList>("words");
    QTest::addColumn<QByteArray>("numbersOfTokens");
    QTest::addRow("whole words") << QByteArrayList{"the", "dog", "waits"} << QByteArray("-1 0 1 2 -1");
    QTest::addRow("pieces") << QByteArrayList{"dogs", "the", "sits", "catx"}
                            << QByteArray("-1 0 0 1 2 3 3 -1");
    QTest::addRow("punctuation inside")
        << QByteArrayList{"the", "a.b,c", "."} << QByteArray("-1 0 1 1 1 1 1 2 -1");
    QTest::addRow("blank inside") << QByteArrayList{"the dog", "waits"} << QByteArray("-1 0 0 1 -1");
    QTest::addRow("no token of its own")
        << QByteArrayList{"the", "\xC2\xAD", "dog"} << QByteArray("-1 0 2 -1");
    QTest::addRow("special token as a word")
        << QByteArrayList{"the", "[MASK]", "dog"} << QByteArray("-1 0 1 2 -1");
    QTest::addRow("several bytes a character")
        << QByteArrayList{"\xC3\xA9", "the", "\xE4\xB8\xAD\xE6\x96\x87", "a"}
        << QByteArray("-1 0 1 2 2 3 -1");
    QTest::addRow("none") << QByteArrayList{} << QByteArray("-1 -1");
}

void TestWords::tokensBelongToWords() {
    QFETCH(QByteArrayList, words);
    QFETCH(QByteArray, numbersOfTokens);
    const auto tokenizer = tiny();
    QVERIFY(tokenizer);
    QCOMPARE(numbers(encodeWords(*tokenizer, strings(words)).words), numbersOfTokens);
}

void TestWords::blanksBelongToTheWordBehind_data() {
    QTest::addColumn<bool>("blankTokens");
    QTest::addColumn<QByteArray>("inWords");
    QTest::addColumn<QByteArray>("inText");
    // "ab c": as words " ab c".
    QTest::addRow("blank with the letter") << false << QByteArray("-1 0 0 1 -1") << QByteArray("-1 0 0 1 -1");
    QTest::addRow("blank alone") << true << QByteArray("-1 0 0 0 1 1 -1") << QByteArray("-1 0 0 1 1 -1");
}

void TestWords::blanksBelongToTheWordBehind() {
    QFETCH(bool, blankTokens);
    QFETCH(QByteArray, inWords);
    QFETCH(QByteArray, inText);
    const MetaspaceTokenizer tokenizer(blankTokens);
    QCOMPARE(numbers(encodeWords(tokenizer, strings({"ab", "c"})).words), inWords);
    QCOMPARE(numbers(numberWords("ab c", tokenizer.encode("ab c", {}))), inText);
}

void TestWords::offsetsAreThoseOfTheJoinedWords() {
    const auto tokenizer = tiny();
    const auto encoded = encodeWords(*tokenizer, strings({"dogs", "sit"}));
    const std::string text = "dogs sit";
    QCOMPARE(encoded.encoding.offsets.front(), (Encoding::Span{0, 0}));
    QCOMPARE(encoded.encoding.offsets[1], (Encoding::Span{0, 3}));
    QCOMPARE(encoded.encoding.offsets[2], (Encoding::Span{3, 4}));
    QCOMPARE(encoded.encoding.offsets[3].begin, 5);
    QVERIFY(encoded.encoding.ids == tokenizer->encode(text).ids);
}

void TestWords::truncationAndPadding() {
    const auto tokenizer = tiny();
    const auto words = strings({"the", "dogs", "wait"});
    QCOMPARE(numbers(encodeWords(*tokenizer, words, {.maxLength = 4}).words), QByteArray("-1 0 1 -1"));
    QCOMPARE(
        numbers(encodeWords(*tokenizer, strings({"the"}), {.maxLength = 5, .padToMaxLength = true}).words),
        QByteArray("-1 0 -1 -1 -1"));
}

void TestWords::wordsAreNumbered_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("numbersOfTokens");
    QTest::addRow("pieces") << QByteArray("dogs sit") << QByteArray("-1 0 0 1 1 1 -1");
    QTest::addRow("punctuation") << QByteArray("dogs, cats.") << QByteArray("-1 0 0 1 2 2 3 -1");
    QTest::addRow("Chinese") << QByteArray("\xE4\xB8\xAD\xE6\x96\x87") << QByteArray("-1 0 1 -1");
    QTest::addRow("empty") << QByteArray() << QByteArray("-1 -1");
}

void TestWords::wordsAreNumbered() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, numbersOfTokens);
    const auto tokenizer = tiny();
    QCOMPARE(numbers(numberWords(text.toStdString(), tokenizer->encode(text.toStdString()))),
             numbersOfTokens);
}

void TestWords::frameIsFound() {
    const TextFrame frame = textFrame(*tiny());
    QVERIFY(frame.before == std::vector<std::int32_t>{2});
    QVERIFY(frame.after == std::vector<std::int32_t>{3});
    QCOMPARE(frame.size(), std::size_t(2));
    QCOMPARE(tiny()->maskId(), 4);
    QCOMPARE(MetaspaceTokenizer(false).maskId(), -1);
}

QTEST_GUILESS_MAIN(TestWords)
#include "test_words.moc"
