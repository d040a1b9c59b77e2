#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <QtTest>

#include "backend/train/batching.h"

using namespace awb;

class TestBatching : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyExampleOnce_data();
    void everyExampleOnce();
    void sameSeedSameBatches();
    void littlePadding();
    void orderedBatchesRise();
    void padding();
    void adapterDropIsUniform();
    void masksFollowTheirShares();
    void masksRepeat();
    void evaluationMasksAreFixed();
    void wholeWordsAreMasked();
    void everyExampleHasAQuestion();
};

namespace {

std::vector<int> someLengths(std::size_t count) {
    std::vector<int> lengths(count);
    for (std::size_t i = 0; i < count; ++i) {
        lengths[i] = static_cast<int>(3 + (i * 7919) % 41);
    }
    return lengths;
}

std::int64_t paddedTokens(const std::vector<ExampleList>& batches, const std::vector<int>& lengths) {
    std::int64_t sum = 0;
    for (const ExampleList& batch : batches) {
        int longest = 0;
        for (const std::size_t example : batch) {
            longest = std::max(longest, lengths[example]);
        }
        sum += static_cast<std::int64_t>(batch.size()) * longest;
    }
    return sum;
}

} // namespace

void TestBatching::everyExampleOnce_data() {
    QTest::addColumn<int>("examples");
    QTest::addColumn<int>("batchSize");
    QTest::newRow("fits") << 64 << 8;
    QTest::newRow("short last batch") << 67 << 8;
    QTest::newRow("fewer than a batch") << 3 << 8;
    QTest::newRow("several pools") << 1000 << 4;
    QTest::newRow("one by one") << 5 << 1;
    QTest::newRow("none") << 0 << 8;
}

void TestBatching::everyExampleOnce() {
    QFETCH(int, examples);
    QFETCH(int, batchSize);
    const std::vector<int> lengths = someLengths(static_cast<std::size_t>(examples));
    for (const auto& batches :
         {trainingBatches(lengths, batchSize, 1, 0), orderedBatches(lengths, batchSize)}) {
        std::multiset<std::size_t> seen;
        int shortBatches = 0;
        for (const ExampleList& batch : batches) {
            QVERIFY(!batch.empty());
            QVERIFY(batch.size() <= static_cast<std::size_t>(batchSize));
            shortBatches += batch.size() < static_cast<std::size_t>(batchSize) ? 1 : 0;
            seen.insert(batch.begin(), batch.end());
        }
        QCOMPARE(seen.size(), lengths.size());
        QCOMPARE(std::set<std::size_t>(seen.begin(), seen.end()).size(), lengths.size());
        QCOMPARE(shortBatches, examples % batchSize == 0 ? 0 : 1);
    }
}

void TestBatching::sameSeedSameBatches() {
    const std::vector<int> lengths = someLengths(200);
    QVERIFY(trainingBatches(lengths, 8, 7, 3) == trainingBatches(lengths, 8, 7, 3));
    QVERIFY(trainingBatches(lengths, 8, 7, 3) != trainingBatches(lengths, 8, 7, 4));
    QVERIFY(trainingBatches(lengths, 8, 7, 3) != trainingBatches(lengths, 8, 8, 3));
    // Seed and epoch are not simply added up.
    QVERIFY(trainingBatches(lengths, 8, 7, 4) != trainingBatches(lengths, 8, 8, 3));
}

void TestBatching::littlePadding() {
    const std::vector<int> lengths = someLengths(4096);
    std::int64_t tokens = 0;
    for (const int length : lengths) {
        tokens += length;
    }
    const double waste = static_cast<double>(paddedTokens(trainingBatches(lengths, 32, 1, 0), lengths)) /
                         static_cast<double>(tokens);
    QVERIFY2(waste < 1.05, qPrintable(QString::number(waste)));
}

void TestBatching::orderedBatchesRise() {
    const std::vector<int> lengths = someLengths(100);
    int before = 0;
    for (const ExampleList& batch : orderedBatches(lengths, 7)) {
        for (const std::size_t example : batch) {
            QVERIFY(lengths[example] >= before);
            before = lengths[example];
        }
    }
}

