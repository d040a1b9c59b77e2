#include <QStandardPaths>

#include "composition_fixture.h"
#include "ui/design/composition_chips.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

class TestCompositionBuilder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void blocksAreBuiltByDrag_data();
    void blocksAreBuiltByDrag();
    void refusalsSayWhy_data();
    void refusalsSayWhy();
    void joinMenuDisablesWhatIsIllegal();
    void insertionPointIsShown();
    void dragsCarryWhatTheyShow();
    void everyDropIsOneEdit();

private:
    std::unique_ptr<CompositionFixture> m;
};

void TestCompositionBuilder::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_composition_builder"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestCompositionBuilder::init() {
    m = std::make_unique<CompositionFixture>();
    QVERIFY(QTest::qWaitForWindowActive(&m->window()));
}

void TestCompositionBuilder::cleanup() {
    m.reset();
}

void TestCompositionBuilder::blocksAreBuiltByDrag_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("choice"); ///< in the menu that asks; empty: none asks. "Alt": held
    QTest::addColumn<QString>("after");
    const auto row = [](const char* name, const char* before, const char* what, const char* where,
                        const char* choice, const char* after) {
        QTest::newRow(name) << before << what << where << choice << after;
    };
    row("first adapter", "None", "a", "centre", "", "a");
    row("preset of the palette", "None", "+lora", "centre", "", "lora");
    row("stack by default", "a", "b", "centre", "Stack", "Stack(a, b)");
    row("fuse", "a", "b", "centre", "Fuse", "Fuse(a, b)");
    row("fuse with alt", "a", "b", "centre", "Alt", "Fuse(a, b)");
    row("split", "a", "b", "centre", "Split", "Split(a, b, splits=[32, 0])");
    row("batch split", "a", "b", "centre", "BatchSplit", "BatchSplit(a, b, batch_sizes=[16, 16])");
    row("parallel", "a", "b", "centre", "Parallel", "Parallel(a, b)");
    row("average", "a", "b", "centre", "Average", "Average(a, b)");
    row("stack behind", "a", "b", "right", "", "Stack(a, b)");
    row("stack in front", "a", "b", "left", "", "Stack(b, a)");
    row("stack outside", "Fuse(a, b)", "c", "outside", "", "Stack(Fuse(a, b), c)");
    row("into a stack", "Stack(a, b)", "c", "right 0", "", "Stack(a, c, b)");
    row("into a fusion from above", "Fuse(a, b)", "c", "top 0", "", "Fuse(c, a, b)");
    row("into a fusion from below", "Fuse(a, b)", "c", "bottom 1", "", "Fuse(a, b, c)");
    row("onto a block", "Stack(a, Fuse(b, c))", "d", "title 1", "", "Stack(a, Fuse(b, c, d))");
    row("stack in a fusion", "Fuse(a, b)", "c", "right 1", "", "Fuse(a, Stack(b, c))");
    row("in front of a nested block", "Stack(a, Fuse(b, c))", "d", "left 1", "", "Stack(a, d, Fuse(b, c))");
    row("kind around an adapter", "a", "#Parallel", "centre", "", "Parallel(a)");
    row("kind changes a block", "Fuse(a, b)", "#Average", "title", "Change into Average", "Average(a, b)");
    row("kind around a block", "Fuse(a, b)", "#Stack", "title", "Wrap in Stack", "Stack(Fuse(a, b))");
    row("node to the front", "Stack(a, b, c)", "@2", "left 0", "", "Stack(c, a, b)");
    row("node into a block", "Stack(a, Fuse(b, c))", "@0", "bottom 1.1", "", "Fuse(b, c, a)");
    row("block to the front", "Stack(a, Parallel(b, c))", "@1", "left 0", "", "Stack(Parallel(b, c), a)");
    row("node onto another", "Stack(a, b, c)", "@2", "centre 0", "Fuse", "Stack(Fuse(a, c), b)");
    row("adapter that is there moves", "Stack(a, b, c)", "a", "right 2", "", "Stack(b, c, a)");
}

void TestCompositionBuilder::blocksAreBuiltByDrag() {
    QFETCH(QString, before);
    QFETCH(QString, what);
    QFETCH(QString, where);
    QFETCH(QString, choice);
    QFETCH(QString, after);
    m->start(before);
    const bool hasAlt = choice == QLatin1String("Alt");
    m->drop(what, where, hasAlt ? Qt::AltModifier : Qt::NoModifier);
    if (!hasAlt && !choice.isEmpty()) {
        QCOMPARE(m->text(), before); // nothing happens before the choice
        m->choose(choice);
    }
    QCOMPARE(m->text(), after);
    m->document().undoStack()->undo();
    QCOMPARE(m->text(), before);
    m->document().undoStack()->redo();
    QCOMPARE(m->text(), after);
}

