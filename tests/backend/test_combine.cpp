#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <QTest>

#include "backend/checkpoint/combine.h"
#include "tests/backend/fixture_copy.h"
#include "tests/backend/weights_table.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

using Table = std::map<std::string, Values>;

nlohmann::json readJson(const fs::path& file) {
    nlohmann::json json;
    std::ifstream(file) >> json;
    return json;
}

Combination combinationOf(const FixtureCopy& copy, const std::vector<double>& weights,
                          CombineOptions options = {}) {
    Combination combination;
    combination.base = copy.base();
    const char* names[] = {"a", "b", "c"};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        combination.terms.push_back({copy.folder() / "adapters" / names[i], weights[i]});
    }
    combination.options = options;
    combination.to = copy.root() / "sum";
    combination.newName = "sum";
    return combination;
}

Table tableOf(const FixtureCopy& copy, const std::string& adapter) {
    return readValues(copy.folder() / "adapters" / adapter / "adapter.safetensors");
}

Table resultOf(const Combination& combination) {
    return readValues(combination.to / "adapter.safetensors");
}

std::string renamed(std::string name, const std::string& to) {
    for (const std::string kind : {".adapters.", ".loras."}) {
        if (const std::size_t at = name.find(kind + "sum."); at != std::string::npos) {
            name.replace(at + kind.size(), 3, to);
        }
    }
    return name;
}

QString problem(const Result<std::vector<std::string>>& done) {
    return done ? QString() : QString::fromStdString(done.error().message());
}

/// The largest difference between (B A) of the combined pairs and the weighted sum of the terms' products.
double worstDelta(const FixtureCopy& copy, const Table& combined, const std::vector<double>& weights,
                  double combinedScaling) {
    double worst = 0;
    for (const auto& [name, a] : combined) {
        if (!name.ends_with("lora_A")) {
            continue;
        }
        const std::string b = name.substr(0, name.size() - 1) + "B";
        std::vector<double> delta = product(combined.at(b), a);
        std::ranges::for_each(delta, [&](double& value) { value *= combinedScaling; });
        const char* adapters[] = {"a", "b"};
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const Table term = tableOf(copy, adapters[i]);
            const std::vector<double> part =
                product(term.at(renamed(b, adapters[i])), term.at(renamed(name, adapters[i])));
            for (std::size_t k = 0; k < delta.size(); ++k) {
                delta[k] -= weights[i] * part[k];
            }
        }
        for (const double value : delta) {
            worst = std::max(worst, std::abs(value));
        }
    }
    return worst;
}

} // namespace

/// Adapter arithmetic on folders of the fixtures, whose weights are large and random.
class TestCombine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightedSumOfEveryTensor_data();
    void weightedSumOfEveryTensor();
    void loraExactly_data();
    void loraExactly();
    void svdOfALowRankIsTheBest();
    void negateB();
    void otherSizesOnlyWhereExact();
    void normalising();
    void whatCantBeCombined_data();
    void whatCantBeCombined();
};

void TestCombine::weightedSumOfEveryTensor_data() {
    QTest::addColumn<QString>("fixture");
    QTest::addColumn<QList<double>>("weights");
    QTest::newRow("average") << QStringLiteral("bert_fuse_dynamic")
                             << QList<double>{1 / 3.0, 1 / 3.0, 1 / 3.0};
    QTest::newRow("difference") << QStringLiteral("bert_fuse_dynamic") << QList<double>{1, -1};
    QTest::newRow("one, scaled") << QStringLiteral("bert_pfeiffer") << QList<double>{0.5};
    QTest::newRow("lora") << QStringLiteral("new_bert_lora_average") << QList<double>{0.25, 0.75};
    QTest::newRow("prefixes") << QStringLiteral("bert_prefix") << QList<double>{2};
}