void TestBatching::padding() {
    TokenizedSplit split;
    split.append(std::array{2, 7, 3}, std::array{0, 0, 0}, 1, 0.5F);
    split.append(std::array{2, 8, 9, 3, 10}, std::array{0, 0, 0, 1, 1}, 0, 0.25F);
    split.append(std::array{2, 3}, std::array{0, 0}, 0, 0.F);
    QCOMPARE(split.size(), std::size_t{3});
    QVERIFY((split.lengths() == std::vector{3, 5, 2}));
    const PaddedBatch batch = padBatch(split, {1, 0}, 99);
    QCOMPARE(batch.rows(), std::int64_t{2});
    QCOMPARE(batch.length, std::int64_t{5});
    QCOMPARE(batch.tokens, std::int64_t{8});
    QVERIFY((batch.ids == std::vector<std::int64_t>{2, 8, 9, 3, 10, 2, 7, 3, 99, 99}));
    QVERIFY((batch.attentionMask == std::vector<std::int64_t>{1, 1, 1, 1, 1, 1, 1, 1, 0, 0}));
    QVERIFY((batch.typeIds == std::vector<std::int64_t>{0, 0, 0, 1, 1, 0, 0, 0, 0, 0}));
}

void TestBatching::adapterDropIsUniform() {
    constexpr int kMost = 3;
    constexpr int kDraws = 4000;
    std::array<int, kMost + 1> counts{};
    for (int step = 1; step <= kDraws; ++step) {
        const int dropped = drawAdapterDrop(5, step, kMost);
        QVERIFY(dropped >= 0 && dropped <= kMost);
        QCOMPARE(drawAdapterDrop(5, step, kMost), dropped);
        ++counts[static_cast<std::size_t>(dropped)];
    }
    // Five standard deviations around a quarter of the draws.
    for (const int count : counts) {
        QVERIFY2(std::abs(count - kDraws / 4) < 137, qPrintable(QString::number(count)));
    }
    QCOMPARE(drawAdapterDrop(5, 1, 0), 0);
}

namespace {

constexpr Masking kMasking{.probability = 0.15, .wholeWords = false, .maskId = 4, .vocabSize = 1000};

/// Blocks of `length` tokens: special ones (2 and 3) around words of `piecesAWord` tokens with ids from 100
/// on.
TokenizedSplit blocks(std::size_t count, int length, int piecesAWord = 1) {
    TokenizedSplit split;
    for (std::size_t block = 0; block < count; ++block) {
        std::vector<std::int32_t> ids{2};
        split.words.push_back(-1);
        for (int i = 0; i < length - 2; ++i) {
            ids.push_back(100 + i);
            split.words.push_back(i / piecesAWord);
        }
        ids.push_back(3);
        split.words.push_back(-1);
        split.append(ids, std::vector<std::int32_t>(ids.size(), 0), -1, 0);
    }
    return split;
}

ExampleList firstExamples(std::size_t count) {
    ExampleList list(count);
    for (std::size_t i = 0; i < count; ++i) {
        list[i] = i;
    }
    return list;
}

} // namespace

void TestBatching::masksFollowTheirShares() {
    constexpr std::size_t kBlocks = 400;
    constexpr int kLength = 52;
    const TokenizedSplit split = blocks(kBlocks, kLength);
    PaddedBatch batch = padBatch(split, firstExamples(kBlocks), 0);
    const std::vector<std::int64_t> before = batch.ids;
    maskForTraining(batch, split, kMasking, 7, 3);
    int chosen = 0;
    int masked = 0;
    int kept = 0;
    std::set<std::int64_t> others;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (batch.tokenLabels[i] == kIgnoredLabel) {
            QCOMPARE(batch.ids[i], before[i]);
            continue;
        }
        QVERIFY(before[i] >= 100); // no special token
        QCOMPARE(batch.tokenLabels[i], before[i]);
        ++chosen;
        if (batch.ids[i] == kMasking.maskId) {
            ++masked;
        } else if (batch.ids[i] == before[i]) {
            ++kept;
        } else {
            others.insert(batch.ids[i]);
            QVERIFY(batch.ids[i] >= 0 && batch.ids[i] < kMasking.vocabSize);
        }
    }
    // Within five standard deviations of 15 % of 20,000 tokens, and of 80 and 10 % of these.
    QVERIFY2(std::abs(chosen - 3000) < 253, qPrintable(QString::number(chosen)));
    QVERIFY2(std::abs(masked - 0.8 * chosen) < 110, qPrintable(QString::number(masked)));
    QVERIFY2(std::abs(kept - 0.1 * chosen) < 83, qPrintable(QString::number(kept)));
    QVERIFY(others.size() > 150);
}

