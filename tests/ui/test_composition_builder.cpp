#include <QFileDialog>
#include <QInputDialog>
#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

#include "composition_fixture.h"
#include "ui/design/composition_chips.h"
#include "ui/design/composition_tray.h"
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
    void arrowsWalkTheTree();
    void altArrowsMove_data();
    void altArrowsMove();
    void keysEdit();
    void wrapAndKindMenus();
    void joinMenuPutsAdaptersTogether();
    void contextMenuHasEveryCommand();
    void renamingByKey();
    void theTreeIsSpoken();

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

void TestCompositionBuilder::arrowsWalkTheTree() {
    m->start(QStringLiteral("Stack(a, Fuse(b, Stack(c, d)), e)"));
    const auto at = [&](Qt::Key key) {
        m->key(key);
        return m->cursor().path();
    };
    using Path = design::CompositionPath;
    QCOMPARE(at(Qt::Key_Right), (Path{0}));
    QCOMPARE(at(Qt::Key_Right), (Path{1}));
    QCOMPARE(at(Qt::Key_Down), (Path{1, 0}));
    QCOMPARE(at(Qt::Key_Down), (Path{1, 1}));
    QCOMPARE(at(Qt::Key_Right), (Path{1, 1, 0}));
    QCOMPARE(at(Qt::Key_Right), (Path{1, 1, 1}));
    QCOMPARE(at(Qt::Key_Right), (Path{1, 1, 1})); // nothing lies that way
    QCOMPARE(at(Qt::Key_Up), (Path{1, 1}));
    QCOMPARE(at(Qt::Key_Up), (Path{1, 0}));
    QCOMPARE(at(Qt::Key_Left), (Path{1}));
    QCOMPARE(at(Qt::Key_Right), (Path{2}));
    QCOMPARE(at(Qt::Key_Home), Path{});
}

void TestCompositionBuilder::altArrowsMove_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("node");
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("into");
    QTest::addColumn<QString>("after"); ///< equal to before: refused with a note
    const auto row = [](const char* name, const char* before, const char* node, Qt::Key key, bool into,
                        const char* after) {
        QTest::newRow(name) << before << node << static_cast<int>(key) << into << after;
    };
    row("right in a stack", "Stack(a, b, c)", "0", Qt::Key_Right, false, "Stack(b, a, c)");
    row("left in a stack", "Stack(a, b, c)", "2", Qt::Key_Left, false, "Stack(a, c, b)");
    row("at the end", "Stack(a, b, c)", "2", Qt::Key_Right, false, "Stack(a, b, c)");
    row("down in a fusion", "Fuse(a, b)", "0", Qt::Key_Down, false, "Fuse(b, a)");
    row("out to the left", "Stack(a, Fuse(b, c, d))", "1.1", Qt::Key_Left, false, "Stack(a, c, Fuse(b, d))");
    row("out to the right", "Stack(a, Fuse(b, c, d))", "1.0", Qt::Key_Right, false,
        "Stack(a, Fuse(c, d), b)");
    row("out of the root", "Fuse(a, b, c)", "2", Qt::Key_Left, false, "Stack(c, Fuse(a, b))");
    row("up out of a stack", "Fuse(a, Stack(b, c, d))", "1.0", Qt::Key_Up, false, "Fuse(a, b, Stack(c, d))");
    row("into the next block", "Stack(a, Fuse(b, c))", "0", Qt::Key_Right, true, "Fuse(a, b, c)");
    row("into the block before", "Stack(Fuse(b, c), a, d)", "1", Qt::Key_Left, true,
        "Stack(Fuse(b, c, a), d)");
    row("no block there", "Stack(a, b, c)", "0", Qt::Key_Right, true, "Stack(a, b, c)");
}

void TestCompositionBuilder::altArrowsMove() {
    QFETCH(QString, before);
    QFETCH(QString, node);
    QFETCH(int, key);
    QFETCH(bool, into);
    QFETCH(QString, after);
    m->start(before);
    m->cursor().setPath(CompositionFixture::path(node));
    const std::vector<std::string> leaves = m->cursor().node().leaves();
    m->key(static_cast<Qt::Key>(key), into ? Qt::AltModifier | Qt::ShiftModifier : Qt::AltModifier);
    QCOMPARE(m->text(), after);
    QCOMPARE(!m->note().isEmpty(), before == after);
    QCOMPARE(m->cursor().node().leaves(), leaves); // the same node is chosen
}

