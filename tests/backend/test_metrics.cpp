#include <algorithm>
#include <cmath>
#include <vector>

#include <QtTest>

#include "backend/train/metrics.h"

using namespace awb;

/// All expected numbers were worked out by hand from the definitions.
class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void classification_data();
    void classification();
    void undefinedWithoutExamples();
    void regression_data();
    void regression();
    void multiLabel_data();
    void multiLabel();
    void multiLabelTiesAndUnknown();
    void entities_data();
    void entities();
    void tagsWithoutEntities();
    void maskedTokens();
    void mainMetrics();
};

namespace {

bool near(double actual, double expected) {
    return std::isnan(expected) ? std::isnan(actual) : std::fabs(actual - expected) < 1e-9;
}

} // namespace

void TestMetrics::classification_data() {
    QTest::addColumn<std::vector<int>>("labels");
    QTest::addColumn<std::vector<int>>("predictions");
    QTest::addColumn<double>("accuracyValue");
    QTest::addColumn<double>("f1");
    QTest::addColumn<double>("mcc");

    QTest::newRow("perfect") << std::vector{0, 1, 2, 1} << std::vector{0, 1, 2, 1} << 1.0 << 1.0 << 1.0;
    // Binary with tp 2, tn 1, fp 1, fn 1: F1 of class 1 is 4/6, of class 0 2/4; MCC = (2 * 1 - 1 * 1) / 6.
    QTest::newRow("binary") << std::vector{1, 1, 1, 0, 0} << std::vector{1, 1, 0, 1, 0} << 0.6
                            << (4.0 / 6.0 + 0.5) / 2.0 << 1.0 / 6.0;
    // Three classes: counts of labels 2, 2, 2, of predictions 3, 2, 1; four correct.
    // Rk = (4 * 6 - 12) / sqrt((36 - 14) * (36 - 12)).
    QTest::newRow("three classes") << std::vector{0, 0, 1, 1, 2, 2} << std::vector{0, 0, 1, 0, 2, 1}
                                   << 4.0 / 6.0 << (2.0 * 2 / 5 + 2.0 * 1 / 4 + 2.0 * 1 / 3) / 3.0
                                   << 12.0 / std::sqrt(22.0 * 24.0);
    QTest::newRow("always the same answer")
        << std::vector{0, 1, 0, 1} << std::vector{0, 0, 0, 0} << 0.5 << (4.0 / 6.0 + 0.0) / 2.0 << 0.0;
    QTest::newRow("all wrong") << std::vector{0, 1} << std::vector{1, 0} << 0.0 << 0.0 << -1.0;
    // A label that train does not know is wrong whatever is answered, and no class of its own.
    QTest::newRow("unknown label") << std::vector{0, -1, 1, 1} << std::vector{0, 1, 1, 1} << 0.75
                                   << (1.0 + 4.0 / 5.0) / 2.0
                                   << (3.0 * 4 - (1 * 1 + 2 * 3)) / std::sqrt((16.0 - 10.0) * (16.0 - 6.0));
    QTest::newRow("predicted but never meant")
        << std::vector{0, 0} << std::vector{0, 1} << 0.5 << (2.0 / 3.0 + 0.0) / 2.0 << 0.0;
}

void TestMetrics::classification() {
    QFETCH(std::vector<int>, labels);
    QFETCH(std::vector<int>, predictions);
    QFETCH(double, accuracyValue);
    QFETCH(double, f1);
    QFETCH(double, mcc);
    auto metrics = classificationMetrics(labels, predictions);
    QVERIFY2(near(metrics["accuracy"], accuracyValue),
             qPrintable(QString::number(metrics["accuracy"], 'g', 12)));
    QVERIFY2(near(metrics["macro_f1"], f1), qPrintable(QString::number(metrics["macro_f1"], 'g', 12)));
    QVERIFY2(near(metrics["mcc"], mcc), qPrintable(QString::number(metrics["mcc"], 'g', 12)));
}

void TestMetrics::undefinedWithoutExamples() {
    QVERIFY(std::isnan(accuracy({}, {})));
    QVERIFY(std::isnan(macroF1({}, {})));
    QVERIFY(std::isnan(matthewsCorrelation({}, {})));
    QVERIFY(std::isnan(pearson({}, {})));
}

