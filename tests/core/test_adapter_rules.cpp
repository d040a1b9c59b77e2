#include <cmath>

#include <QtTest>

#include "models/config/adapter_rules.h"

using namespace awb;

namespace {

using Kind = AdapterRule::Kind;

AdapterRule ruleOf(const char* adapter, Kind kind, double value = 0, std::optional<int> layer = {},
                   std::optional<BlockPart> part = {}) {
    return {adapter, layer, part, kind, value};
}

Composition fuseOf(std::vector<std::string> names) {
    std::vector<Composition> children;
    for (std::string& name : names) {
        children.push_back(Composition::of(std::move(name)));
    }
    return Composition::block(Composition::Kind::Fuse, std::move(children));
}

} // namespace

/// Rules by hand: which one counts, what they make of weights, which are refused.
class TestAdapterRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theNearestPlaceCounts();
    void changes();
    void refusals_data();
    void refusals();
};

void TestAdapterRules::theNearestPlaceCounts() {
    const AdapterRules rules{ruleOf("a", Kind::Fix, 0.3, 1, BlockPart::Attention), ruleOf("a", Kind::Forbid),
                             ruleOf("a", Kind::Scale, 2, 1), ruleOf("a", Kind::Scale, 3, 1)};
    QCOMPARE(ruleFor(rules, "a", 1, BlockPart::Attention)->value, 0.3);
    QCOMPARE(ruleFor(rules, "a", 1, BlockPart::FeedForward)->value, 3.0); // the later one
    QCOMPARE(ruleFor(rules, "a", 1, std::nullopt)->value, 3.0);
    QVERIFY(isForbidden(rules, "a", 0, BlockPart::Attention));
    QVERIFY(isForbidden(rules, "a", kNoLayer, std::nullopt));
    QVERIFY(!isForbidden(rules, "a", 1, BlockPart::Attention));
    QVERIFY(ruleFor(rules, "b", 1, BlockPart::Attention) == nullptr);
}

void TestAdapterRules::changes() {
    const std::vector<std::string> names{"a", "b", "c"};
    QVERIFY(!weightChange({}, names, 0, BlockPart::Attention));
    QVERIFY(!weightChange({ruleOf("a", Kind::Forbid, 0, 1)}, names, 0, BlockPart::Attention));
    const auto mixed = weightChange({ruleOf("a", Kind::Fix, 0.25), ruleOf("b", Kind::Scale, 2)}, names, 0,
                                    BlockPart::Attention);
    QVERIFY(mixed.has_value());
    QCOMPARE(mixed->fixed, (std::vector<double>{0.25, 0, 0}));
    QCOMPARE(mixed->rest, 0.75);
    QVERIFY(mixed->hasFree && !mixed->isNothing());
    QVERIFY(std::isinf(mixed->shifts[0]) && mixed->shifts[0] < 0);
    QVERIFY(std::abs(mixed->shifts[1] - std::log(2.0)) < 1e-15);
    QCOMPARE(mixed->shifts[2], 0.0);
    // Nobody is left.
    const AdapterRules none{ruleOf("a", Kind::Forbid), ruleOf("b", Kind::Scale, 0),
                            ruleOf("c", Kind::Fix, 0)};
    QVERIFY(weightChange(none, names, 0, BlockPart::Attention)->isNothing());
    // A fixed weight stays what it is where nobody can take the rest.
    const auto alone = weightChange({ruleOf("a", Kind::Fix, 0.25), ruleOf("b", Kind::Forbid)}, {"a", "b"}, 0,
                                    BlockPart::Attention);
    QVERIFY(!alone->hasFree && !alone->isNothing());
    QCOMPARE(alone->rest, 0.75);
}

void TestAdapterRules::refusals_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("adapter");
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, Kind kind, const char* adapter, double value, int layer,
                        const char* message) {
        QTest::newRow(name) << static_cast<int>(kind) << QString::fromLatin1(adapter) << value << layer
                            << QString::fromLatin1(message);
    };
    row("fine", Kind::Fix, "a", 0.5, 1, "");
    row("edge", Kind::Fix, "a", 1, 0, "");
    row("unknown adapter", Kind::Forbid, "x", 0, 0, "no adapter \"x\"");
    row("layer beyond the last", Kind::Forbid, "a", 0, 2, "no layer 2");
    row("negative layer", Kind::Forbid, "a", 0, -3, "no layer -3");
    row("weight above 1", Kind::Fix, "a", 1.5, 0, "between 0 and 1");
    row("weight below 0", Kind::Fix, "a", -0.1, 0, "between 0 and 1");
    row("no weight", Kind::Fix, "a", std::nan(""), 0, "between 0 and 1");
    row("negative factor", Kind::Scale, "a", -2, 0, "not negative");
    row("infinite factor", Kind::Scale, "a", HUGE_VAL, 0, "not negative");
    row("not fused", Kind::Fix, "alone", 0.5, 0, "AdapterFusion");
    row("not fused, forbidden", Kind::Forbid, "alone", 0, 0, "");
    row("sum above 1", Kind::Fix, "a", 0.8, 0, "more than 1");
    row("sum of 1", Kind::Fix, "a", 0.6, 0, "");
}

void TestAdapterRules::refusals() {
    QFETCH(int, kind);
    QFETCH(QString, adapter);
    QFETCH(double, value);
    QFETCH(int, layer);
    QFETCH(QString, message);
    const Composition setup =
        Composition::block(Composition::Kind::Stack, {Composition::of("alone"), fuseOf({"a", "b"})});
    AdapterRules rules{ruleOf(adapter.toUtf8().constData(), static_cast<Kind>(kind), value, layer)};
    if (message.isEmpty() || message.contains(QStringLiteral("more"))) {
        rules.push_back(ruleOf("b", Kind::Fix, 0.4, 0));
        rules.push_back(
            ruleOf("b", Kind::Fix, 0, 0, BlockPart::Attention)); // only the other part is too much
    }
    if (QLatin1String(QTest::currentDataTag()) == QLatin1String("edge")) {
        rules.resize(1);
    }
    const auto checked = checkRules(rules, setup, 2);
    QCOMPARE(checked.has_value(), message.isEmpty());
    if (!checked) {
        const QString text = QString::fromStdString(checked.error().message());
        QVERIFY2(text.contains(message), qPrintable(text));
    }
    AdapterRule odd = ruleOf("a", Kind::Forbid);
    odd.part = BlockPart::Attention;
    QVERIFY(!checkRules({odd}, setup, 2));
    QVERIFY(!checkRules({ruleOf("a", Kind::Forbid)}, {}, 2));
    QVERIFY(checkRules({}, {}, 2).has_value());
}

QTEST_GUILESS_MAIN(TestAdapterRules)
#include "test_adapter_rules.moc"
