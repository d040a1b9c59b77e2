#include <memory>

#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include "tests/ui/program.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/stack_scene.h"
#include "ui/itemmodels/runs_model.h"
#include "ui/plots/chart_deck.h"
#include "ui/plots/run_data.h"
#include "ui/runs/runs_page.h"
#include "ui/train/train_page.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;
const Slot kPlace{3, Site::FfnOutput};

/// The bundled base, the first lesson, nothing placed yet; long enough to be paused and stopped.
Experiment emptyLesson() {
    Experiment experiment = defaultExperiment();
    experiment.name = "first experiment";
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    experiment.data.source = "builtin:first-lesson";
    experiment.training.epochs = 200;
    experiment.training.batchSize = 16;
    return experiment;
}

} // namespace

/// The way of a new user through all pages, with the real worker: from an empty canvas to a past run.
class TestFirstExperiment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void fromTheCanvasToAPastRun();
};

void TestFirstExperiment::fromTheCanvasToAPastRun() {
    const QTemporaryDir folder;
    test::Program program(folder.path().toStdString());
    QVERIFY(program.show(emptyLesson()));
    auto* canvas = program.window->findChild<CanvasView*>();
    QVERIFY(canvas != nullptr);

    // Drag a module onto a site.
    const auto& layout = static_cast<StackScene*>(canvas->scene())->layout();
    const QPoint place = canvas->mapFromScene(layout.siteCentre(kPlace));
    QMimeData mime;
    mime.setData(QLatin1String(kPresetMime), "pfeiffer");
    QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas->viewport(), &enter);
    QDragMoveEvent move(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas->viewport(), &move);
    QDropEvent drop(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas->viewport(), &drop);
    QVERIFY(drop.isAccepted());
    QCOMPARE(program.modules().size(), std::size_t{1});
    QCOMPARE(program.modules().front().ref.layer, kPlace.layer);

    // Change its reduction factor with the wheel, undo that.
    const QPoint module = canvas->mapFromScene(layout.moduleRect(kPlace).center());
    QWheelEvent wheel(module, canvas->viewport()->mapToGlobal(module), {}, {0, 120}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas->viewport(), &wheel);
    QVERIFY(program.modules().front().place.reductionFactor != 16.0);
    QTest::keyClick(program.window.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(program.modules().front().place.reductionFactor, 16.0);

    // Start, see points appear.
    QSignalSpy ended(&program.runs, &RunController::runEnded);
    QSignalSpy failed(&program.runs, &RunController::failed);
    program.click("trainButton");
    QCOMPARE(program.page(), QStringLiteral("train"));
    auto* train = program.window->pageOf<TrainPage>();
    QTRY_VERIFY_WITH_TIMEOUT(train->charts()->data().size() > 5, kPatience);
    QVERIFY(failed.isEmpty());

    // Pause, resume, stop.
    program.click("primaryButton");
    QTRY_COMPARE_WITH_TIMEOUT(train->runState(), RunState::Paused, kPatience);
    QTRY_VERIFY(!train->charts()->hasPending());
    const std::size_t pointsWhilePaused = train->charts()->data().size();
    program.click("primaryButton");
    QTRY_VERIFY_WITH_TIMEOUT(train->charts()->data().size() > pointsWhilePaused + 5, kPatience);
    program.click("stopButton");
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTRY_COMPARE(train->runState(), RunState::Stopped);
    QVERIFY(ended.front().at(1).value<RunOutcome>().resumable);

    // Find the run, see its curve again, open its design.
    const Experiment trained = program.document.experiment();
    QVERIFY(program.document.open(emptyLesson()));
    program.click("openRunButton");
    QCOMPARE(program.page(), QStringLiteral("runs"));
    auto* runs = program.window->pageOf<RunsPage>();
    QTRY_COMPARE(runs->model()->rowCount(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(runs->charts()->data().size(), train->charts()->data().size(), kPatience);
    program.click("openDesignButton");
    QTRY_COMPARE(program.page(), QStringLiteral("design"));
    QVERIFY(program.document.experiment() == trained);
}

QTEST_MAIN(TestFirstExperiment)
#include "test_first_experiment.moc"
