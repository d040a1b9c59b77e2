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

QTEST_GUILESS_MAIN(TestBatching)
#include "test_batching.moc"