void TestCombine::weightedSumOfEveryTensor() {
    QFETCH(QString, fixture);
    QFETCH(QList<double>, weights);
    const FixtureCopy copy(fixture.toStdString());
    const Combination combination = combinationOf(copy, {weights.begin(), weights.end()});
    const auto done = combineFolders(combination);
    QVERIFY2(done.has_value(), qPrintable(problem(done)));
    QCOMPARE(readJson(combination.to / "adapter_config.json")["name"].get<std::string>(), std::string("sum"));
    const Table combined = resultOf(combination);
    QVERIFY(!combined.empty());
    std::vector<Table> terms;
    for (const char* name : {"a", "b", "c"}) {
        terms.push_back(tableOf(copy, name));
    }
    std::size_t compared = 0;
    for (const auto& [name, values] : combined) {
        for (std::size_t k = 0; k < values.numbers.size(); ++k) {
            double expected = 0;
            for (qsizetype i = 0; i < weights.size(); ++i) {
                const std::string own =
                    QString::fromStdString(name)
                        .replace(QStringLiteral(".sum."),
                                 QStringLiteral(".%1.").arg(QChar('a' + static_cast<char>(i))))
                        .toStdString();
                const auto found = terms[static_cast<std::size_t>(i)].find(own);
                QVERIFY2(found != terms[static_cast<std::size_t>(i)].end(), own.c_str());
                expected += weights[i] * found->second.numbers[k];
            }
            if (std::abs(values.numbers[k] - expected) > 1e-6 * (1 + std::abs(expected))) {
                QFAIL(name.c_str());
            }
            ++compared;
        }
    }
    QVERIFY(compared > 100);
}

void TestCombine::loraExactly_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<int>("rank");
    QTest::addColumn<int>("expectedRank");
    QTest::newRow("concatenate") << QStringLiteral("concatenate") << 0 << 8;
    QTest::newRow("svd of the full rank") << QStringLiteral("svd") << 8 << 8;
}

void TestCombine::loraExactly() {
    QFETCH(QString, method);
    QFETCH(int, rank);
    QFETCH(int, expectedRank);
    const FixtureCopy copy("new_bert_lora_average");
    const std::vector<double> weights{0.7, -0.4};
    const Combination combination =
        combinationOf(copy, weights, {*combineMethodFromName(method.toStdString()), rank});
    const auto done = combineFolders(combination);
    QVERIFY2(done.has_value(), qPrintable(problem(done)));
    const nlohmann::json config = readJson(combination.to / "adapter_config.json")["config"];
    QCOMPARE(config["r"].get<int>(), expectedRank);
    // alpha / r of the terms is 1, and stays.
    QCOMPARE(config["alpha"].get<double>(), static_cast<double>(expectedRank));
    const double worst = worstDelta(copy, resultOf(combination), weights, 1.0);
    QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
}

void TestCombine::svdOfALowRankIsTheBest() {
    const FixtureCopy copy("new_bert_lora_average");
    const auto errorOfRank = [&](int rank) {
        const Combination combination = combinationOf(copy, {1, 1}, {CombineMethod::LoraSvd, rank});
        return combineFolders(combination) ? worstDelta(copy, resultOf(combination), {1, 1}, 1.0) : -1.0;
    };
    const double rank8 = errorOfRank(8);
    const double rank4 = errorOfRank(4);
    const double rank1 = errorOfRank(1);
    QVERIFY(rank8 >= 0 && rank8 < 1e-5);
    QVERIFY(rank4 > 1e-3);
    QVERIFY(rank1 > rank4);
    // Rank 0 stands for the first adapter's rank.
    QCOMPARE(errorOfRank(0), rank4);
}

