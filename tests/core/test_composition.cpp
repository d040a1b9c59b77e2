#include <nlohmann/json.hpp>

#include <QtTest>

#include "backend/experiment/composition_edit.h"

using namespace awb;
using Kind = Composition::Kind;
using design::CompositionPath;

namespace {

Composition parsed(const QString& text) {
    return *compositionFromJson(nlohmann::json::parse(text.toStdString()), "/composition");
}

/// Six fresh Pfeiffer adapters, `s` saved, `l` with LoRA; the composition as given.
Composition parsed(const char* text) {
    return parsed(QString::fromUtf8(text));
}

Experiment experimentWith(const QString& composition) {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    for (const char* name : {"a", "b", "c", "d", "e", "f", "s", "l"}) {
        AdapterSpec adapter;
        adapter.name = name;
        experiment.adapters.push_back(adapter);
    }
    experiment.findAdapter("s")->from = "adapters/s";
    experiment.findAdapter("l")->config = AdapterConfig::of(defaultMethod("lora"));
    experiment.composition = parsed(composition);
    experiment.train = defaultTrain(experiment);
    return experiment;
}

Experiment experimentWith(const char* composition) {
    return experimentWith(QString::fromUtf8(composition));
}

CompositionPath pathOf(const QString& text) {
    CompositionPath path;
    for (const QString& step : text.split(QLatin1Char('.'), Qt::SkipEmptyParts)) {
        path.push_back(step.toULongLong());
    }
    return path;
}

QString jsonOf(const Composition& composition) {
    return QString::fromStdString(toJson(composition).dump());
}

QString listOf(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names) {
        list << QString::fromStdString(name);
    }
    return list.join(QLatin1Char(' '));
}

void addCompositions() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("after");  ///< empty: refused
    QTest::addColumn<QString>("detail"); ///< of what is trained afterwards, or of the refusal
}

/// The edit's result is as the row says, can be saved, and comes back.
void check(const Result<Experiment>& edited, const QString& after, const QString& detail) {
    if (after.isEmpty()) {
        QVERIFY(!edited);
        QVERIFY2(QString::fromStdString(edited.error().message()).contains(detail),
                 edited.error().message().c_str());
        return;
    }
    QVERIFY2(edited, edited ? "" : edited.error().message().c_str());
    QCOMPARE(jsonOf(edited->composition), jsonOf(parsed(after)));
    if (!detail.isEmpty()) {
        QCOMPARE(listOf(edited->train), detail);
    }
    const auto read = experimentFromJson(nlohmann::json(toJson(*edited)));
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(*read == *edited);
}

void check(const Result<Experiment>& edited, const char* after, const char* detail) {
    check(edited, QString::fromUtf8(after), QString::fromUtf8(detail));
}

} // namespace

class TestComposition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void grammar_data();
    void grammar();
    void badBlocksNameTheirPlace_data();
    void badBlocksNameTheirPlace();
    void branches_data();
    void branches();
    void averagesAsTheLibraryDoes();
    void inserting_data() { addInserting(); }
    void inserting();
    void removing_data();
    void removing();
    void moving_data();
    void moving();
    void wrapping_data();
    void wrapping();
    void unwrappingAndKinds();
    void sizesAndWeights();
    void fusionOptions();
    void adaptersComeAndGo();
    void trainFlags();

private:
    static void addInserting();
};

