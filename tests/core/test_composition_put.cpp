#include <nlohmann/json.hpp>

#include <QtTest>

#include "backend/experiment/composition_put.h"
#include "models/config/composition_text.h"

using namespace awb;
using Kind = Composition::Kind;
using design::CompositionPath;

namespace {

/// Pfeiffer adapters a to f, `l` with LoRA, `p` with prefix tuning. All that are not in the
/// composition stay in the design.
Experiment experimentWith(const QString& composition) {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    for (const char* name : {"a", "b", "c", "d", "e", "f", "l", "p"}) {
        AdapterSpec adapter;
        adapter.name = name;
        experiment.adapters.push_back(adapter);
    }
    experiment.findAdapter("l")->config = AdapterConfig::of(defaultMethod("lora"));
    experiment.findAdapter("p")->config = AdapterConfig::of(defaultMethod("prefix_tuning"));
    experiment.composition = compositionFromText(composition.toStdString())->composition;
    experiment.train = defaultTrain(experiment);
    return experiment;
}

CompositionPath pathFrom(const QString& text) {
    CompositionPath path;
    for (const QString& step : text.split(QLatin1Char('.'), Qt::SkipEmptyParts)) {
        path.push_back(step.toULongLong());
    }
    return path;
}

/// "a" an adapter, "@0.1" a node, "#Fuse" a kind, "+lora" a fresh adapter of a preset.
design::Piece pieceFrom(const QString& text) {
    const QString rest = text.mid(1);
    if (text.startsWith(QLatin1Char('@'))) {
        return design::NodePiece{pathFrom(rest)};
    }
    if (text.startsWith(QLatin1Char('#'))) {
        for (const Kind kind : kCompositionBlocks) {
            if (rest.toStdString() == compositionKindName(kind)) {
                return design::KindPiece{kind};
            }
        }
    }
    if (text.startsWith(QLatin1Char('+'))) {
        AdapterSpec adapter;
        adapter.name = rest.toStdString();
        adapter.preset = adapter.name;
        adapter.config.parts = findMethodPreset(adapter.name)->parts;
        return design::FreshPiece{adapter};
    }
    return design::AdapterPiece{text.toStdString()};
}

Kind kindFrom(const QString& name) {
    return *std::find_if(kCompositionBlocks.begin(), kCompositionBlocks.end(),
                         [&](Kind kind) { return name.toStdString() == compositionKindName(kind); });
}

void check(const Result<Experiment>& edited, const QString& after) {
    if (after.startsWith(QLatin1Char('!'))) {
        QVERIFY(!edited);
        QVERIFY2(QString::fromStdString(edited.error().message()).contains(after.mid(1)),
                 edited.error().message().c_str());
        return;
    }
    QVERIFY2(edited, edited ? "" : edited.error().message().c_str());
    QCOMPARE(QString::fromStdString(compositionToText(edited->composition)), after);
    QVERIFY(checkComposition(edited->composition).empty());
    const auto read = experimentFromJson(nlohmann::json(toJson(*edited)));
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(*read == *edited);
}

} // namespace

class TestCompositionPut : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void intoGaps_data();
    void intoGaps();
    void joining_data();
    void joining();
    void reorderingKeepsNumbers_data();
    void reorderingKeepsNumbers();
    void movedAdaptersStayAsTheyAre();
    void nodesAreFoundAgain();
};