void TestBatching::masksRepeat() {
    const TokenizedSplit split = blocks(8, 40);
    const auto masked = [&](std::uint64_t seed, std::int64_t step) {
        PaddedBatch batch = padBatch(split, firstExamples(8), 0);
        maskForTraining(batch, split, kMasking, seed, step);
        return batch.ids;
    };
    QVERIFY(masked(1, 5) == masked(1, 5));
    QVERIFY(masked(1, 5) != masked(1, 6));
    QVERIFY(masked(1, 5) != masked(2, 5));
}

void TestBatching::evaluationMasksAreFixed() {
    const TokenizedSplit split = blocks(6, 30);
    PaddedBatch all = padBatch(split, firstExamples(6), 0);
    maskForEvaluation(all, split, kMasking, 3);
    // The same example asks the same in another batch.
    PaddedBatch one = padBatch(split, {4}, 0);
    maskForEvaluation(one, split, kMasking, 3);
    QVERIFY(std::equal(one.ids.begin(), one.ids.end(), all.ids.begin() + 4 * 30));
    QVERIFY(std::equal(one.tokenLabels.begin(), one.tokenLabels.end(), all.tokenLabels.begin() + 4 * 30));
    PaddedBatch other = padBatch(split, {4}, 0);
    maskForEvaluation(other, split, kMasking, 4);
    QVERIFY(other.ids != one.ids);
    PaddedBatch training = padBatch(split, {4}, 0);
    maskForTraining(training, split, kMasking, 3, 4);
    QVERIFY(training.ids != one.ids);
}

void TestBatching::wholeWordsAreMasked() {
    const TokenizedSplit split = blocks(50, 62, 3);
    Masking masking = kMasking;
    masking.wholeWords = true;
    PaddedBatch batch = padBatch(split, firstExamples(50), 0);
    maskForTraining(batch, split, masking, 1, 1);
    int words = 0;
    for (std::size_t row = 0; row < 50; ++row) {
        for (std::size_t word = 0; word < 20; ++word) {
            const std::size_t cell = row * 62 + 1 + word * 3;
            const bool first = batch.tokenLabels[cell] != kIgnoredLabel;
            QCOMPARE(batch.tokenLabels[cell + 1] != kIgnoredLabel, first);
            QCOMPARE(batch.tokenLabels[cell + 2] != kIgnoredLabel, first);
            words += first ? 1 : 0;
        }
    }
    QVERIFY2(std::abs(words - 150) < 57, qPrintable(QString::number(words)));
}

void TestBatching::everyExampleHasAQuestion() {
    const TokenizedSplit split = blocks(200, 3); // one word each
    PaddedBatch batch = padBatch(split, firstExamples(200), 0);
    maskForEvaluation(batch, split, kMasking, 1);
    QCOMPARE(
        std::ranges::count_if(batch.tokenLabels, [](std::int64_t label) { return label != kIgnoredLabel; }),
        200);
    QCOMPARE(batch.askedTokens.value().size(), 200U);
    // Nothing but special tokens: nothing to ask, and no harm done.
    const TokenizedSplit empty = blocks(1, 2);
    PaddedBatch none = padBatch(empty, {0}, 0);
    maskForTraining(none, empty, kMasking, 1, 1);
    QVERIFY((none.ids == std::vector<std::int64_t>{2, 3}));
    QVERIFY(none.askedTokens.value().empty());
}

QTEST_GUILESS_MAIN(TestBatching)
#include "test_batching.moc"