void TestComposition::grammar_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<bool>("isLegal");
    const auto row = [](const char* text, bool isLegal) { QTest::newRow(text) << text << isLegal; };
    row("null", true);
    row(R"("a")", true);
    row(R"({"stack": ["a"]})", true);
    row(R"({"stack": ["a", {"fuse": ["b", "c"]}]})", true);
    row(R"({"stack": ["a", {"stack": ["b", "c"]}]})", false);
    row(R"({"fuse": [{"stack": ["a", "b"]}, "c"]})", true);
    row(R"({"fuse": [{"split": ["a", "b"], "splits": [1, 0]}, "c"]})", false);
    row(R"({"split": [{"split": ["a", "b"], "splits": [1, 0]}, "c"], "splits": [2, 0]})", true);
    row(R"({"parallel": [{"average": ["a", "b"]}, "c"]})", true);
    row(R"({"parallel": [{"parallel": ["a", "b"]}, "c"]})", false);
    row(R"({"average": [{"fuse": ["a", "b"]}, "c"]})", false);
    row(R"({"stack": ["a", {"parallel": [{"stack": ["b", "c"]}, "d"]}]})", true);
    row(R"({"stack": ["a", {"parallel": [{"batch_split": ["b", "c"], "batch_sizes": 1}, "d"]}]})", false);
    row(R"({"fuse": [{"stack": ["a", {"fuse": ["b", "c"]}]}, "d"]})", false);
}

void TestComposition::grammar() {
    QFETCH(QString, composition);
    QFETCH(bool, isLegal);
    const Composition tree = parsed(composition);
    const auto errors = checkComposition(tree);
    QVERIFY2(errors.empty() == isLegal, errors.empty() ? "legal" : errors.front().message().c_str());
    QVERIFY(*compositionFromJson(toJson(tree), "/composition") == tree);
    if (isLegal) {
        QVERIFY(*compositionFromAdapterHub(toAdapterHubJson(tree), "") == tree);
    }
}

void TestComposition::badBlocksNameTheirPlace_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* text, const char* where) { QTest::newRow(text) << text << where; };
    row("7", "/composition");
    row("[]", "/composition");
    row(R"({"stack": []})", "/composition/stack");
    row(R"({"stack": "a"})", "/composition/stack");
    row(R"({"stack": ["a", null]})", "/composition/stack/1");
    row(R"({"stack": ["a", 3]})", "/composition/stack/1");
    row(R"({"stack": ["a"], "fuse": ["b"]})", "/composition");
    row(R"({"stack": ["a"], "splits": [1]})", "/composition/splits");
    row(R"({"split": ["a", "b"], "splits": ["x", 1]})", "/composition/splits");
    row(R"({"average": ["a", "b"], "weights": [1, "x"]})", "/composition/weights");
    row(R"({"join": ["a"]})", "/composition/join");
    row(R"({"split": ["a", "b"], "splits": [1]})", "/composition/split");
    row(R"({"split": ["a", "b"], "splits": [0, 1]})", "/composition/split");
    row(R"({"batch_split": ["a", "b"], "batch_sizes": [1, 0]})", "/composition/batch_split");
    row(R"({"average": ["a", "b"], "weights": [1]})", "/composition/average");
    row(R"({"average": ["a", "b"], "weights": [1, -1]})", "/composition/average");
    row(R"({"stack": [{"fuse": ["a"]}]})", "/composition/stack/0/fuse");
}

void TestComposition::badBlocksNameTheirPlace() {
    QFETCH(QString, composition);
    QFETCH(QString, where);
    const auto read = compositionFromJson(nlohmann::json::parse(composition.toStdString()), "/composition");
    const auto errors = read ? checkComposition(*read) : std::vector<Error>{read.error()};
    QVERIFY(!errors.empty());
    QCOMPARE(QString::fromStdString(errors.front().where), where);
}

void TestComposition::branches_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QString>("heads");
    QTest::addColumn<QString>("fusions");
    const auto row = [](const char* text, const char* heads, const char* fusions) {
        QTest::newRow(text) << text << heads << fusions;
    };
    row("null", "task", "");
    row(R"({"stack": ["a", "b"]})", "task", "");
    row(R"({"parallel": ["a", {"stack": ["b", "c"]}]})", "a c", "");
    row(R"({"stack": ["a", {"batch_split": ["b", "c"], "batch_sizes": 2}]})", "b c", "");
    row(R"({"stack": [{"parallel": ["a", "b"]}, "c"]})", "task", "");
    row(R"({"fuse": ["a", {"stack": ["b", "c"]}]})", "task", "a,c");
    row(R"({"stack": [{"fuse": ["a", "b"]}, {"fuse": ["c", "d"]}]})", "task", "a,b c,d");
}