void TestCompositionPut::intoGaps_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("piece");
    QTest::addColumn<QString>("block");
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("after"); ///< "!" and a part of the reason: refused
    const auto row = [](const char* name, const char* before, const char* piece, const char* block, int index,
                        const char* after) {
        QTest::newRow(name) << before << piece << block << index << after;
    };
    row("adapter into nothing", "None", "a", "", 0, "a");
    row("adapter behind", "Stack(a, b)", "c", "", 2, "Stack(a, b, c)");
    row("adapter that is there moves", "Stack(a, Fuse(b, c))", "a", "1", 1, "Fuse(b, a, c)");
    row("node moves", "Stack(a, Fuse(b, c), d)", "@1", "", 0, "Stack(Fuse(b, c), a, d)");
    row("node out of its block", "Stack(a, Fuse(b, c, d))", "@1.2", "", 1, "Stack(a, d, Fuse(b, c))");
    row("fresh adapter", "Stack(a, b)", "+lora", "", 2, "Stack(a, b, lora)");
    row("the only one", "a", "a", "", 0, "!whole composition already");
    row("the root", "Stack(a, b)", "@", "", 1, "!into itself");
    row("into itself", "Stack(a, Fuse(b, c))", "@1", "1", 0, "!into itself");
    row("an empty block", "Stack(a, b)", "#Fuse", "", 1, "!needs at least one child");
    row("an empty block into nothing", "None", "#Stack", "", 0, "!needs at least one child");
    row("unknown adapter", "Stack(a, b)", "x", "", 0, "!no adapter named `x`");
    row("a block where it may not be", "Stack(Parallel(a, b), Fuse(c, d))", "@0", "1", 0,
        "!Parallel can't stand inside Fuse");
    row("LoRA into Fuse", "Fuse(a, b)", "l", "", 2, "!LoRA (`l`) can't stand in Fuse");
    row("prefixes into Average", "Average(a, b)", "p", "", 2, "!can't stand in Average");
    row("into a name", "Stack(a, b)", "c", "0", 0, "!not a block");
}

void TestCompositionPut::intoGaps() {
    QFETCH(QString, before);
    QFETCH(QString, piece);
    QFETCH(QString, block);
    QFETCH(int, index);
    QFETCH(QString, after);
    check(design::put(experimentWith(before), pieceFrom(piece),
                      design::GapPlace{pathFrom(block), static_cast<std::size_t>(index)}),
          after);
}

void TestCompositionPut::joining_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("piece");
    QTest::addColumn<QString>("node");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("before_it");
    QTest::addColumn<QString>("after");
    const auto row = [](const char* name, const char* before, const char* piece, const char* node,
                        const char* kind, bool beforeIt, const char* after) {
        QTest::newRow(name) << before << piece << node << kind << beforeIt << after;
    };
    row("two adapters", "a", "b", "", "Fuse", false, "Fuse(a, b)");
    row("in front", "a", "b", "", "Stack", true, "Stack(b, a)");
    row("beside in the same kind", "Stack(a, b)", "c", "0", "Stack", false, "Stack(a, c, b)");
    row("beside, in front", "Stack(a, b)", "c", "0", "Stack", true, "Stack(c, a, b)");
    row("into a block of the kind", "Stack(a, Fuse(b, c))", "d", "1", "Fuse", false,
        "Stack(a, Fuse(b, c, d))");
    row("into its front", "Stack(a, Fuse(b, c))", "d", "1", "Fuse", true, "Stack(a, Fuse(d, b, c))");
    row("around a block", "Fuse(a, b)", "c", "", "Stack", true, "Stack(c, Fuse(a, b))");
    row("with a neighbour", "Stack(a, b, c)", "@2", "0", "Fuse", false, "Stack(Fuse(a, c), b)");
    row("with the only neighbour", "Stack(a, b)", "@1", "0", "Fuse", false, "Fuse(a, b)");
    row("with its own block", "Parallel(a, b, c)", "@2", "", "Stack", true, "Stack(c, Parallel(a, b))");
    row("adapter that is there", "Stack(a, b, c)", "c", "0", "Average", false, "Stack(Average(a, c), b)");
    row("a stack in a fusion", "Fuse(a, b)", "c", "1", "Stack", false, "Fuse(a, Stack(b, c))");
    row("fresh adapter", "a", "+houlsby", "", "Parallel", false, "Parallel(a, houlsby)");
    row("a kind around", "a", "#Parallel", "", "Parallel", false, "Parallel(a)");
    row("fusion of one", "a", "#Fuse", "", "Fuse", false, "!at least two");
    row("with itself", "Stack(a, b)", "a", "0", "Fuse", false, "!into itself");
    row("with a child", "Stack(a, Fuse(b, c))", "@1", "1.0", "Average", false, "!into itself");
    row("where it may not be", "Fuse(a, b)", "c", "0", "Split", false, "!Split can't stand inside Fuse");
    row("too deep", "Split(Split(a, b, splits=[1, 0]), c, splits=[4, 0])", "d", "0.0", "Average", false,
        "!nested too deeply");
    row("LoRA", "a", "l", "", "Split", false, "!LoRA (`l`) can't stand in Split");
    row("nowhere", "a", "b", "3", "Fuse", false, "!no such place");
}

