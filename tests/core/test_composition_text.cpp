#include <nlohmann/json.hpp>

#include <QtTest>

#include "models/config/composition_text.h"

using namespace awb;

class TestCompositionText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAndWrites_data();
    void readsAndWrites();
    void readsOtherSpellings_data();
    void readsOtherSpellings();
    void problemsNameTheirPlace_data();
    void problemsNameTheirPlace();
    void nodesKnowTheirPlace();
    void deepNestingIsAProblem();
};

void TestCompositionText::readsAndWrites_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("json");
    const auto row = [](const char* text, const char* json) { QTest::newRow(text) << text << json; };
    row("None", "null");
    row("en", R"("en")");
    row("\"None\"", R"("None")");
    row("noun-topic_2", R"("noun-topic_2")");
    row("Stack(en, Fuse(a, b))", R"({"stack": ["en", {"fuse": ["a", "b"]}]})");
    row("Stack(a)", R"({"stack": ["a"]})");
    row("Stack(Stack, Fuse)", R"({"stack": ["Stack", "Fuse"]})"); // names without a bracket
    row("Split(a, b, splits=[32, 0])", R"({"split": ["a", "b"], "splits": [32, 0]})");
    row("Split(a, b)", R"({"split": ["a", "b"], "splits": []})");
    row("BatchSplit(a, b, batch_sizes=[4, 2])", R"({"batch_split": ["a", "b"], "batch_sizes": [4, 2]})");
    row("BatchSplit(a, b, batch_sizes=4)", R"({"batch_split": ["a", "b"], "batch_sizes": 4})");
    row("Parallel(Stack(a, b), c)", R"({"parallel": [{"stack": ["a", "b"]}, "c"]})");
    row("Average(a, b)", R"({"average": ["a", "b"]})");
    row("Average(a, b, weights=[0.1, -2, 1e+22])", R"({"average": ["a", "b"], "weights": [0.1, -2, 1e22]})");
    row("Average(a, b, weights=[3, 1], normalize_weights=False, weighted_sum=True)",
        R"({"average": ["a", "b"], "weights": [3, 1], "normalize_weights": false, "weighted_sum": true})");
}

void TestCompositionText::readsAndWrites() {
    QFETCH(QString, text);
    QFETCH(QString, json);
    const auto read = compositionFromText(text.toStdString());
    QVERIFY2(read, read ? "" : read.error().error().message().c_str());
    QVERIFY(read->composition == *compositionFromJson(nlohmann::json::parse(json.toStdString()), ""));
    QCOMPARE(QString::fromStdString(compositionToText(read->composition)), text);
}

void TestCompositionText::readsOtherSpellings_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("usual");
    const auto row = [](const char* text, const char* usual) { QTest::newRow(text) << text << usual; };
    row("", "None");
    row(" \t\n", "None");
    row(" None ", "None");
    row("Stack ( a ,b )", "Stack(a, b)");
    row("ac.Stack(\"en\", ac.Fuse('a', 'b'))", "Stack(en, Fuse(a, b))");
    row("Average(a, b, weights = [ .5,1 ], normalize_weights=false)",
        "Average(a, b, weights=[0.5, 1], normalize_weights=False)");
    row("Average(a, b, weighted_sum=true, weights=[1,2])",
        "Average(a, b, weights=[1, 2], weighted_sum=True)");
}

void TestCompositionText::readsOtherSpellings() {
    QFETCH(QString, text);
    QFETCH(QString, usual);
    const auto read = compositionFromText(text.toStdString());
    QVERIFY2(read, read ? "" : read.error().error().message().c_str());
    QCOMPARE(QString::fromStdString(compositionToText(read->composition)), usual);
}