void TestComposition::branches() {
    QFETCH(QString, composition);
    QFETCH(QString, heads);
    QFETCH(QString, fusions);
    const Experiment experiment = experimentWith(composition);
    QStringList names;
    for (const HeadConfig& head : headsOf(experiment)) {
        names << QString::fromStdString(head.name);
        QCOMPARE(head.layers, experiment.head.layers);
    }
    QCOMPARE(names.join(QLatin1Char(' ')), heads);
    QCOMPARE(listOf(fusionNames(experiment.composition)), fusions);
}

void TestComposition::averagesAsTheLibraryDoes() {
    Composition average = parsed(R"({"average": ["a", "b"]})");
    QCOMPARE(average.childFactors(), (std::vector{0.25, 0.25})); // divided by 2 twice, as there
    average.weights = {3.0, 1.0};
    QCOMPARE(average.childFactors(), (std::vector{0.375, 0.125}));
    average.weightedSum = true;
    QCOMPARE(average.childFactors(), (std::vector{0.75, 0.25}));
    average.normalizeWeights = false;
    QCOMPARE(average.childFactors(), (std::vector{3.0, 1.0}));
}

void TestComposition::addInserting() {
    addCompositions();
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("node");
    const auto row = [](const char* name, const char* before, const char* path, int index, const char* node,
                        const char* after, const char* detail) {
        QTest::newRow(name) << before << path << after << detail << index << node;
    };
    row("root", "null", "", 0, R"("a")", R"("a")", "a");
    row("behind", R"({"stack": ["a", "b"]})", "", 2, R"("c")", R"({"stack": ["a", "b", "c"]})", "a b c");
    row("in front", R"({"stack": ["a", "b"]})", "", 0, R"("s")", R"({"stack": ["s", "a", "b"]})", "a b");
    row("third to fuse", R"({"fuse": ["a", "s"]})", "", 2, R"("b")", R"({"fuse": ["a", "s", "b"]})",
        "a b fuse:a,s,b");
    row("stack in fuse", R"({"fuse": ["a", "b"]})", "", 2, R"({"stack": ["c", "d"]})",
        R"({"fuse": ["a", "b", {"stack": ["c", "d"]}]})", "a b c d fuse:a,b,d");
    row("split's rest stays last", R"({"split": ["a", "b"], "splits": [7, 0]})", "", 2, R"("c")",
        R"({"split": ["a", "b", "c"], "splits": [7, 7, 0]})", "a b c");
    row("split's middle", R"({"split": ["a", "b"], "splits": [7, 0]})", "", 1, R"("c")",
        R"({"split": ["a", "c", "b"], "splits": [7, 7, 0]})", "");
    row("one batch size for all", R"({"batch_split": ["a", "b"], "batch_sizes": 4})", "", 1, R"("c")",
        R"({"batch_split": ["a", "c", "b"], "batch_sizes": 4})", "");
    row("weights", R"({"average": ["a", "b"], "weights": [3, 1]})", "", 2, R"("c")",
        R"({"average": ["a", "b", "c"], "weights": [3, 1, 2]})", "");
    row("fuse in fuse", R"({"fuse": ["a", "b"]})", "", 2, R"({"fuse": ["c", "d"]})", "",
        "Fuse can't stand inside Fuse");
    row("too deep", R"({"parallel": [{"stack": ["a", "b"]}, "c"]})", "0", 2, R"({"average": ["d", "e"]})", "",
        "nested too deeply");
    row("into a name", R"({"stack": ["a", "b"]})", "0", 0, R"("c")", "", "not a block");
    row("twice", R"({"stack": ["a", "b"]})", "", 0, R"("b")", "", "twice");
    row("unknown", R"({"stack": ["a", "b"]})", "", 0, R"("x")", "", "no adapter named `x`");
    row("nowhere", R"({"stack": ["a", "b"]})", "5", 0, R"("c")", "", "no such place");
    row("past the end", R"({"stack": ["a", "b"]})", "", 3, R"("c")", "", "no such place");
    row("LoRA into fuse", R"({"fuse": ["a", "b"]})", "", 2, R"("l")", "", "LoRA (`l`) can't stand in Fuse");
}

