#include <QInputDialog>
#include <QStandardPaths>

#include "composition_fixture.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

class TestCompositionKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
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

void TestCompositionKeys::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_composition_keys"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestCompositionKeys::init() {
    m = std::make_unique<CompositionFixture>();
    QVERIFY(QTest::qWaitForWindowActive(&m->window()));
}

void TestCompositionKeys::cleanup() {
    m.reset();
}

void TestCompositionKeys::arrowsWalkTheTree() {
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

void TestCompositionKeys::altArrowsMove_data() {
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

void TestCompositionKeys::altArrowsMove() {
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

void TestCompositionKeys::keysEdit() {
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

void TestCompositionKeys::wrapAndKindMenus() {
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

void TestCompositionKeys::joinMenuPutsAdaptersTogether() {
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

void TestCompositionKeys::contextMenuHasEveryCommand() {
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

void TestCompositionKeys::renamingByKey() {
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

void TestCompositionKeys::theTreeIsSpoken() {
    m->start(QStringLiteral("Stack(a, Fuse(b, c))"));
    QCOMPARE(m->view()->accessibleDescription(), QStringLiteral("Stack of 2"));
    m->cursor().setPath({1});
    QCOMPARE(m->view()->accessibleDescription(), QStringLiteral("Fuse of 2, trained, 2 of 2 in Stack"));
    m->cursor().setPath({1, 0});
    QCOMPARE(m->view()->accessibleDescription(),
             QStringLiteral("Adapter b, pfeiffer · rf 16, trained, 1 of 2 in Fuse"));
}

QTEST_MAIN(TestCompositionKeys)
#include "test_composition_keys.moc"
