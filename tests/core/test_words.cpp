#include <algorithm>
#include <filesystem>

#include <QTest>

#include "backend/text/words.h"

using namespace awb;

namespace {

std::shared_ptr<const Tokenizer> load(const char* folder) {
    const auto tokenizer = loadTokenizer(std::filesystem::path(AWB_TEST_DATA) / folder);
    return tokenizer ? *tokenizer : nullptr;
}

QByteArray numbers(const std::vector<std::int32_t>& values) {
    QByteArrayList texts;
    for (const std::int32_t value : values) {
        texts.append(QByteArray::number(value));
    }
    return texts.join(' ');
}

} // namespace

class TestWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsAreNumbered_data();
    void wordsAreNumbered();
    void tokensAreThoseOfTheText_data();
    void tokensAreThoseOfTheText();
    void frameAndMask_data();
    void frameAndMask();
};

void TestWords::wordsAreNumbered_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("wordIds");
    QTest::addRow("pieces") << QByteArray("dogs sit") << QByteArray("-1 0 0 1 1 1 -1");
    QTest::addRow("punctuation") << QByteArray("dogs, cats.") << QByteArray("-1 0 0 1 2 2 3 -1");
    QTest::addRow("inside a word") << QByteArray("a.b") << QByteArray("-1 0 1 2 -1");
    QTest::addRow("Chinese") << QByteArray("\xE4\xB8\xAD\xE6\x96\x87") << QByteArray("-1 0 1 -1");
    QTest::addRow("special token") << QByteArray("the [MASK] dog") << QByteArray("-1 0 1 2 -1");
    QTest::addRow("empty") << QByteArray() << QByteArray("-1 -1");
}

void TestWords::wordsAreNumbered() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, wordIds);
    const auto tokenizer = load("tiny-bert");
    QVERIFY(tokenizer);
    QCOMPARE(numbers(encodeNumberingWords(*tokenizer, text.toStdString()).wordIds), wordIds);
}

void TestWords::tokensAreThoseOfTheText_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<int>("words");
    for (const char* folder : {"bert_uncased", "bert_cased", "roberta", "gpt2", "xlm_roberta", "t5"}) {
        QTest::addRow("%s", folder) << QByteArray("tokenizers/") + folder << 6;
    }
}

/// The way by one word gives the tokens of the plain text, whatever the family does to blanks.
void TestWords::tokensAreThoseOfTheText() {
    QFETCH(QByteArray, folder);
    QFETCH(int, words);
    const auto tokenizer = load(folder.constData());
    if (!tokenizer) {
        QSKIP("there is no such tokenizer among the test data");
    }
    const std::string text = "Hello unbelievable worlds, said Zoe";
    const Encoding numbered = encodeNumberingWords(*tokenizer, text);
    QVERIFY(numbered.ids == tokenizer->encode(text).ids);
    QCOMPARE(*std::ranges::max_element(numbered.wordIds) + 1, words);
    const TextFrame frame = textFrame(*tokenizer);
    const auto special = std::ranges::count(numbered.wordIds, -1);
    QCOMPARE(static_cast<std::size_t>(special), frame.size());
}

void TestWords::frameAndMask_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("mask");
    QTest::addRow("bert") << QByteArray("bert_uncased") << QByteArray("[CLS]") << QByteArray("[SEP]")
                          << QByteArray("[MASK]");
    QTest::addRow("roberta") << QByteArray("roberta") << QByteArray("<s>") << QByteArray("</s>")
                             << QByteArray("<mask>");
    QTest::addRow("xlm-roberta") << QByteArray("xlm_roberta") << QByteArray("<s>") << QByteArray("</s>")
                                 << QByteArray("<mask>");
    QTest::addRow("gpt2") << QByteArray("gpt2") << QByteArray() << QByteArray() << QByteArray();
    QTest::addRow("t5") << QByteArray("t5") << QByteArray() << QByteArray("</s>") << QByteArray();
}

void TestWords::frameAndMask() {
    QFETCH(QByteArray, folder);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, mask);
    const auto tokenizer = load(("tokenizers/" + folder).constData());
    if (!tokenizer) {
        QSKIP("there is no such tokenizer among the test data");
    }
    const auto names = [&](const std::vector<std::int32_t>& ids) {
        QByteArrayList texts;
        for (const std::int32_t id : ids) {
            texts.append(QByteArray::fromStdString(std::string(tokenizer->token(id))));
        }
        return texts.join(' ');
    };
    const TextFrame frame = textFrame(*tokenizer);
    QCOMPARE(names(frame.before), before);
    QCOMPARE(names(frame.after), after);
    QCOMPARE(QByteArray::fromStdString(std::string(tokenizer->token(tokenizer->maskId()))), mask);
    if (mask.isEmpty()) {
        QCOMPARE(tokenizer->maskId(), -1);
    }
}

QTEST_GUILESS_MAIN(TestWords)
#include "test_words.moc"
