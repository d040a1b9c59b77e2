#include <algorithm>
#include <filesystem>

#include <QTest>

#include "backend/train/tokenize_data.h"

using namespace awb;

namespace {

std::shared_ptr<const Tokenizer> tiny() {
    const auto tokenizer = loadTokenizer(std::filesystem::path(AWB_TEST_DATA) / "tiny-bert");
    return tokenizer ? *tokenizer : nullptr;
}

QByteArray tokens(const TokenizedSplit& split, std::size_t example) {
    const auto tokenizer = tiny();
    QByteArrayList texts;
    for (std::size_t i = split.offsets[example]; i < split.offsets[example + 1]; ++i) {
        texts.append(QByteArray::fromStdString(std::string(tokenizer->token(split.ids[i]))));
    }
    return texts.join(' ');
}

template<typename T>
QByteArray numbers(const std::vector<T>& values, std::size_t begin, std::size_t end) {
    QByteArrayList texts;
    for (std::size_t i = begin; i < end; ++i) {
        texts.append(QByteArray::number(static_cast<int>(values[i])));
    }
    return texts.join(' ');
}

Example text(const char* content, bool startsDocument = true) {
    Example example;
    example.text = content;
    example.startsDocument = startsDocument;
    return example;
}

Dataset dataset(HeadType task, std::vector<Example> train, std::vector<std::string> labels = {}) {
    Dataset data;
    data.name = "test data";
    data.task = task;
    data.labels = std::move(labels);
    data.splits.push_back({.name = "train", .examples = std::move(train)});
    return data;
}

Result<TokenizedData> tokenize(const Dataset& data, int maxLength) {
    return tokenizeData(data, *tiny(), maxLength, [](double) {});
}

} // namespace

class TestTokenizeData : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstTokensCarryTheTags();
    void lostWordsAreSaid();
    void labelsBecomeRows();
    void classesWithoutLabelAreLeftOut();
    void textsFillBlocks_data();
    void textsFillBlocks();
    void wordNumbersHoldInBlocks();
    void progressRises();
    void nothingToTrainOn();
    void padBatchCarriesTags();
};

void TestTokenizeData::firstTokensCarryTheTags() {
    Example example;
    example.words = {"the", "dogs", "a.b", "sits"};
    example.tags = {0, 1, kNoTag, 2};
    const Dataset data =
        dataset(HeadType::Tagging, {example}, {"DET", "NOUN"}); // 2: a tag train doesn't have
    const auto result = tokenize(data, 64);
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    const TokenizedSplit& split = result->splits[0];
    QCOMPARE(tokens(split, 0), QByteArray("[CLS] the dog ##s a . b sits [SEP]"));
    QCOMPARE(numbers(split.tokenLabels, 0, split.ids.size()),
             QByteArray("-100 0 1 -100 -100 -100 -100 2 -100"));
    QCOMPARE(split.numLabels, 2);
    QVERIFY(result->warnings.empty());
}

void TestTokenizeData::lostWordsAreSaid() {
    Example example;
    example.words = {"the", "dog", "sits", "the", "\xC2\xAD", "cat"};
    example.tags = {0, 1, 2, 0, 1, kNoTag};
    const auto result = tokenize(dataset(HeadType::Tagging, {example}, {"DET", "NOUN", "VERB"}), 5);
    QVERIFY(result);
    QCOMPARE(tokens(result->splits[0], 0), QByteArray("[CLS] the dog sits [SEP]"));
    // The second "the" and the soft hyphen; the last word has no tag that could be lost.
    QCOMPARE(result->warnings.size(), std::size_t(1));
    QVERIFY(result->warnings[0].starts_with("2 tagged words of train have no token"));
}

void TestTokenizeData::labelsBecomeRows() {
    Example first = text("the dog");
    first.labels = {0, 2};
    Example second = text("the cat");
    second.unknownLabels = 2;
    const auto result = tokenize(dataset(HeadType::MultiLabel, {first, second}, {"a", "b", "c"}), 64);
    QVERIFY(result);
    const TokenizedSplit& split = result->splits[0];
    QVERIFY((split.multiHot == std::vector<std::uint8_t>{1, 0, 1, 0, 0, 0}));
    QVERIFY((split.unknownLabels == std::vector{0, 2}));
    QCOMPARE(split.numLabels, 3);
}

void TestTokenizeData::classesWithoutLabelAreLeftOut() {
    Example known = text("the dog");
    known.label = 0;
    Dataset data = dataset(HeadType::Classification, {text("the cat"), known}, {"a"});
    data.splits.push_back({.name = "test", .examples = {text("the cat")}});
    const auto result = tokenize(data, 64);
    QVERIFY(result);
    QCOMPARE(result->splits[0].size(), std::size_t(1));
    QCOMPARE(result->splits[1].size(), std::size_t(1));
    QCOMPARE(result->warnings.size(), std::size_t(1));
}

