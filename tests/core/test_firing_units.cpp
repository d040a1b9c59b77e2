#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include <QtTest>

#include "backend/analysis/firing_units.h"
#include "backend/text/token_text.h"

using namespace awb;

class TestFiringUnits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strongestTokensAreThoseOfASort();
    void deadUnitsAreCounted();
    void tokensReadAsText_data();
    void tokensReadAsText();
};

void TestFiringUnits::strongestTokensAreThoseOfASort() {
    constexpr std::size_t kUnits = 5;
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    FiringUnits units(kUnits);
    std::vector<std::vector<float>> all;
    std::vector<std::int32_t> ids;
    for (std::size_t place = 0; place < 400; ++place) {
        std::vector<float> row;
        for (std::size_t unit = 0; unit < kUnits; ++unit) {
            row.push_back(normal(random) * static_cast<float>(unit));
        }
        ids.push_back(static_cast<std::int32_t>(random() % 40)); // many tokens come again and again
        units.add(row, ids.back(), place);
        all.push_back(row);
    }
    const auto strongest = units.strongest(3);
    QCOMPARE(strongest.size(), std::size_t{3});
    double before = INFINITY;
    for (const FiringUnits::Unit& unit : strongest) {
        const auto column = static_cast<std::size_t>(unit.unit);
        std::map<std::int32_t, std::size_t> best;
        double sum = 0;
        for (std::size_t place = 0; place < all.size(); ++place) {
            const auto known = best.try_emplace(ids[place], place).first;
            known->second =
                std::fabs(all[place][column]) > std::fabs(all[known->second][column]) ? place : known->second;
            sum += static_cast<double>(std::fabs(all[place][column]));
        }
        std::vector<std::size_t> places;
        for (const auto& [id, place] : best) {
            places.push_back(place);
        }
        std::ranges::sort(places, [&](std::size_t a, std::size_t b) {
            return std::fabs(all[a][column]) > std::fabs(all[b][column]);
        });
        QCOMPARE(unit.tokens.size(), FiringUnits::kTokens);
        for (std::size_t i = 0; i < unit.tokens.size(); ++i) {
            QCOMPARE(unit.tokens[i].place, places[i]);
            QCOMPARE(unit.tokens[i].id, ids[places[i]]);
            QCOMPARE(unit.tokens[i].activation, all[places[i]][column]);
        }
        QCOMPARE(unit.peak, static_cast<double>(std::fabs(all[places[0]][column])));
        QVERIFY(std::abs(unit.mean - sum / 400) < 1e-9);
        QVERIFY(unit.peak <= before);
        before = unit.peak;
    }
    QCOMPARE(units.strongest(9).size(), std::size_t{4}); // the first is always 0
}

void TestFiringUnits::deadUnitsAreCounted() {
    FiringUnits units(4);
    units.add(std::vector<float>{0.0F, 0.1F, -0.3F, 0.0F}, 1, 0);
    units.add(std::vector<float>{0.0F, 0.2F, 0.0F, 0.05F}, 2, 1);
    QCOMPARE(units.deadUnits(0), 1);
    QCOMPARE(units.deadUnits(0.1), 2);
    QCOMPARE(units.deadUnits(0.25), 3); // a large negative activation is one too
}

void TestFiringUnits::tokensReadAsText_data() {
    QTest::addColumn<QStringList>("tokens");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << QStringList{} << QString();
    QTest::newRow("WordPiece") << QStringList{u"[CLS]"_qs, u"the"_qs, u"play"_qs, u"##er"_qs}
                               << u"[CLS] the player"_qs;
    QTest::newRow("begins inside a word") << QStringList{u"##er"_qs, u"of"_qs} << u"er of"_qs;
    QTest::newRow("byte-level BPE") << QStringList{u"<s>"_qs, u"The"_qs, u"\u0120play"_qs, u"er"_qs}
                                    << u"<s>The player"_qs;
    QTest::newRow("SentencePiece") << QStringList{u"\u2581The"_qs, u"\u2581play"_qs, u"er"_qs}
                                   << u"The player"_qs;
}

void TestFiringUnits::tokensReadAsText() {
    QFETCH(QStringList, tokens);
    QFETCH(QString, text);
    std::vector<std::string> all;
    for (const QString& token : tokens) {
        all.push_back(token.toStdString());
    }
    QCOMPARE(QString::fromStdString(textOfTokens(all)), text);
}

QTEST_GUILESS_MAIN(TestFiringUnits)
#include "test_firing_units.moc"
