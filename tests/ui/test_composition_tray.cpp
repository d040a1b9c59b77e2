#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

#include "composition_fixture.h"
#include "ui/design/composition_chips.h"
#include "ui/design/composition_tray.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

class TestCompositionTray : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void presetsAreAdded();
    void savedAdaptersAreAdded();
    void foldersThatCantBeReadSayWhy();
    void chipsFollowTheDesign();
    void chipsWorkByKey();
    void chipMenu();
    void tilesWrapTheChosenNode();
    void nodesLeaveOverTheTray();

private:
    std::unique_ptr<CompositionFixture> m;
};

void TestCompositionTray::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_composition_tray"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestCompositionTray::init() {
    m = std::make_unique<CompositionFixture>();
    QVERIFY(QTest::qWaitForWindowActive(&m->window()));
}

void TestCompositionTray::cleanup() {
    m.reset();
}

void TestCompositionTray::presetsAreAdded() {
    m->start(QStringLiteral("Stack(a, b)"));
    auto* add = m->find<QToolButton>("addAdapter");
    for (const MethodPreset& preset : methodPresets()) {
        auto* action = add->menu()->findChild<QAction*>(QStringLiteral("addPreset_") +
                                                        QString::fromStdString(preset.name));
        if (action == nullptr) {
            action = m->find<QAction>(QStringLiteral("addPreset_") + QString::fromStdString(preset.name));
        }
        QVERIFY2(action != nullptr, preset.name.c_str());
        action->trigger();
        QCOMPARE(m->experiment().adapters.back().preset, preset.name);
        QVERIFY(m->experiment().adapters.back().config.parts == preset.parts);
    }
    QCOMPARE(m->text(), QStringLiteral("Stack(a, b)")); // they wait in the tray
    const std::size_t count = m->experiment().adapters.size();
    QCOMPARE(
        m->window().findChildren<AdapterChip*>(QRegularExpression(QStringLiteral("adapterChip_.+"))).size(),
        static_cast<qsizetype>(count));
    m->document().undoStack()->undo();
    QCOMPARE(m->experiment().adapters.size(), count - 1);
}

void TestCompositionTray::savedAdaptersAreAdded() {
    m->start(QStringLiteral("a"));
    const QString folder = QStringLiteral(AWB_TEST_DATA "/fixtures/cases/bert_houlsby/adapters/a");
    auto* tray = m->find<CompositionTray>("compositionTray");
    m->find<QAction>("addSavedAdapter")->trigger();
    auto* dialog = m->find<QFileDialog>("adapterFolderDialog");
    QVERIFY(dialog != nullptr);
    Q_EMIT dialog->fileSelected(folder);
    dialog->reject();
    QVERIFY(!m->find<QLabel>("addAdapterProblem")->isVisible());
    const AdapterSpec& added = m->experiment().adapters.back();
    QCOMPARE(added.name, std::string("a-2"));
    QCOMPARE(QString::fromStdString(added.from), folder);
    QVERIFY(added.config.bottleneck()->mhAdapter);
    // It joins frozen.
    m->drop(QStringLiteral("a-2"), QStringLiteral("left"));
    QCOMPARE(m->text(), QStringLiteral("Stack(a-2, a)"));
    QVERIFY(!m->experiment().trainsAdapter("a-2"));
    QVERIFY(m->find<AdapterChip>("adapterChip_a-2")->toolTip().contains(folder));
    tray->addSaved(folder + QLatin1Char('/'));
    QCOMPARE(m->experiment().adapters.back().name, std::string("a-3"));
}