void TestCompositionPut::joining() {
    QFETCH(QString, before);
    QFETCH(QString, piece);
    QFETCH(QString, node);
    QFETCH(QString, kind);
    QFETCH(bool, before_it);
    QFETCH(QString, after);
    check(design::put(experimentWith(before), pieceFrom(piece),
                      design::JoinPlace{pathFrom(node), kindFrom(kind),
                                        before_it ? design::Side::Before : design::Side::After}),
          after);
}

void TestCompositionPut::reorderingKeepsNumbers_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<QString>("after");
    const auto row = [](const char* before, int from, int to, const char* after) {
        QTest::addRow("%s %d %d", before, from, to) << before << from << to << after;
    };
    row("Average(a, b, c, weights=[1, 2, 3])", 0, 3, "Average(b, c, a, weights=[2, 3, 1])");
    row("Average(a, b, c, weights=[1, 2, 3])", 2, 0, "Average(c, a, b, weights=[3, 1, 2])");
    row("Average(a, b)", 0, 2, "Average(b, a)");
    row("BatchSplit(a, b, batch_sizes=[3, 5])", 1, 0, "BatchSplit(b, a, batch_sizes=[5, 3])");
    row("BatchSplit(a, b, batch_sizes=4)", 1, 0, "BatchSplit(b, a, batch_sizes=4)");
    row("Split(a, b, c, splits=[3, 5, 0])", 0, 2, "Split(b, a, c, splits=[5, 3, 0])");
    row("Split(a, b, c, splits=[3, 5, 0])", 0, 3, "Split(b, c, a, splits=[5, 3, 0])"); // the rest stays last
    row("Split(a, b, splits=[3, 5])", 1, 0, "Split(b, a, splits=[5, 3])");
}

void TestCompositionPut::reorderingKeepsNumbers() {
    QFETCH(QString, before);
    QFETCH(int, from);
    QFETCH(int, to);
    QFETCH(QString, after);
    check(design::moveTo(experimentWith(before), {static_cast<std::size_t>(from)}, {},
                         static_cast<std::size_t>(to)),
          after);
}

void TestCompositionPut::movedAdaptersStayAsTheyAre() {
    Experiment experiment = experimentWith(QStringLiteral("Stack(a, b, Fuse(c, d))"));
    experiment.train = {"b", "fuse:c,d"};
    const auto joined =
        design::put(experiment, design::AdapterPiece{"a"}, design::JoinPlace{{2}, Kind::Fuse});
    QVERIFY(joined);
    QCOMPARE(compositionToText(joined->composition), std::string("Stack(b, Fuse(c, d, a))"));
    QCOMPARE(joined->train, (std::vector<std::string>{"b", "fuse:c,d,a"})); // `a` stays frozen
    const auto fresh =
        design::put(experiment, pieceFrom(QStringLiteral("+pfeiffer")), design::GapPlace{{}, 0});
    QVERIFY(fresh);
    QVERIFY(fresh->trainsAdapter("pfeiffer"));
    QCOMPARE(fresh->adapters.back().name, std::string("pfeiffer"));
}

void TestCompositionPut::nodesAreFoundAgain() {
    const Composition tree = experimentWith(QStringLiteral("Stack(a, Parallel(Stack(b, c), d))")).composition;
    using Leaves = std::vector<std::string>;
    QCOMPARE(design::pathOf(tree, "c"), (std::optional<CompositionPath>{{1, 0, 1}}));
    QCOMPARE(design::pathOf(tree, "x"), std::optional<CompositionPath>());
    QCOMPARE(design::pathOf(tree, Leaves{"c", "b"}), (std::optional<CompositionPath>{{1, 0}}));
    QCOMPARE(design::pathOf(tree, Leaves{"d", "b", "c"}), (std::optional<CompositionPath>{{1}}));
    QCOMPARE(design::pathOf(tree, Leaves{"a", "b"}), std::optional<CompositionPath>());
    QCOMPARE(design::pathOf(tree, Leaves{}), std::optional<CompositionPath>());
}

QTEST_GUILESS_MAIN(TestCompositionPut)
#include "test_composition_put.moc"
