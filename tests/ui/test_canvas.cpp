#include <cmath>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTest>
#include <QWheelEvent>

#include "models/config/placement.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/factor_editor.h"
#include "ui/canvas/glow_scale.h"
#include "ui/canvas/module_item.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/shapes.h"
#include "ui/canvas/stack_layout.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;
using namespace Qt::StringLiterals;
using design::ModuleRef;

namespace {

Experiment emptyDesign() {
    Experiment experiment;
    experiment.head.numLabels = 4;
    return experiment;
}

/// A document and a canvas on it, shown and with the keyboard.
struct Bench {
    DesignDocument document;
    std::unique_ptr<CanvasView> view;

    bool start(const char* preset = nullptr) {
        if (!document.open(emptyDesign())) {
            return false;
        }
        if (preset != nullptr) {
            const auto applied =
                design::applyPreset(emptyDesign(), document.model(), *findMethodPreset(preset));
            if (!applied || !document.open(*applied)) {
                return false;
            }
        }
        view = std::make_unique<CanvasView>(&document);
        view->resize(1000, 900);
        view->show();
        view->activateWindow();
        view->setFocus();
        return QTest::qWaitForWindowActive(view.get());
    }

    StackScene& scene() const { return *static_cast<StackScene*>(view->scene()); }
    QPoint at(Slot slot) const { return view->mapFromScene(scene().layout().siteCentre(slot)); }
    std::vector<design::Module> modules() const {
        return design::modules(document.experiment(), document.model());
    }
    std::vector<ModuleRef> refs() const {
        std::vector<ModuleRef> all;
        for (const design::Module& module : modules()) {
            all.push_back(module.ref);
        }
        return all;
    }
    double factorAt(int layer) const {
        for (const design::Module& module : modules()) {
            if (module.ref.layer == layer) {
                return module.place.reductionFactor;
            }
        }
        return 0;
    }
    PointerNote& note() const { return *view->findChild<PointerNote*>(); }

    void drag(const QByteArray& preset, QPoint point) const {
        QMimeData mime;
        mime.setData(QLatin1String(kPresetMime), preset);
        QDragEnterEvent enter(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &enter);
        QDragMoveEvent move(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &move);
    }
    bool drop(const QByteArray& preset, QPoint point) const {
        drag(preset, point);
        QMimeData mime;
        mime.setData(QLatin1String(kPresetMime), preset);
        QDropEvent drop(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &drop);
        return drop.isAccepted();
    }
    void wheel(QPoint point, int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QWheelEvent event(point, view->viewport()->mapToGlobal(point), {}, {0, 120 * notches}, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view->viewport(), &event);
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QTest::keyClick(view.get(), code, modifiers);
    }
    /// Pulls the upper waist handle of a module by `pixels` (positive: wider).
    void pullWaist(Slot slot, int pixels, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        const ModuleItem* item = scene().moduleItem(scene().picture().at(slot.layer, slot.site).front().ref);
        const QRectF body = scene().layout().moduleRect(slot);
        const double neck =
            shapes::neckHeight(item->picture().bottleneck, document.model().hiddenSize, body.height());
        const QPointF grip = body.center() - QPointF(0, std::max(neck / 2, 8.5) + 2.5);
        const QPoint from = view->mapFromScene(grip);
        QTest::mousePress(view->viewport(), Qt::LeftButton, modifiers, from);
        for (int i = 1; i <= 4; ++i) {
            const QPoint to = from - QPoint(0, pixels * i / 4);
            QMouseEvent move(QEvent::MouseMove, to, view->viewport()->mapToGlobal(to), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(view->viewport(), &move);
        }
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, modifiers, from - QPoint(0, pixels));
    }
};

} // namespace