void TestCompositionTray::foldersThatCantBeReadSayWhy() {
    m->start(QStringLiteral("a"));
    const QTemporaryDir folder;
    auto* tray = m->find<CompositionTray>("compositionTray");
    const std::size_t count = m->experiment().adapters.size();
    tray->addSaved(folder.path());
    auto* problem = m->find<QLabel>("addAdapterProblem");
    QVERIFY(problem->isVisible());
    QVERIFY2(problem->text().contains(QStringLiteral("adapter_config.json")), qPrintable(problem->text()));
    QFile file(folder.filePath(QStringLiteral("adapter_config.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"name\": \"x\"}");
    file.close();
    tray->addSaved(folder.path());
    QVERIFY2(problem->text().contains(QStringLiteral("`config` is missing")), qPrintable(problem->text()));
    QCOMPARE(m->experiment().adapters.size(), count);
    QVERIFY(!m->document().undoStack()->canUndo());
}

void TestCompositionTray::chipsFollowTheDesign() {
    m->start(QStringLiteral("Stack(a, b)"));
    QVERIFY(m->find<AdapterChip>("adapterChip_a")->accessibleName().contains(QStringLiteral("trained")));
    m->cursor().setPath({0});
    m->key(Qt::Key_T);
    QVERIFY(m->find<AdapterChip>("adapterChip_a")->accessibleName().contains(QStringLiteral("frozen")));
    QVERIFY(
        m->find<AdapterChip>("adapterChip_c")->toolTip().contains(QStringLiteral("Not in the composition")));
    m->drop(QStringLiteral("c"), QStringLiteral("right 1"));
    QVERIFY(
        !m->find<AdapterChip>("adapterChip_c")->toolTip().contains(QStringLiteral("Not in the composition")));
}

void TestCompositionTray::chipsWorkByKey() {
    m->start(QStringLiteral("Stack(a, Fuse(b, c))"));
    const auto enter = [&](const char* name) {
        auto* chip = m->find<AdapterChip>(name);
        chip->setFocus();
        QTest::keyClick(chip, Qt::Key_Return);
    };
    enter("adapterChip_a"); // it is there: it is chosen
    QCOMPARE(m->cursor().path(), (design::CompositionPath{0}));
    enter("adapterChip_d"); // behind the chosen adapter
    QCOMPARE(m->text(), QStringLiteral("Stack(a, d, Fuse(b, c))"));
    m->cursor().setPath({2});
    enter("adapterChip_e"); // into the chosen block
    QCOMPARE(m->text(), QStringLiteral("Stack(a, d, Fuse(b, c, e))"));
    m->cursor().setPath({2});
    enter("adapterChip_l"); // not where it may not be
    QCOMPARE(m->text(), QStringLiteral("Stack(a, d, Fuse(b, c, e))"));
    QVERIFY(m->note().contains(QStringLiteral("can't stand in Fuse")));
    auto* chip = m->find<AdapterChip>("adapterChip_a");
    chip->setFocus();
    QTest::keyClick(chip, Qt::Key_Down);
    QVERIFY(m->find<AdapterChip>("adapterChip_b")->hasFocus());
}

void TestCompositionTray::chipMenu() {
    m->start(QStringLiteral("Stack(a, b)"));
    auto* chip = m->find<AdapterChip>("adapterChip_c");
    Q_EMIT chip->customContextMenuRequested({5, 5});
    m->choose(QStringLiteral("Put into"));
    QCOMPARE(m->text(), QStringLiteral("Stack(a, b, c)"));
    Q_EMIT m->find<AdapterChip>("adapterChip_c")->customContextMenuRequested({5, 5});
    m->choose(QStringLiteral("Freeze"));
    QVERIFY(!m->experiment().trainsAdapter("c"));
    Q_EMIT m->find<AdapterChip>("adapterChip_c")->customContextMenuRequested({5, 5});
    m->choose(QStringLiteral("Remove from design"));
    QCOMPARE(m->text(), QStringLiteral("Stack(a, b)"));
    QVERIFY(m->experiment().findAdapter("c") == nullptr);
}

void TestCompositionTray::tilesWrapTheChosenNode() {
    m->start(QStringLiteral("Stack(a, b)"));
    m->cursor().setPath({1});
    QTest::mouseClick(m->find<KindTile>("kindTile_Parallel"), Qt::LeftButton);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Parallel(b))"));
    m->cursor().setPath({0});
    QTest::mouseClick(m->find<KindTile>("kindTile_Fuse"), Qt::LeftButton);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Parallel(b))"));
    QVERIFY(m->note().contains(QStringLiteral("at least two")));
}

void TestCompositionTray::nodesLeaveOverTheTray() {
    m->start(QStringLiteral("Stack(a, Fuse(b, c))"));
    auto* tray = m->find<CompositionTray>("compositionTray");
    const auto node = CompositionFixture::mime(QStringLiteral("@1"));
    QDragEnterEvent over({20, 20}, Qt::MoveAction, node.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(tray, &over);
    QVERIFY(over.isAccepted());
    QDropEvent drop(QPointF(20, 20), Qt::MoveAction, node.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(tray, &drop);
    QCOMPARE(m->text(), QStringLiteral("a"));
    QVERIFY(m->experiment().findAdapter("b") != nullptr);
    const auto kind = CompositionFixture::mime(QStringLiteral("#Stack"));
    QDragEnterEvent enter({20, 20}, Qt::CopyAction, kind.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(tray, &enter);
    QVERIFY(!enter.isAccepted());
}

QTEST_MAIN(TestCompositionTray)
#include "test_composition_tray.moc"