void TestCompositionBuilder::refusalsSayWhy_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("where");
    QTest::addColumn<bool>("alt");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const char* before, const char* what, const char* where,
                        const char* reason, bool alt = false) {
        QTest::newRow(name) << before << what << where << alt << reason;
    };
    row("grammar", "Stack(Parallel(a, b), Fuse(c, d))", "@0", "bottom 1.1",
        "Parallel can't stand inside Fuse");
    row("depth", "Split(Split(a, b, splits=[1, 0]), c, splits=[4, 0])", "#Average", "centre 0.0",
        "Average is nested too deeply");
    row("fusion of one", "a", "#Fuse", "centre", "Fuse needs at least two adapters");
    row("empty block", "Stack(a, b)", "#Fuse", "right 0", "Fuse needs at least one child");
    row("empty block first", "None", "#Stack", "centre", "Stack needs at least one child");
    row("into itself", "Stack(a, Fuse(b, c))", "@1", "bottom 1.1", "A block can't be moved into itself");
    row("onto itself", "Stack(a, b)", "@0", "centre 0", "A block can't be moved into itself", true);
    row("the whole", "a", "a", "right", "is the whole composition already");
    row("low rank in a fusion", "Fuse(a, b)", "l", "bottom 1", "LoRA (`l`) can't stand in Fuse");
    row("low rank joins by fusing", "a", "l", "centre", "LoRA (`l`) can't stand in Fuse", true);
    row("prefixes in an average", "Average(a, b)", "p", "bottom 1",
        "Prefix tuning (`p`) can't stand in Average");
    row("prompts in parallel", "Parallel(a, b)", "q", "bottom 1",
        "Prompt tuning (`q`) can't stand in Parallel");
    row("two prompts", "Stack(a, q)", "r", "right 1", "Prompt tuning stands in the composition twice");
    row("two maps replaced", "Stack(a, x)", "y", "right 1", "DoRA stands in one Stack twice");
    row("other sites", "Fuse(a, b)", "h", "bottom 1", "stand at different sites");
}

void TestCompositionBuilder::refusalsSayWhy() {
    QFETCH(QString, before);
    QFETCH(QString, what);
    QFETCH(QString, where);
    QFETCH(bool, alt);
    QFETCH(QString, reason);
    m->start(before);
    const Qt::KeyboardModifiers keys = alt ? Qt::AltModifier : Qt::NoModifier;
    QVERIFY(!m->hover(what, where, keys));
    QVERIFY2(m->note().contains(reason), qPrintable(m->note()));
    m->drop(what, where, keys);
    QVERIFY2(m->note().contains(reason), qPrintable(m->note()));
    QCOMPARE(m->text(), before);
    QVERIFY(!m->document().undoStack()->canUndo());
    QVERIFY(CompositionFixture::menu() == nullptr);
}

void TestCompositionBuilder::joinMenuDisablesWhatIsIllegal() {
    m->start(QStringLiteral("a"));
    m->drop(QStringLiteral("l"), QStringLiteral("centre"));
    QMenu* menu = CompositionFixture::menu();
    QVERIFY(menu != nullptr);
    QVERIFY(CompositionFixture::entry(menu, QStringLiteral("Stack"))->isEnabled());
    QAction* fuse = CompositionFixture::entry(menu, QStringLiteral("Fuse"));
    QVERIFY(!fuse->isEnabled());
    QVERIFY2(fuse->toolTip().contains(QStringLiteral("can't stand in Fuse")), qPrintable(fuse->toolTip()));
    QCOMPARE(menu->activeAction(), CompositionFixture::entry(menu, QStringLiteral("Stack"))); // the default
    QTest::keyClick(menu, Qt::Key_Escape);
    QCOMPARE(m->text(), QStringLiteral("a"));
}

void TestCompositionBuilder::insertionPointIsShown() {
    m->start(QStringLiteral("Stack(a, b)"));
    const QImage still = m->view()->viewport()->grab().toImage();
    QVERIFY(m->hover(QStringLiteral("c"), QStringLiteral("right 0")));
    const QImage held = m->view()->viewport()->grab().toImage();
    QVERIFY(still != held);
    QVERIFY(!m->hover(QStringLiteral("@0"), QStringLiteral("centre 0"), Qt::AltModifier));
    QVERIFY(m->view()->viewport()->grab().toImage() != held);
    QDragLeaveEvent leave;
    QApplication::sendEvent(m->view()->viewport(), &leave);
    QVERIFY(m->note().isEmpty());
    QCOMPARE(m->view()->viewport()->grab().toImage(), still);
}

void TestCompositionBuilder::dragsCarryWhatTheyShow() {
    for (const PieceButton* button : m->window().findChildren<PieceButton*>()) {
        const auto mime = mimeOf(button->piece());
        const auto piece = pieceOf(mime.get());
        QVERIFY(piece);
        QCOMPARE(piece->index(), button->piece().index());
        QVERIFY(!button->accessibleName().isEmpty());
        QVERIFY(!button->toolTip().isEmpty());
    }
    const auto node = mimeOf(design::NodePiece{{1, 0, 12}});
    QCOMPARE(std::get<design::NodePiece>(*pieceOf(node.get())).path, (design::CompositionPath{1, 0, 12}));
    const QMimeData nothing;
    QVERIFY(!pieceOf(&nothing));
    QVERIFY(!pieceOf(nullptr));
}

void TestCompositionBuilder::everyDropIsOneEdit() {
    m->start(QStringLiteral("Stack(a, b)"));
    QVERIFY(m->hover(QStringLiteral("c"), QStringLiteral("right 0")));
    QVERIFY(m->hover(QStringLiteral("c"), QStringLiteral("left 0")));
    QCOMPARE(m->document().undoStack()->count(), 0); // holding changes nothing
    m->drop(QStringLiteral("c"), QStringLiteral("left 0"));
    QCOMPARE(m->document().undoStack()->count(), 1);
    QVERIFY(m->experiment().trainsAdapter("c"));
    QCOMPARE(m->cursor().path(), (design::CompositionPath{0})); // what was dropped is chosen
}

QTEST_MAIN(TestCompositionBuilder)
#include "test_composition_builder.moc"