class TestCanvas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        Theme::instance().apply(*qApp);
    }

    void dropPlacesAModule() {
        Bench bench;
        QVERIFY(bench.start());
        QVERIFY(bench.modules().empty());
        QVERIFY(bench.drop("pfeiffer", bench.at({3, Site::FfnOutput})));
        QCOMPARE(bench.modules().size(), std::size_t(1));
        const ModuleRef ref = bench.refs().front();
        QCOMPARE(ref.layer, 3);
        QVERIFY(ref.site == Site::FfnOutput);
        QVERIFY(bench.document.selection().contains(ref));
        QVERIFY(bench.scene().moduleItem(ref) != nullptr);
        QCOMPARE(bench.scene().picture().lowestTrainedLayer, 3);
        bench.document.undoStack()->undo();
        QVERIFY(bench.modules().empty());
        QVERIFY(bench.scene().moduleItem(ref) == nullptr);
    }

    void dropNearASiteCounts() {
        Bench bench;
        QVERIFY(bench.start());
        QVERIFY(bench.drop("houlsby", bench.at({0, Site::AttentionOutput}) + QPoint(15, -8)));
        QVERIFY(bench.refs().front().site == Site::AttentionOutput);
    }

    void refusedDropSaysWhy() {
        Bench bench;
        QVERIFY(bench.start());
        const QPoint point = bench.at({2, Site::FfnOutput});
        bench.drag("parallel", point);
        QVERIFY(bench.note().isVisible());
        QVERIFY(bench.note().kind() == PointerNote::Kind::Refusal);
        QVERIFY(bench.note().text().contains(u"parallel"_s));
        QVERIFY(bench.note().y() > point.y());
        QVERIFY(!bench.drop("parallel", point));
        QVERIFY(bench.note().isVisible());
        QVERIFY(bench.modules().empty());
        QCOMPARE(bench.document.undoStack()->count(), 0);
    }

    void dropBesideEverythingIsRefused() {
        Bench bench;
        QVERIFY(bench.start());
        QVERIFY(
            !bench.drop("pfeiffer", bench.view->mapFromScene(bench.scene().layout().headCard().center())));
        QVERIFY(!bench.note().text().isEmpty());
        QVERIFY(!bench.drop("no such preset", bench.at({0, Site::FfnOutput})));
    }

    void wheelStepsTheFactor() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        const QPoint point = bench.at({2, Site::FfnOutput});
        bench.wheel(point, -1);
        QCOMPARE(bench.factorAt(2), 32.0);
        QCOMPARE(bench.factorAt(3), 16.0);
        bench.wheel(point, 1);
        bench.wheel(point, 1);
        QCOMPARE(bench.factorAt(2), 8.0);
        QCOMPARE(bench.document.undoStack()->count(), 1);
        bench.document.undoStack()->undo();
        QCOMPARE(bench.factorAt(2), 16.0);
    }

    void wheelWithShiftStepsTheSelection() {
        Bench bench;
        QVERIFY(bench.start("houlsby"));
        bench.view->selectAllModules();
        bench.wheel(bench.at({1, Site::AttentionOutput}), -1, Qt::ShiftModifier);
        for (int layer = 0; layer < 6; ++layer) {
            QCOMPARE(bench.factorAt(layer), 32.0);
        }
    }

    void wheelWithAltPaintsARamp() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        for (int i = 0; i < 3; ++i) {
            bench.wheel(bench.at({0, Site::FfnOutput}), 1, Qt::AltModifier);
        }
        const std::vector<double> expected{2, 4.8, 7.6, 10.4, 13.2, 16};
        for (int layer = 0; layer < 6; ++layer) {
            QVERIFY(std::abs(bench.factorAt(layer) - expected[static_cast<std::size_t>(layer)]) < 0.51);
        }
        QCOMPARE(bench.factorAt(0), 2.0);
        QCOMPARE(bench.factorAt(5), 16.0);
        bench.document.undoStack()->undo();
        QCOMPARE(bench.factorAt(0), 16.0);
        QCOMPARE(bench.factorAt(3), 16.0);
    }

    void rampIsLinearBetweenItsEnds() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        const auto refs = bench.refs();
        const auto ramp =
            rampFactors(bench.document.experiment(), bench.document.model(), refs, refs.back(), 66);
        QVERIFY(ramp);
        for (const design::Module& module : design::modules(*ramp, bench.document.model())) {
            QCOMPARE(module.place.reductionFactor, 16.0 + 10.0 * module.ref.layer);
        }
    }

    void waistDragIsOneUndoStep() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        bench.pullWaist({4, Site::FfnOutput}, 28);
        QCOMPARE(bench.factorAt(4), 4.0);
        QCOMPARE(bench.factorAt(3), 16.0);
        QCOMPARE(bench.document.undoStack()->count(), 1);
        bench.pullWaist({4, Site::FfnOutput}, -28);
        QCOMPARE(bench.factorAt(4), 16.0);
        QCOMPARE(bench.document.undoStack()->count(), 2);
        bench.document.undoStack()->undo();
        QCOMPARE(bench.factorAt(4), 4.0);
    }

    void clickSelectsAndCtrlClickAdds() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        const auto click = [&](int layer, Qt::KeyboardModifiers modifiers) {
            QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, modifiers,
                              bench.at({layer, Site::FfnOutput}) - QPoint(30, 0));
        };
        click(1, Qt::NoModifier);
        QCOMPARE(bench.document.selection().size(), std::size_t(1));
        click(3, Qt::ControlModifier);
        QCOMPARE(bench.document.selection().size(), std::size_t(2));
        click(1, Qt::ControlModifier);
        QCOMPARE(bench.document.selection().size(), std::size_t(1));
        QCOMPARE(bench.document.selection().begin()->layer, 3);
    }

    void selectionOfOthersIsShown() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        const ModuleRef ref = bench.refs()[2];
        bench.document.setSelection({ref});
        QVERIFY(bench.scene().moduleItem(ref)->isSelected());
        QCOMPARE(bench.scene().selectedItems().size(), 1);
    }

    void deleteAndUndo() {
        Bench bench;
        QVERIFY(bench.start("houlsby"));
        bench.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(bench.document.selection().size(), std::size_t(12));
        bench.document.setSelection({bench.refs()[0], bench.refs()[1]});
        bench.key(Qt::Key_Delete);
        QCOMPARE(bench.modules().size(), std::size_t(10));
        bench.document.undoStack()->undo();
        QCOMPARE(bench.modules().size(), std::size_t(12));
    }

    void keyboardPlacesAndSizes() {
        Bench bench;
        QVERIFY(bench.start());
        QSignalSpy activated(bench.view.get(), &CanvasView::moduleActivated);
        bench.view->setCurrentPreset(u"houlsby"_s);
        bench.key(Qt::Key_Right); // starts at layer 0, after attention
        bench.key(Qt::Key_Up);
        bench.key(Qt::Key_Return);
        QCOMPARE(bench.modules().size(), std::size_t(1));
        QCOMPARE(bench.refs().front().layer, 1);
        QVERIFY(bench.refs().front().site == Site::AttentionOutput);
        bench.key(Qt::Key_Plus);
        QCOMPARE(bench.factorAt(1), 32.0);
        bench.key(Qt::Key_Minus);
        bench.key(Qt::Key_Minus);
        QCOMPARE(bench.factorAt(1), 8.0);
        QCOMPARE(activated.count(), 0);
        bench.key(Qt::Key_Return);
        QCOMPARE(activated.count(), 1);
        QVERIFY(bench.view->accessibleDescription().contains(u"Layer 1"_s));
    }

    void arrowsWalkThroughSites() {
        Bench bench;
        QVERIFY(bench.start());
        const auto slot = [&] { return bench.scene().focusPlace()->slot; };
        bench.key(Qt::Key_Up);
        QVERIFY(slot() == (Slot{0, Site::AttentionOutput}));
        bench.key(Qt::Key_Right);
        QVERIFY(slot() == (Slot{0, Site::FfnParallel}));
        bench.key(Qt::Key_End);
        QVERIFY(slot() == (Slot{0, Site::BlockOutput}));
        bench.key(Qt::Key_Left);
        QVERIFY(slot() == (Slot{0, Site::FfnOutput}));
        bench.key(Qt::Key_PageUp);
        QVERIFY(slot() == (Slot{5, Site::FfnOutput}));
        bench.key(Qt::Key_Up); // the pooler is no place for a bottleneck
        QVERIFY(slot() == (Slot{5, Site::FfnOutput}));
        bench.key(Qt::Key_Home);
        QVERIFY(slot() == (Slot{5, Site::KeyValuePrefix}));
        bench.key(Qt::Key_PageDown);
        bench.key(Qt::Key_Down);
        QVERIFY(slot() == (Slot{kNoLayer, Site::InputPrompt}));
        bench.key(Qt::Key_Right);
        QVERIFY(slot() == (Slot{kNoLayer, Site::EmbeddingOutput}));
    }

    void digitsOpenTheExactSize() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        bench.document.setSelection({bench.refs()[1]});
        bench.key(Qt::Key_4);
        auto* spin = bench.view->findChild<QSpinBox*>(u"canvasSizeSpin"_s);
        QVERIFY(spin->isVisible());
        QTest::keyClick(spin, Qt::Key_8);
        QTest::keyClick(spin, Qt::Key_Return);
        QVERIFY(!spin->isVisible());
        QCOMPARE(bench.modules()[1].place.bottleneck, 48);
        QCOMPARE(bench.modules()[0].place.bottleneck, 16);
        bench.key(Qt::Key_Equal);
        QVERIFY(spin->isVisible());
        QTest::keyClick(spin, Qt::Key_Escape);
        QVERIFY(!spin->isVisible());
        QCOMPARE(bench.document.undoStack()->count(), 1);
    }

    void copyAndPaste() {
        Bench bench;
        QVERIFY(bench.start());
        QVERIFY(bench.drop("pfeiffer", bench.at({1, Site::FfnOutput})));
        bench.wheel(bench.at({1, Site::FfnOutput}), 1);
        bench.key(Qt::Key_C, Qt::ControlModifier);
        const auto json = nlohmann::json::parse(QApplication::clipboard()->text().toStdString());
        QCOMPARE(json.at("format").get<std::string>(), std::string("adapter-workbench/modules@1"));
        bench.key(Qt::Key_Up);
        bench.key(Qt::Key_Up);
        bench.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench.modules().size(), std::size_t(2));
        QCOMPARE(bench.factorAt(3), 8.0);
        QCOMPARE(bench.document.selection().begin()->layer, 3);
    }

    void pasteOfSomethingElseIsRefused() {
        Bench bench;
        QVERIFY(bench.start());
        QSignalSpy refused(&bench.document, &DesignDocument::refused);
        for (const QString& text : {u"not json"_s, u"{\"format\": 3}"_s, u"[1, 2]"_s}) {
            QApplication::clipboard()->setText(text);
            bench.view->paste();
        }
        QCOMPARE(refused.count(), 3);
        QVERIFY(bench.modules().empty());
        QVERIFY(bench.note().isVisible());
    }

    void adapterDropAndLeaveOutAreShown() {
        Bench bench;
        QVERIFY(bench.start("houlsby"));
        Experiment experiment =
            *design::setAdapterDrop(bench.document.experiment(), bench.document.model(), 2);
        experiment.adapters[0].config.bottleneck()->leaveOut = {3};
        bench.document.edit(experiment, u"test"_s);
        const StackPicture& picture = bench.scene().picture();
        QVERIFY(picture.layers[0].drop == DropState::Dropped);
        QVERIFY(picture.layers[2].drop == DropState::Kept);
        QVERIFY(picture.at(1, Site::FfnOutput).front().drop == DropState::Dropped);
        QCOMPARE(picture.layers[3].sublayers[1].leftOutSequential.size(), std::size_t(1));
        QCOMPARE(picture.lowestTrainedLayer, 2);
        QVERIFY(!picture.layers[1].differentiated);
    }

    void optionsArrangeResidualAndNorm() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        QVERIFY(bench.scene().picture().layers[0].sublayers[1].normBefore);
        QVERIFY(!bench.scene().picture().layers[0].sublayers[0].normBefore);
        BottleneckConfig config = *bench.document.experiment().adapters[0].config.bottleneck();
        config.originalLnBefore = false;
        config.originalLnAfter = false;
        bench.document.apply(design::setConfig(bench.document.experiment(), bench.document.model(),
                                               bench.document.experiment().adapters[0].name,
                                               AdapterConfig::of(config)),
                             u"test"_s);
        QVERIFY(!bench.scene().picture().layers[0].sublayers[1].normBefore);
        QVERIFY(!bench.scene().picture().layers[0].sublayers[1].normAfter);
        QVERIFY(bench.scene().picture().layers[0].sublayers[0].normAfter);
    }

    void glowShowsItsBar() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        auto* bar = bench.view->findChild<GlowBar*>();
        QVERIFY(!bar->isVisible());
        std::map<std::string, float> values;
        for (const ModuleRef& ref : bench.refs()) {
            values[moduleKey(ref.adapter, ref.layer, ref.site)] = 0.1F;
        }
        bench.view->setGlow(values, u"gradient norm"_s);
        QVERIFY(bar->isVisible());
        QVERIFY(bar->accessibleName().contains(u"gradient norm"_s));
        bench.view->setGlow({}, {});
        QVERIFY(!bar->isVisible());
    }

    void everyGestureIsAnAction() {
        Bench bench;
        QVERIFY(bench.start("pfeiffer"));
        int named = 0;
        for (const QAction* action : bench.view->actions()) {
            if (!action->isSeparator()) {
                QVERIFY(!canvasActionKeys(*action).isEmpty());
                QVERIFY(action->text().contains(u'\t'));
                QVERIFY(!action->toolTip().isEmpty());
                ++named;
            }
        }
        QVERIFY(named >= 12);
    }

    void zoomAndFit() {
        Bench bench;
        QVERIFY(bench.start());
        const double fitted = bench.view->transform().m11();
        bench.wheel({300, 300}, 2, Qt::ControlModifier);
        QVERIFY(bench.view->transform().m11() > fitted);
        bench.key(Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(bench.view->transform().m11(), fitted);
        bench.view->zoomBy(1e6);
        QVERIFY(bench.view->transform().m11() < 10);
    }
};

QTEST_MAIN(TestCanvas)
#include "test_canvas.moc"