void TestCompositionBuilder::keysEdit() {
    m->start(QStringLiteral("Stack(a, Fuse(b, c))"));
    m->cursor().setPath({1});
    m->key(Qt::Key_T);
    QVERIFY(!m->experiment().trainsFusion("b,c"));
    m->key(Qt::Key_T);
    QVERIFY(m->experiment().trainsFusion("b,c"));
    m->key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, b, c)"));
    m->cursor().setPath({1});
    m->key(Qt::Key_T);
    QVERIFY(!m->experiment().trainsAdapter("b"));
    const std::size_t adapters = m->experiment().adapters.size();
    m->key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(m->experiment().adapters.size(), adapters + 1);
    QCOMPARE(m->experiment().adapters.back().name, std::string("b-2"));
    m->key(Qt::Key_Delete);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, c)"));
    QVERIFY(m->experiment().findAdapter("b") != nullptr);
    QCOMPARE(m->cursor().path(), (design::CompositionPath{1}));
    m->key(Qt::Key_Delete, Qt::ShiftModifier);
    QCOMPARE(m->text(), QStringLiteral("a"));
    QVERIFY(m->experiment().findAdapter("c") == nullptr);
    m->key(Qt::Key_Backspace);
    QCOMPARE(m->text(), QStringLiteral("None"));
    m->key(Qt::Key_Delete); // nothing is left: nothing happens
    while (m->document().undoStack()->canUndo()) {
        m->document().undoStack()->undo();
    }
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Fuse(b, c))"));
}

void TestCompositionBuilder::wrapAndKindMenus() {
    m->start(QStringLiteral("Fuse(a, b)"));
    m->key(Qt::Key_G, Qt::ControlModifier);
    QVERIFY(!CompositionFixture::entry(CompositionFixture::menu(), QStringLiteral("Average"))->isEnabled());
    m->choose(QStringLiteral("Stack"));
    QCOMPARE(m->text(), QStringLiteral("Stack(Fuse(a, b))"));
    m->cursor().setPath({0});
    m->key(Qt::Key_K, Qt::ControlModifier);
    m->choose(QStringLiteral("Split"));
    QCOMPARE(m->text(), QStringLiteral("Stack(Split(a, b, splits=[32, 0]))"));
}

void TestCompositionBuilder::joinMenuPutsAdaptersTogether() {
    m->start(QStringLiteral("Stack(a, b)"));
    m->cursor().setPath({1});
    m->key(Qt::Key_J, Qt::ControlModifier);
    QMenu* menu = CompositionFixture::menu();
    QVERIFY(menu != nullptr);
    QAction* withC = nullptr;
    for (QAction* action : menu->actions()) {
        QVERIFY(action->text() != QStringLiteral("b")); // not with itself
        withC = action->text() == QStringLiteral("c") ? action : withC;
    }
    QVERIFY(withC != nullptr);
    CompositionFixture::entry(withC->menu(), QStringLiteral("Parallel"))->trigger();
    menu->close();
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Parallel(b, c))"));
}

void TestCompositionBuilder::contextMenuHasEveryCommand() {
    m->start(QStringLiteral("Stack(a, b)"));
    const QPoint at = m->point(QStringLiteral("centre 1"));
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, m->view()->viewport()->mapToGlobal(at));
    QApplication::sendEvent(m->view()->viewport(), &event);
    QCOMPARE(m->cursor().path(), (design::CompositionPath{1}));
    QMenu* menu = CompositionFixture::menu();
    QVERIFY(menu != nullptr);
    for (const char* text : {"Unwrap", "Freeze", "Rename", "Duplicate adapter", "Take out",
                             "Remove from design", "Move left", "Move into the block above"}) {
        QVERIFY2(CompositionFixture::entry(menu, QLatin1String(text)) != nullptr, text);
    }
    QStringList submenus;
    for (const QAction* action : menu->actions()) {
        if (action->menu() != nullptr) {
            submenus << action->text();
        }
    }
    QCOMPARE(submenus, (QStringList{QStringLiteral("Wrap in"), QStringLiteral("Change kind"),
                                    QStringLiteral("Join with adapter"), QStringLiteral("Move")}));
    m->choose(QStringLiteral("Take out"));
    QCOMPARE(m->text(), QStringLiteral("a"));
}

void TestCompositionBuilder::renamingByKey() {
    m->start(QStringLiteral("Fuse(a, b)"));
    m->cursor().setPath({0});
    const auto rename = [&](const QString& name) {
        m->key(Qt::Key_F2);
        auto* dialog = m->find<QInputDialog>("adapterNameDialog");
        QVERIFY(dialog != nullptr);
        dialog->setTextValue(name);
        dialog->accept();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    rename(QStringLiteral("english"));
    QCOMPARE(m->text(), QStringLiteral("Fuse(english, b)"));
    QVERIFY(m->experiment().trainsFusion("english,b"));
    QCOMPARE(m->cursor().path(), (design::CompositionPath{0}));
    rename(QStringLiteral("b"));
    QCOMPARE(m->text(), QStringLiteral("Fuse(english, b)"));
    QVERIFY(!m->note().isEmpty()); // taken
}

void TestCompositionBuilder::theTreeIsSpoken() {
    m->start(QStringLiteral("Stack(a, Fuse(b, c))"));
    QCOMPARE(m->view()->accessibleDescription(), QStringLiteral("Stack of 2"));
    m->cursor().setPath({1});
    QCOMPARE(m->view()->accessibleDescription(), QStringLiteral("Fuse of 2, trained, 2 of 2 in Stack"));
    m->cursor().setPath({1, 0});
    QCOMPARE(m->view()->accessibleDescription(),
             QStringLiteral("Adapter b, pfeiffer · rf 16, trained, 1 of 2 in Fuse"));
}

QTEST_MAIN(TestCompositionBuilder)
#include "test_composition_builder.moc"