void TestMetrics::regression_data() {
    QTest::addColumn<std::vector<float>>("targets");
    QTest::addColumn<std::vector<float>>("predictions");
    QTest::addColumn<double>("linear");
    QTest::addColumn<double>("rank");

    QTest::newRow("straight line") << std::vector{1.F, 2.F, 3.F} << std::vector{3.F, 5.F, 7.F} << 1.0 << 1.0;
    QTest::newRow("falling") << std::vector{1.F, 2.F, 3.F} << std::vector{0.F, -1.F, -2.F} << -1.0 << -1.0;
    // Deviations -1, 0, 1 and -3, -2, 5: covariance 8, variances 2 and 38.
    QTest::newRow("monotone, not linear")
        << std::vector{1.F, 2.F, 3.F} << std::vector{1.F, 2.F, 9.F} << 8.0 / std::sqrt(76.0) << 1.0;
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
    QTest::newRow("ties") << std::vector{1.F, 2.F, 2.F, 3.F} << std::vector{1.F, 2.F, 3.F, 4.F}
                          << 3.0 / std::sqrt(2.0 * 5.0) << 4.5 / std::sqrt(22.5);
    QTest::newRow("constant prediction")
        << std::vector{1.F, 2.F, 3.F} << std::vector{5.F, 5.F, 5.F} << std::nan("") << std::nan("");
    QTest::newRow("one example") << std::vector{1.F} << std::vector{1.F} << std::nan("") << std::nan("");
}

void TestMetrics::regression() {
    QFETCH(std::vector<float>, targets);
    QFETCH(std::vector<float>, predictions);
    QFETCH(double, linear);
    QFETCH(double, rank);
    auto metrics = regressionMetrics(targets, predictions);
    QVERIFY2(near(metrics["pearson"], linear), qPrintable(QString::number(metrics["pearson"], 'g', 12)));
    QVERIFY2(near(metrics["spearman"], rank), qPrintable(QString::number(metrics["spearman"], 'g', 12)));
}

void TestMetrics::multiLabel_data() {
    QTest::addColumn<std::vector<int>>("targets"); // rows of three labels
    QTest::addColumn<std::vector<float>>("scores");
    QTest::addColumn<double>("micro");
    QTest::addColumn<double>("macro");
    QTest::addColumn<double>("subset");
    QTest::addColumn<double>("lrap");
    QTest::newRow("perfect") << std::vector{1, 0, 1, 0, 1, 0} << std::vector{2.F, -1.F, 1.F, -3.F, 4.F, -1.F}
                             << 1.0 << 1.0 << 1.0 << 1.0;
    // Row 1 means 0 and 2 and gets 0 and 1; row 2 means 1 and gets 1 and 2.
    // All: 2 right, 3 meant, 4 predicted. By label: 1/1/1, 1 right of 1 meant and 2 predicted, none of 1
    // and 1. Ranks: row 1 has 0 at rank 1 and 2 at rank 3: (1/1 + 2/3) / 2; row 2 has 1 at rank 2: 1/2.
    QTest::newRow("mixed") << std::vector{1, 0, 1, 0, 1, 0} << std::vector{3.F, 2.F, -1.F, -5.F, 1.F, 2.F}
                           << 4.0 / 7.0 << (1.0 + 2.0 / 3.0 + 0.0) / 3.0 << 0.0 << (5.0 / 6.0 + 0.5) / 2.0;
    // Nothing meant, nothing predicted: right as a set, without a ranking to fail.
    QTest::newRow("no labels") << std::vector{0, 0, 0} << std::vector{-1.F, -2.F, -3.F} << 0.0 << 0.0 << 1.0
                               << 1.0;
    QTest::newRow("zero is not predicted")
        << std::vector{1, 0, 0} << std::vector{0.F, -1.F, -1.F} << 0.0 << 0.0 << 0.0 << 1.0;
    QTest::newRow("no rows") << std::vector<int>{} << std::vector<float>{} << std::nan("") << std::nan("")
                             << std::nan("") << std::nan("");
}