void TestCombine::negateB() {
    const FixtureCopy copy("new_bert_lora_average");
    const Combination combination = combinationOf(copy, {1, -0.5}, {CombineMethod::LoraNegateB, 0});
    const auto done = combineFolders(combination);
    QVERIFY2(done.has_value(), qPrintable(problem(done)));
    const Table a = tableOf(copy, "a");
    const Table b = tableOf(copy, "b");
    for (const auto& [name, values] : resultOf(combination)) {
        const double sign = name.ends_with("lora_A") ? 0.5 : -0.5;
        for (std::size_t k = 0; k < values.numbers.size(); ++k) {
            const double expected =
                a.at(renamed(name, "a")).numbers[k] + sign * b.at(renamed(name, "b")).numbers[k];
            QVERIFY2(std::abs(values.numbers[k] - expected) < 1e-5, name.c_str());
        }
    }
}

void TestCombine::otherSizesOnlyWhereExact() {
    const FixtureCopy copy("new_bert_lora_average");
    Combination narrow = combinationOf(copy, {1, 1}, {CombineMethod::LoraSvd, 2});
    narrow.to = copy.root() / "narrow";
    QVERIFY(combineFolders(narrow).has_value());
    Combination mixed = combinationOf(copy, {1});
    mixed.terms.push_back({narrow.to, 1});
    mixed.newName = "mixed";
    mixed.to = copy.root() / "mixed";
    const auto refused = combineFolders(mixed);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message().find("`alpha`") != std::string::npos,
             refused.error().message().c_str());
    QVERIFY(!fs::exists(mixed.to));
    mixed.options.method = CombineMethod::LoraConcatenate;
    QVERIFY(combineFolders(mixed).has_value());
    QCOMPARE(readJson(mixed.to / "adapter_config.json")["config"]["r"].get<int>(), 6);
}

void TestCombine::normalising() {
    const auto terms = normalized({{"a", 3}, {"b", 1}});
    QVERIFY(terms.has_value());
    QCOMPARE(terms->front().weight, 0.75);
    QCOMPARE(terms->back().weight, 0.25);
    QVERIFY(!normalized({{"a", 1}, {"b", -1}}));
}

void TestCombine::whatCantBeCombined_data() {
    QTest::addColumn<QString>("fixture");
    QTest::addColumn<QString>("other"); // of another fixture
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("message");
    QTest::newRow("other sites") << QStringLiteral("bert_pfeiffer") << QStringLiteral("bert_houlsby")
                                 << QStringLiteral("linear") << QStringLiteral("differ in the option");
    QTest::newRow("other method") << QStringLiteral("bert_pfeiffer") << QStringLiteral("bert_prefix")
                                  << QStringLiteral("linear") << QStringLiteral("differ");
    QTest::newRow("union and part") << QStringLiteral("bert_mam") << QStringLiteral("bert_prefix")
                                    << QStringLiteral("linear") << QStringLiteral("different methods");
    QTest::newRow("svd of a bottleneck") << QStringLiteral("bert_pfeiffer") << QStringLiteral("bert_pfeiffer")
                                         << QStringLiteral("svd") << QStringLiteral("only LoRA");
    QTest::newRow("svd of gated LoRA")
        << QStringLiteral("bert_lora_gating") << QStringLiteral("bert_lora_gating") << QStringLiteral("svd")
        << QStringLiteral("gate");
}

void TestCombine::whatCantBeCombined() {
    QFETCH(QString, fixture);
    QFETCH(QString, other);
    QFETCH(QString, method);
    QFETCH(QString, message);
    const FixtureCopy copy(fixture.toStdString());
    const FixtureCopy second(other.toStdString());
    Combination combination = combinationOf(copy, {1}, {*combineMethodFromName(method.toStdString()), 0});
    combination.terms.push_back({second.folder() / "adapters" / "a", 1});
    const auto done = combineFolders(combination);
    QVERIFY(!done);
    QVERIFY2(done.error().message().find(message.toStdString()) != std::string::npos,
             done.error().message().c_str());
    QVERIFY(!fs::exists(combination.to));
}

QTEST_GUILESS_MAIN(TestCombine)
#include "test_combine.moc"