void TestCompositionText::problemsNameTheirPlace_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* text, int position, const char* expected, const char* found) {
        QTest::newRow(text) << text << position << expected << found;
    };
    row("Stack(", 6, "an adapter's name or a block", "the end");
    row("Stack()", 6, "an adapter's name or a block", "`)`");
    row("Stack(a,)", 8, "an adapter's name or a block", "`)`");
    row("Stack(a b)", 8, "a comma or `)`", "`b`");
    row("Stack(a, b", 10, "a comma or `)`", "the end");
    row("a, b", 1, "nothing more", "`,`");
    row("Stack(a))", 8, "nothing more", "`)`");
    row("Join(a, b)", 0, "Stack, Fuse, Split, BatchSplit, Parallel or Average", "`Join`");
    row("stack(a)", 0, "Stack, Fuse", "`stack`");
    row("Stack(\xc3\xa4)", 6, "an adapter's name or a block", "`\xc3\xa4`");
    row("Stack('a)", 8, "`'`", "`)`");
    row("Stack('')", 7, "an adapter's name", "`'`");
    row("Fuse(a, b, splits=[1])", 11, "Fuse has no options", "`splits`");
    row("Split(a, b, batch_sizes=2)", 12, "`splits`", "`batch_sizes`");
    row("Split(a, b, splits=4)", 19, "`[`", "`4`");
    row("Split(a, b, splits=[3.5])", 20, "a whole number", "`3.5`");
    row("Split(a, b, splits=[])", 20, "a whole number", "`]`");
    row("Split(a, b, splits=[1 2])", 22, "a comma or `]`", "`2`");
    row("BatchSplit(a, b, batch_sizes=x)", 29, "a whole number or `[`", "`x`");
    row("Average(a, weights=[1], b)", 24, "an option such as `weights=[2, 1]`", "`b`");
    row("Average(a, weights=[nan])", 20, "a number", "`nan`");
    row("Average(a, normalize_weights=1)", 29, "True or False", "`1`");
}

void TestCompositionText::problemsNameTheirPlace() {
    QFETCH(QString, text);
    QFETCH(int, position);
    QFETCH(QString, expected);
    QFETCH(QString, found);
    const auto read = compositionFromText(text.toStdString());
    QVERIFY(!read);
    QCOMPARE(read.error().position, static_cast<std::size_t>(position));
    QVERIFY2(QString::fromStdString(read.error().expected).contains(expected), read.error().expected.c_str());
    QCOMPARE(QString::fromStdString(read.error().found), found);
    QVERIFY(read.error().error().message().find(read.error().found) != std::string::npos);
}

void TestCompositionText::nodesKnowTheirPlace() {
    const auto read = compositionFromText(" Stack(en,  Fuse(a, b))");
    QVERIFY(read);
    QCOMPARE(read->positionOf("/composition"), std::size_t{1});
    QCOMPARE(read->positionOf("/composition/stack/0"), std::size_t{7});
    QCOMPARE(read->positionOf("/composition/stack/1"), std::size_t{12});
    QCOMPARE(read->positionOf("/composition/stack/1/fuse"), std::size_t{12});
    QCOMPARE(read->positionOf("/composition/stack/1/fuse/1"), std::size_t{20});
    QCOMPARE(read->positionOf("/composition/stack/1/fuse/1/more"), std::size_t{20}); // the nearest above
    QCOMPARE(read->positionOf("/else"), std::size_t{0});
    // What the grammar refuses is found in the text.
    const auto illegal = compositionFromText("Fuse(a, Parallel(b, c))");
    QVERIFY(illegal);
    const auto errors = checkComposition(illegal->composition);
    QVERIFY(!errors.empty());
    QCOMPARE(illegal->positionOf(errors.front().where), std::size_t{8});
}

void TestCompositionText::deepNestingIsAProblem() {
    std::string text;
    for (int i = 0; i < 100000; ++i) {
        text += "Stack(";
    }
    const auto read = compositionFromText(text);
    QVERIFY(!read);
    QCOMPARE(read.error().position, std::size_t{8 * 6});
}

QTEST_GUILESS_MAIN(TestCompositionText)
#include "test_composition_text.moc"