void TestMetrics::multiLabel() {
    QFETCH(std::vector<int>, targets);
    QFETCH(std::vector<float>, scores);
    QFETCH(double, micro);
    QFETCH(double, macro);
    QFETCH(double, subset);
    QFETCH(double, lrap);
    const std::vector<std::uint8_t> bits(targets.begin(), targets.end());
    auto metrics = multiLabelMetrics({.labels = 3, .targets = bits, .scores = scores, .unknown = {}});
    QVERIFY2(near(metrics["micro_f1"], micro), qPrintable(QString::number(metrics["micro_f1"], 'g', 12)));
    QVERIFY2(near(metrics["macro_f1"], macro), qPrintable(QString::number(metrics["macro_f1"], 'g', 12)));
    QVERIFY2(near(metrics["subset_accuracy"], subset),
             qPrintable(QString::number(metrics["subset_accuracy"], 'g', 12)));
    QVERIFY2(near(metrics["lrap"], lrap), qPrintable(QString::number(metrics["lrap"], 'g', 12)));
    QCOMPARE(metrics.size(), std::size_t(4));
}

void TestMetrics::multiLabelTiesAndUnknown() {
    const std::vector<std::uint8_t> targets{1, 0, 0, 0, 1, 0};
    // Row 1: the label shares the first place with another one, so its rank is 2. Row 2: right, but the
    // example has a label more that nobody can predict.
    const std::vector<float> scores{1.F, 1.F, -1.F, -1.F, 1.F, -1.F};
    const std::vector<int> unknown{0, 1};
    auto metrics = multiLabelMetrics({.labels = 3, .targets = targets, .scores = scores, .unknown = unknown});
    QVERIFY(near(metrics["lrap"], (0.5 + 0.5) / 2));
    QVERIFY(near(metrics["subset_accuracy"], 0.0));
    QVERIFY(near(metrics["micro_f1"], 2.0 * 2 / (3 + 3)));
}

void TestMetrics::entities_data() {
    QTest::addColumn<QByteArrayList>("labels"); // sentences
    QTest::addColumn<QByteArrayList>("predictions");
    QTest::addColumn<double>("precision");
    QTest::addColumn<double>("recall");
    QTest::addColumn<double>("accuracyValue");
    QTest::newRow("perfect") << QByteArrayList{"O B-PER I-PER", "B-LOC"}
                             << QByteArrayList{"O B-PER I-PER", "B-LOC"} << 1.0 << 1.0 << 1.0;
    QTest::newRow("half an entity is none")
        << QByteArrayList{"B-PER I-PER O"} << QByteArrayList{"B-PER O O"} << 0.0 << 0.0 << 2.0 / 3;
    QTest::newRow("wrong type") << QByteArrayList{"B-PER O B-LOC"} << QByteArrayList{"B-LOC O B-LOC"} << 0.5
                                << 0.5 << 2.0 / 3;
    QTest::newRow("found too much") << QByteArrayList{"B-PER O O O"} << QByteArrayList{"B-PER O B-PER B-LOC"}
                                    << 1.0 / 3 << 1.0 << 0.5;
    // The same entity although the tags differ: I after O begins one.
    QTest::newRow("ill-formed answer")
        << QByteArrayList{"O B-PER I-PER"} << QByteArrayList{"O I-PER I-PER"} << 1.0 << 1.0 << 2.0 / 3;
    // B I I against B I B: one entity of three words against one of two and one of one.
    QTest::newRow("split entity") << QByteArrayList{"B-PER I-PER I-PER"}
                                  << QByteArrayList{"B-PER I-PER B-PER"} << 0.0 << 0.0 << 2.0 / 3;
    QTest::newRow("type changes inside") << QByteArrayList{"B-PER B-LOC I-LOC"}
                                         << QByteArrayList{"B-PER I-LOC I-LOC"} << 1.0 << 1.0 << 2.0 / 3;
    QTest::newRow("entities end with the sentence")
        << QByteArrayList{"O B-PER", "I-PER O"} << QByteArrayList{"O B-PER", "O O"} << 1.0 << 0.5 << 0.75;
    QTest::newRow("nothing found") << QByteArrayList{"B-PER O"} << QByteArrayList{"O O"} << 0.0 << 0.0 << 0.5;
    QTest::newRow("nothing there") << QByteArrayList{"O O"} << QByteArrayList{"O O"} << 0.0 << 0.0 << 1.0;
    QTest::newRow("bioes") << QByteArrayList{"S-PER O B-LOC I-LOC E-LOC"}
                           << QByteArrayList{"S-PER O B-LOC E-LOC S-LOC"} << 1.0 / 3 << 0.5 << 3.0 / 5;
    QTest::newRow("iob1") << QByteArrayList{"I-PER B-PER O"} << QByteArrayList{"I-PER I-PER O"} << 0.0 << 0.0
                          << 2.0 / 3;
    // "-" is not scored: what stands on both sides of it meets.
    QTest::newRow("not scored") << QByteArrayList{"B-PER - I-PER"} << QByteArrayList{"B-PER O I-PER"} << 1.0
                                << 1.0 << 1.0;
}