void TestComposition::inserting() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, after);
    QFETCH(QString, detail);
    QFETCH(int, index);
    QFETCH(QString, node);
    check(design::insertInto(experimentWith(before), pathOf(path), static_cast<std::size_t>(index),
                             parsed(node)),
          after, detail);
}

void TestComposition::removing_data() {
    addCompositions();
    const auto row = [](const char* name, const char* before, const char* path, const char* after,
                        const char* detail) { QTest::newRow(name) << before << path << after << detail; };
    row("root", R"("a")", "", "null", "");
    row("one of two", R"({"stack": ["a", "b"]})", "0", R"("b")", "b");
    row("one of three fused", R"({"fuse": ["a", "b", "c"]})", "1", R"({"fuse": ["a", "c"]})", "a c fuse:a,c");
    row("one of two fused", R"({"fuse": ["a", "b"]})", "1", R"("a")", "a");
    row("stack in stack dissolves", R"({"stack": ["a", {"parallel": [{"stack": ["b", "c"]}, "d"]}]})", "1.1",
        R"({"stack": ["a", "b", "c"]})", "a b c");
    row("last of split", R"({"split": ["a", "b", "c"], "splits": [3, 4, 0]})", "2",
        R"({"split": ["a", "b"], "splits": [3, 0]})", "a b");
    row("weights follow", R"({"average": ["a", "b", "c"], "weights": [1, 2, 3]})", "0",
        R"({"average": ["b", "c"], "weights": [2, 3]})", "");
    row("nowhere", R"({"stack": ["a", "b"]})", "2", "", "no such place");
    row("nothing", "null", "", "", "no such place");
}

void TestComposition::removing() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, after);
    QFETCH(QString, detail);
    const Experiment experiment = experimentWith(before);
    const auto edited = design::removeAt(experiment, pathOf(path));
    check(edited, after, detail);
    QVERIFY(!edited || edited->adapters == experiment.adapters); // they stay in the design
}

void TestComposition::moving_data() {
    addCompositions();
    QTest::addColumn<QString>("block");
    QTest::addColumn<int>("index");
    const auto row = [](const char* name, const char* before, const char* path, const char* block, int index,
                        const char* after, const char* detail) {
        QTest::newRow(name) << before << path << after << detail << block << index;
    };
    row("to the end", R"({"stack": ["a", "b", "c"]})", "0", "", 3, R"({"stack": ["b", "c", "a"]})", "a b c");
    row("to the front", R"({"stack": ["a", "b", "c"]})", "2", "", 0, R"({"stack": ["c", "a", "b"]})", "");
    row("where it is", R"({"stack": ["a", "b", "c"]})", "1", "", 1, R"({"stack": ["a", "b", "c"]})", "");
    row("into a block", R"({"stack": ["a", {"fuse": ["b", "c"]}]})", "0", "1", 2,
        R"({"fuse": ["b", "c", "a"]})", "a b c fuse:b,c,a");
    row("out of a block", R"({"stack": ["a", {"fuse": ["b", "c", "d"]}]})", "1.0", "", 0,
        R"({"stack": ["b", "a", {"fuse": ["c", "d"]}]})", "");
    row("into itself", R"({"stack": ["a", {"fuse": ["b", "c"]}]})", "1", "1", 0, "", "into itself");
    row("a block where it may not be", R"({"stack": [{"parallel": ["a", "b"]}, {"fuse": ["c", "d"]}]})", "0",
        "1", 0, "", "Parallel can't stand inside Fuse");
}

void TestComposition::moving() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, after);
    QFETCH(QString, detail);
    QFETCH(QString, block);
    QFETCH(int, index);
    check(
        design::moveTo(experimentWith(before), pathOf(path), pathOf(block), static_cast<std::size_t>(index)),
        after, detail);
}