void TestTokenizeData::textsFillBlocks_data() {
    QTest::addColumn<QByteArrayList>("texts"); // "+" in front: goes on from the one before
    QTest::addColumn<int>("maxLength");
    QTest::addColumn<QByteArrayList>("blocks");
    QTest::addRow("one document") << QByteArrayList{"the dog sits", "+the cat"} << 6
                                  << QByteArrayList{"[CLS] the dog sits the [SEP]", "[CLS] cat [SEP]"};
    QTest::addRow("documents are parted") << QByteArrayList{"the dog", "the cat sits"} << 8
                                          << QByteArrayList{"[CLS] the dog [SEP] the cat sits [SEP]"};
    QTest::addRow("a full block needs no parting")
        << QByteArrayList{"the dog", "the cat"} << 4
        << QByteArrayList{"[CLS] the dog [SEP]", "[CLS] the cat [SEP]"};
    QTest::addRow("long text") << QByteArrayList{"the dog sits on the table"} << 4
                               << QByteArrayList{"[CLS] the dog [SEP]", "[CLS] sits on [SEP]",
                                                 "[CLS] the table [SEP]"};
    QTest::addRow("exactly one block")
        << QByteArrayList{"the dog"} << 4 << QByteArrayList{"[CLS] the dog [SEP]"};
    QTest::addRow("text without tokens at the end")
        << QByteArrayList{"the dog", "\xC2\xAD"} << 4 << QByteArrayList{"[CLS] the dog [SEP]"};
    QTest::addRow("hardly any room") << QByteArrayList{"the dog"} << 3
                                     << QByteArrayList{"[CLS] the [SEP]", "[CLS] dog [SEP]"};
}

void TestTokenizeData::textsFillBlocks() {
    QFETCH(QByteArrayList, texts);
    QFETCH(int, maxLength);
    QFETCH(QByteArrayList, blocks);
    std::vector<Example> examples;
    for (const QByteArray& item : texts) {
        const bool goesOn = item.startsWith('+');
        examples.push_back(text(goesOn ? item.constData() + 1 : item.constData(), !goesOn));
    }
    const auto result = tokenize(dataset(HeadType::MaskedLm, examples), maxLength);
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    QByteArrayList found;
    for (std::size_t i = 0; i < result->splits[0].size(); ++i) {
        found.append(tokens(result->splits[0], i));
    }
    QCOMPARE(found, blocks);
    QCOMPARE(result->splits[0].words.size(), result->splits[0].ids.size());
    QCOMPARE(result->splits[0].labels.size(), result->splits[0].size());
}

void TestTokenizeData::wordNumbersHoldInBlocks() {
    const auto result = tokenize(dataset(HeadType::MaskedLm, {text("dogs, the"), text("dogs")}), 64);
    QVERIFY(result);
    const TokenizedSplit& split = result->splits[0];
    QCOMPARE(tokens(split, 0), QByteArray("[CLS] dog ##s , the [SEP] dog ##s [SEP]"));
    QCOMPARE(numbers(split.words, 0, split.ids.size()), QByteArray("-1 0 0 1 2 -1 3 3 -1"));
}

void TestTokenizeData::progressRises() {
    std::vector<Example> examples(1000, text("the dog"));
    double last = 0;
    int calls = 0;
    const auto result =
        tokenizeData(dataset(HeadType::MaskedLm, examples), *tiny(), 16, [&](double fraction) {
            QVERIFY(fraction > last && fraction <= 1);
            last = fraction;
            ++calls;
        });
    QVERIFY(result);
    QCOMPARE(calls, 4);
}

void TestTokenizeData::nothingToTrainOn() {
    const auto unlabelled = tokenize(dataset(HeadType::Classification, {text("the dog")}, {"a"}), 16);
    QVERIFY(!unlabelled);
    QCOMPARE(unlabelled.error().what, std::string("there is no example to train on"));
    QVERIFY(!tokenize(dataset(HeadType::MaskedLm, {text("\xC2\xAD")}), 16));
}

void TestTokenizeData::padBatchCarriesTags() {
    Example first;
    first.words = {"the", "dog"};
    first.tags = {0, 1};
    Example second;
    second.words = {"sits"};
    second.tags = {2}; // train does not have it
    const auto result = tokenize(dataset(HeadType::Tagging, {first, second}, {"DET", "NOUN"}), 16);
    QVERIFY(result);
    const PaddedBatch batch = padBatch(result->splits[0], {1, 0}, 0);
    QVERIFY((batch.tokenLabels == std::vector<std::int64_t>{-100, -100, -100, -100, -100, 0, 1, -100}));
    QVERIFY(padBatch(TokenizedSplit{}, {}, 0).tokenLabels.empty());
}

QTEST_GUILESS_MAIN(TestTokenizeData)
#include "test_tokenize_data.moc"