void TestMetrics::entities() {
    QFETCH(QByteArrayList, labels);
    QFETCH(QByteArrayList, predictions);
    QFETCH(double, precision);
    QFETCH(double, recall);
    QFETCH(double, accuracyValue);
    std::vector<std::string> tags;
    const auto idOf = [&tags](const QByteArray& tag) {
        const auto found = std::find(tags.begin(), tags.end(), tag.toStdString());
        const auto id = static_cast<int>(found - tags.begin());
        if (found == tags.end()) {
            tags.push_back(tag.toStdString());
        }
        return id;
    };
    std::vector<int> meant;
    std::vector<int> answered;
    std::vector<std::size_t> offsets{0};
    for (qsizetype i = 0; i < labels.size(); ++i) {
        for (const QByteArray& tag : labels[i].split(' ')) {
            meant.push_back(tag == "-" ? -100 : idOf(tag));
        }
        for (const QByteArray& tag : predictions[i].split(' ')) {
            answered.push_back(idOf(tag));
        }
        offsets.push_back(meant.size());
    }
    auto metrics = tagMetrics({.labels = meant,
                               .predictions = answered,
                               .offsets = offsets,
                               .tags = tags,
                               .scheme = TagScheme::Bio});
    const double f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0.0;
    QVERIFY2(near(metrics["entity_precision"], precision),
             qPrintable(QString::number(metrics["entity_precision"])));
    QVERIFY2(near(metrics["entity_recall"], recall), qPrintable(QString::number(metrics["entity_recall"])));
    QVERIFY2(near(metrics["entity_f1"], f1), qPrintable(QString::number(metrics["entity_f1"])));
    QVERIFY2(near(metrics["accuracy"], accuracyValue), qPrintable(QString::number(metrics["accuracy"])));
    QVERIFY(!metrics.contains("macro_f1"));
}

void TestMetrics::tagsWithoutEntities() {
    const std::vector<int> labels{-100, 0, 1, -100, 1, 2};
    const std::vector<int> predictions{5, 0, 1, 1, 0, 1}; // 2: a tag that can't be predicted
    const std::vector<std::size_t> offsets{0, 4, 6};
    const std::vector<std::string> tags{"NOUN", "VERB", "ADJ"};
    auto metrics = tagMetrics({.labels = labels,
                               .predictions = predictions,
                               .offsets = offsets,
                               .tags = tags,
                               .scheme = TagScheme::None});
    QVERIFY(near(metrics["accuracy"], 0.5));
    // NOUN: 1 right of 1 and 2; VERB: 1 of 2 and 2; ADJ: none of 1.
    QVERIFY(near(metrics["macro_f1"], (2.0 / 3 + 0.5 + 0.0) / 3));
    QCOMPARE(metrics.size(), std::size_t(2));
}

void TestMetrics::maskedTokens() {
    auto metrics = maskedLmMetrics(std::log(8.0), 3, 12);
    QVERIFY(near(metrics["accuracy"], 0.25));
    QVERIFY(near(metrics["perplexity"], 8.0));
    QVERIFY(std::isnan(maskedLmMetrics(0, 0, 0)["perplexity"]));
}

void TestMetrics::mainMetrics() {
    QCOMPARE(mainMetricOf(HeadType::MultiLabel), std::string("micro_f1"));
    QCOMPARE(mainMetricOf(HeadType::Tagging), std::string("accuracy"));
    QCOMPARE(mainMetricOf(HeadType::Tagging, TagScheme::Bio), std::string("entity_f1"));
    QCOMPARE(mainMetricOf(HeadType::MaskedLm), std::string("accuracy"));
    QCOMPARE(mainMetricOf(HeadType::Classification), std::string("accuracy"));
    QCOMPARE(mainMetricOf(HeadType::Regression), std::string("pearson"));
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "test_metrics.moc"