void TestComposition::wrapping_data() {
    addCompositions();
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("other"); ///< joined with the node; empty: the node alone
    const auto row = [](const char* name, const char* before, const char* path, Kind kind, const char* other,
                        const char* after, const char* detail) {
        QTest::newRow(name) << before << path << after << detail << static_cast<int>(kind) << other;
    };
    row("parallel of one", R"("a")", "", Kind::Parallel, "", R"({"parallel": ["a"]})", "a");
    row("fuse of one", R"("a")", "", Kind::Fuse, "", "", "at least two");
    row("fuse of two", R"("a")", "", Kind::Fuse, R"("b")", R"({"fuse": ["a", "b"]})", "a b fuse:a,b");
    row("in a stack", R"({"stack": ["a", "b"]})", "1", Kind::Fuse, R"("c")",
        R"({"stack": ["a", {"fuse": ["b", "c"]}]})", "a b c fuse:b,c");
    row("split gets halves", R"("a")", "", Kind::Split, R"("b")",
        R"({"split": ["a", "b"], "splits": [32, 0]})", "");
    row("batch halves", R"("a")", "", Kind::BatchSplit, R"("b")",
        R"({"batch_split": ["a", "b"], "batch_sizes": [16, 16]})", "");
    row("not where it may not be", R"({"fuse": ["a", "b"]})", "0", Kind::Average, R"("c")", "",
        "Average can't stand inside Fuse");
    row("saved ones stay frozen", R"("s")", "", Kind::Fuse, R"("a")", R"({"fuse": ["s", "a"]})",
        "a s fuse:s,a");
}

void TestComposition::wrapping() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, after);
    QFETCH(QString, detail);
    QFETCH(int, kind);
    QFETCH(QString, other);
    const Experiment experiment = experimentWith(before);
    const auto edited =
        other.isEmpty() ? design::wrapIn(experiment, pathOf(path), static_cast<Kind>(kind))
                        : design::joinAt(experiment, pathOf(path), static_cast<Kind>(kind), parsed(other));
    check(edited, after, detail);
}

void TestComposition::unwrappingAndKinds() {
    const Experiment nested = experimentWith(R"({"stack": ["a", {"parallel": ["b", "c"]}]})");
    check(design::unwrapAt(nested, {1}), R"({"stack": ["a", "b", "c"]})", "a b c");
    check(design::unwrapAt(nested, {0}), "", "no such place");
    check(design::unwrapAt(experimentWith(R"({"parallel": ["b", "c"]})"), {}), R"({"stack": ["b", "c"]})",
          "b c");
    check(design::unwrapAt(experimentWith(R"({"parallel": ["b"]})"), {}), R"("b")", "b");
    check(design::unwrapAt(experimentWith(R"({"stack": ["b", "c"]})"), {}), "", "block around");
    check(design::setKindAt(nested, {1}, Kind::Fuse), R"({"stack": ["a", {"fuse": ["b", "c"]}]})",
          "a b c fuse:b,c");
    check(design::setKindAt(nested, {1}, Kind::Split),
          R"({"stack": ["a", {"split": ["b", "c"], "splits": [32, 0]}]})", "");
    check(design::setKindAt(nested, {}, Kind::Fuse), "", "Parallel can't stand inside Fuse");
    check(design::setKindAt(nested, {1}, Kind::Name), "", "no such place");
}

void TestComposition::sizesAndWeights() {
    const Experiment split = experimentWith(R"({"split": ["a", "b"], "splits": [4, 0]})");
    check(design::setSizes(split, {}, {8, 2}), R"({"split": ["a", "b"], "splits": [8, 2]})", "a b");
    check(design::setSizes(split, {}, {8}), "", "1 sizes");
    check(design::setSizes(split, {}, {0, 8}), "", "above 0");
    check(design::setSizes(split, {0}, {8, 2}), "", "only Split");
    const Experiment average = experimentWith(R"({"average": ["a", "b"]})");
    check(
        design::setWeights(average, {}, {1.5, 0.5}, false, true),
        R"({"average": ["a", "b"], "weights": [1.5, 0.5], "normalize_weights": false, "weighted_sum": true})",
        "");
    check(design::setWeights(average, {}, {1.0}, true, false), "", "1 weights");
    check(design::setWeights(average, {}, {1.0, -1.0}, true, false), "", "sum to zero");
    check(design::setWeights(split, {}, {1.0, 1.0}, true, false), "", "only Average");
}

