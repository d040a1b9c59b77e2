#include <cmath>

#include <QtTest>

#include "backend/analysis/fusion_findings.h"
#include "backend/analysis/seed_spread.h"
#include "backend/storage/fusion_encoding.h"

using namespace awb;

namespace {

FusionProbe probeOf(int places) {
    FusionProbe probe;
    probe.fusion = "a,b";
    probe.adapters = {"a", "b"};
    for (int layer = 0; layer < places; ++layer) {
        probe.places.push_back({layer, Site::FfnOutput});
    }
    return probe;
}

FusionRecord recordOf(std::vector<float> weightsOfA, std::vector<float> entropy) {
    FusionRecord record;
    record.fusion = "a,b";
    for (const float weight : weightsOfA) {
        record.mean.push_back(weight);
        record.mean.push_back(1 - weight);
        record.spread.insert(record.spread.end(), {0.1F, 0.1F});
    }
    record.entropy = std::move(entropy);
    return record;
}

} // namespace

class TestFusionFindings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findings_data();
    void findings();
    void overall();
    void spreadOverSeeds();
    void whatIsAnotherSeed();
    void encodingKeepsShares();
    void damagedBlobsAreRefused();
    void probesComeBack();
};

void TestFusionFindings::findings_data() {
    using Kind = FusionFinding::Kind;
    QTest::addColumn<QList<float>>("weights");
    QTest::addColumn<QList<float>>("entropy");
    QTest::addColumn<QList<int>>("kinds");
    QTest::addColumn<QString>("adapter");
    const auto kind = [](Kind value) { return static_cast<int>(value); };
    QTest::newRow("nothing remarkable")
        << QList<float>{0.3F, 0.7F} << QList<float>{0.8F, 0.8F} << QList<int>{} << QString();
    QTest::newRow("uniform") << QList<float>{0.5F, 0.52F} << QList<float>{0.999F, 0.99F}
                             << QList<int>{kind(Kind::NearUniform)} << QString();
    QTest::newRow("uniform at one place only")
        << QList<float>{0.5F, 0.8F} << QList<float>{0.999F, 0.7F} << QList<int>{} << QString();
    QTest::newRow("one has all") << QList<float>{0.95F, 0.97F} << QList<float>{0.2F, 0.1F}
                                 << QList<int>{kind(Kind::OneForAll), kind(Kind::NeverUsed)}
                                 << QStringLiteral("a");
    QTest::newRow("one has all at one place only")
        << QList<float>{0.95F, 0.5F} << QList<float>{0.2F, 0.9F} << QList<int>{} << QString();
}

void TestFusionFindings::findings() {
    QFETCH(QList<float>, weights);
    QFETCH(QList<float>, entropy);
    QFETCH(QList<int>, kinds);
    QFETCH(QString, adapter);
    const auto found =
        findingsIn(probeOf(static_cast<int>(weights.size())),
                   recordOf({weights.begin(), weights.end()}, {entropy.begin(), entropy.end()}));
    QCOMPARE(static_cast<int>(found.size()), static_cast<int>(kinds.size()));
    for (qsizetype i = 0; i < kinds.size(); ++i) {
        QCOMPARE(static_cast<int>(found[static_cast<std::size_t>(i)].kind), kinds[i]);
    }
    if (!adapter.isEmpty()) {
        QCOMPARE(QString::fromStdString(found.front().adapter), adapter);
        QVERIFY(found.front().lowest <= found.front().highest);
    }
}

void TestFusionFindings::overall() {
    const auto weights = overallWeights(probeOf(2), recordOf({0.2F, 0.6F}, {1, 1}));
    QVERIFY(std::abs(weights[0] - 0.4F) < 1e-6F && std::abs(weights[1] - 0.6F) < 1e-6F);
}

void TestFusionFindings::spreadOverSeeds() {
    const std::vector<FusionRecord> records{recordOf({0.2F}, {0.5F}), recordOf({0.4F}, {0.6F}),
                                            recordOf({0.9F}, {0.1F})};
    const SeedSpread seeds = spreadOver(records);
    QCOMPARE(seeds.runs, std::size_t{3});
    QVERIFY(std::abs(seeds.mean[0] - 0.5F) < 1e-6F);
    QVERIFY(std::abs(seeds.entropy[0] - 0.4F) < 1e-6F);
    // (0.09 + 0.01 + 0.16) / 2 = 0.13
    QVERIFY(std::abs(seeds.deviation[0] - std::sqrt(0.13F)) < 1e-6F);
    QCOMPARE(spreadOver(std::span(records).first(1)).deviation, (std::vector<float>{0.0F, 0.0F}));
}

void TestFusionFindings::whatIsAnotherSeed() {
    const Experiment one = defaultExperiment();
    QVERIFY(!differInSeedAlone(one, one));
    Experiment other = one;
    other.training.seed += 1;
    other.name = "another name";
    other.adapters.front().from = "/somewhere";
    QVERIFY(differInSeedAlone(one, other));
    other.training.learningRate *= 2;
    QVERIFY(!differInSeedAlone(one, other));
}

void TestFusionFindings::encodingKeepsShares() {
    const std::vector<float> shares{0, 1, 0.5F, 1.0F / 3, 0.123456F};
    const auto decoded = storage::decodeShares(storage::encodeShares(shares));
    QVERIFY(decoded.has_value());
    for (std::size_t i = 0; i < shares.size(); ++i) {
        QVERIFY(std::abs((*decoded)[i] - shares[i]) <= 0.5F / 65535 + 1e-7F);
    }
    // What is no share becomes one: numbers outside are cut, NaN is nothing.
    const auto odd = storage::decodeShares(storage::encodeShares(std::vector{-1.0F, 2.0F, std::nanf("")}));
    QVERIFY(*odd == (std::vector{0.0F, 1.0F, 0.0F}));
    FusionRecord record = recordOf({0.25F, 0.5F}, {0.75F, 1.0F});
    FusionRecord back;
    QVERIFY(storage::decodeSummary(storage::encodeSummary(record), 2, 2, back).has_value());
    QVERIFY(std::abs(back.mean[0] - 0.25F) < 1e-4F && std::abs(back.entropy[0] - 0.75F) < 1e-4F);
}

void TestFusionFindings::damagedBlobsAreRefused() {
    QVERIFY(!storage::decodeShares(std::vector<char>(3)));
    FusionRecord record;
    QVERIFY(!storage::decodeSummary(std::vector<char>(10), 2, 2, record));
    QVERIFY(!storage::probeFromText("{"));
    QVERIFY(!storage::probeFromText(R"({"fusion": 3})"));
}

void TestFusionFindings::probesComeBack() {
    FusionProbe probe = probeOf(2);
    probe.places[0].site = Site::AttentionOutput;
    probe.split = "validation";
    probe.seed = 7;
    probe.examples = {1, 5};
    probe.classes = {"x", "ü"};
    probe.classOf = {0, -1};
    probe.texts = {{5, "ü", {"[CLS]", "word", "[SEP]"}}};
    probe.interval = 33;
    const auto back = storage::probeFromText(storage::probeText(probe));
    QVERIFY2(back.has_value(), back ? "" : back.error().message().c_str());
    QVERIFY(*back == probe);
    QCOMPARE(probe.tokens(), std::size_t{3});
}

QTEST_GUILESS_MAIN(TestFusionFindings)
#include "test_fusion_findings.moc"