void TestComposition::fusionOptions() {
    const Experiment fused = experimentWith(R"({"fuse": ["a", "b"]})");
    FusionSpec fusion;
    fusion.preset = "static";
    fusion.config = *fusionPreset("static");
    fusion.config.temperature = true;
    const auto edited = design::setFusion(fused, fusion);
    QVERIFY2(edited, edited ? "" : edited.error().message().c_str());
    QVERIFY(edited->fusion == fusion);
    fusion.preset = "huge";
    QVERIFY(!design::setFusion(fused, fusion));
    fusion.preset = "dynamic";
    fusion.config.dropout = 2;
    QVERIFY(!design::setFusion(fused, fusion));
}

void TestComposition::adaptersComeAndGo() {
    Experiment experiment = experimentWith(R"({"stack": ["a", {"fuse": ["b", "c"]}]})");
    const auto removed = design::removeAdapter(experiment, "b");
    QVERIFY2(removed, removed ? "" : removed.error().message().c_str());
    QCOMPARE(jsonOf(removed->composition), jsonOf(parsed(R"({"stack": ["a", "c"]})")));
    QCOMPARE(listOf(removed->train), QStringLiteral("a c"));
    QVERIFY(removed->findAdapter("b") == nullptr);
    QVERIFY(!design::removeAdapter(experiment, "x"));
    AdapterSpec fresh;
    fresh.name = "a";
    const auto added = design::addAdapter(experiment, fresh);
    QVERIFY2(added, added ? "" : added.error().message().c_str());
    QCOMPARE(added->adapters.back().name, std::string("a-2"));
    QVERIFY(added->composition == experiment.composition && added->train == experiment.train);
    // A newcomer stands behind the others, but in front of branches that have heads.
    const auto stacked = design::adoptAdapters(experimentWith(R"({"fuse": ["a", "b"]})"), {"c"});
    QCOMPARE(jsonOf(stacked->composition), jsonOf(parsed(R"({"stack": [{"fuse": ["a", "b"]}, "c"]})")));
    const auto below = design::adoptAdapters(experimentWith(R"({"parallel": ["a", "b"]})"), {"c"});
    QCOMPARE(jsonOf(below->composition), jsonOf(parsed(R"({"stack": ["c", {"parallel": ["a", "b"]}]})")));
}

void TestComposition::trainFlags() {
    Experiment experiment = experimentWith(R"({"fuse": ["a", "b"]})");
    experiment = *design::setTrained(experiment, "a", false);
    QCOMPARE(listOf(experiment.train), QStringLiteral("b fuse:a,b"));
    experiment = *design::setTrained(experiment, "fuse:a,b", false);
    experiment = *design::setTrained(experiment, "a", true);
    QCOMPARE(listOf(experiment.train), QStringLiteral("a b"));
    QVERIFY(!design::setTrained(experiment, "c", true)); // not part of the composition
    QVERIFY(!design::setTrained(experiment, "fuse:a,c", true));
    experiment.train = {"full"};
    QVERIFY(experiment.trainsAdapter("b") && experiment.trainsFusion("a,b"));
    // A fusion that was frozen stays so when an adapter joins it.
    Experiment frozen = experimentWith(R"({"fuse": ["a", "b"]})");
    frozen.train = {"a", "b"};
    QCOMPARE(listOf(design::insertInto(frozen, {}, 2, Composition::of("c"))->train), QStringLiteral("a b c"));
}

QTEST_GUILESS_MAIN(TestComposition)
#include "test_composition.moc"
