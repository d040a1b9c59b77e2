#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <QLocale>
#include <QTest>

#include "tests/ui/canvas_bench.h"
#include "ui/canvas/end_items.h"
#include "ui/canvas/legend_band.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/pointer_note.h"

using namespace awb;
using namespace awb::ui;
using namespace awb::ui::canvasbench;
using namespace Qt::StringLiterals;
using design::ModuleRef;

/// Every method on the canvas: drawn, named, reached, edited, and apart from its neighbours.
class TestCanvasMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(u"test_canvas_methods"_s); }

    void everyModuleHasItsItem_data() { addPresets(); }
    void everyModuleHasItsItem() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        const AdapterSpec& adapter = bench.document.experiment().adapters.front();
        const auto places = modulesOf(adapter.config, bench.document.model());
        QVERIFY(places && !places->empty());
        const StackLayout& layout = bench.scene().layout();
        for (const ModulePlace& place : *places) {
            const ModuleItem* item = bench.scene().moduleItem({adapter.name, place.layer, place.site});
            QVERIFY2(item != nullptr, qPrintable(QString::fromStdString(adapter.name)));
            const QRectF card = place.layer != kNoLayer      ? layout.rowCard(place.layer)
                                : place.site == Site::Pooler ? layout.headCard()
                                                             : layout.embeddingCard();
            QVERIFY(card.contains(item->body()));
            QVERIFY(item->body().width() >= 5 && item->body().height() >= 5);
            QCOMPARE(item->picture().kind == ModuleKind::Shared, place.bottleneck == 0);
        }
    }

    void tooltipsSayWhatItIs_data() { addPresets(); }
    void tooltipsSayWhatItIs() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        for (const design::Module& module : bench.modules()) {
            const ModuleItem* item = bench.scene().moduleItem(module.ref);
            const QString tip = item->toolTip();
            const Method& method = *findMethod(item->picture().method);
            QVERIFY(tip.contains(canvastext::equation(item->picture()).toHtmlEscaped()));
            QVERIFY(tip.contains(
                QString::fromStdString(findMethodPreset(preset.toStdString())->paper).toHtmlEscaped()));
            if (method.id != "bottleneck") {
                QVERIFY(tip.contains(QString::fromStdString(method.equation).toHtmlEscaped()));
                QVERIFY(tip.contains(QString::fromStdString(method.paper).toHtmlEscaped()));
            }
            QVERIFY(tip.contains(
                u"%1 parameters"_s.arg(QLocale().toString(static_cast<qlonglong>(module.place.parameters)))));
        }
    }

    void keyboardReachesEveryModule_data() { addPresets(); }
    void keyboardReachesEveryModule() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        const std::set<ModuleRef> reached = bench.walk();
        for (const design::Module& module : bench.modules()) {
            QVERIFY2(reached.contains(module.ref),
                     moduleKey(module.ref.adapter, module.ref.layer, module.ref.site).c_str());
        }
        // The focus is told to screen readers.
        bench.scene().setFocusPlace(StackScene::Focus{{0, Site::AttentionOutput}, 0});
        bench.key(Qt::Key_Left);
        QVERIFY(!bench.view->accessibleDescription().isEmpty());
    }

    void nothingOverlaps_data() { addPresets(); }
    void nothingOverlaps() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        for (const double zoom : {0.3, 0.6, 0.85, 1.2, 2.2}) {
            const QString found = overlaps(bench, zoom);
            QVERIFY2(found.isEmpty(), qPrintable(u"at %1: %2"_s.arg(zoom).arg(found)));
        }
    }

    void legendListsWhatIsThere_data() { addPresets(); }
    void legendListsWhatIsThere() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        std::set<ModuleKind> drawn;
        bool hasGate = false;
        for (const ModulePicture& module : bench.scene().picture().modules()) {
            drawn.insert(module.kind);
            hasGate = hasGate || module.gated;
        }
        std::set<ModuleKind> listed;
        bool listsGate = false;
        const auto* band = bench.view->findChild<LegendBand*>();
        for (const LegendEntry& entry : band->entries()) {
            if (entry.sign == LegendEntry::Sign::Module) {
                QVERIFY(listed.insert(entry.module.kind).second);
            }
            QVERIFY(entry.sign != LegendEntry::Sign::Join && entry.sign != LegendEntry::Sign::Frozen);
            listsGate = listsGate || entry.sign == LegendEntry::Sign::Gate;
            QVERIFY(!entry.title.isEmpty() && !entry.explanation.isEmpty());
            QVERIFY(band->accessibleDescription().contains(entry.title));
        }
        QVERIFY(listed == drawn);
        QCOMPARE(listsGate, hasGate);
    }

    void linearMapsAreQuiet() {
        Bench bench;
        QVERIFY(bench.start(emptyDesign()));
        StackScene& scene = bench.scene();
        const Slot query{2, Site::AttentionQuery};
        QVERIFY(!scene.siteItem(query)->isRevealed());
        QVERIFY(!scene.isOpen(2, 0));
        scene.beginDrag(*findMethodPreset("pfeiffer"));
        QVERIFY(!scene.siteItem(query)->isRevealed());
        scene.beginDrag(*findMethodPreset("lora"));
        QVERIFY(scene.siteItem(query)->isRevealed());
        QVERIFY(scene.isOpen(2, 0) && scene.isOpen(2, 1));
        QVERIFY(scene.slotNear(scene.layout().siteCentre(query), 10) == query);
        scene.setDragTarget(false);
        QVERIFY(!scene.siteItem(query)->isRevealed());
        QVERIFY(!scene.isOpen(2, 0));
        // Near the keyboard's focus, while the palette's preset can act there.
        bench.view->setCurrentPreset(u"lora"_s);
        bench.key(Qt::Key_Up);
        QVERIFY(scene.isOpen(0, 0) && !scene.isOpen(1, 0));
        bench.key(Qt::Key_Home);
        bench.key(Qt::Key_Right);
        QVERIFY(scene.focusPlace()->slot == (Slot{0, Site::AttentionQuery}));
        bench.key(Qt::Key_Return);
        QVERIFY(!bench.modules().empty());
        QVERIFY(bench.modules().front().ref.layer == 0);
    }

    void dropsActAtTheirSites_data() {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<int>("layer");
        QTest::addColumn<Site>("site");
        QTest::newRow("LoRA, output map") << QByteArray("lora") << 3 << Site::AttentionDense;
        QTest::newRow("(IA)3, second FFN map") << QByteArray("ia3") << 1 << Site::FfnDense;
        QTest::newRow("prefix") << QByteArray("prefix_tuning") << 4 << Site::KeyValuePrefix;
        QTest::newRow("prompt") << QByteArray("prompt_tuning") << kNoLayer << Site::InputPrompt;
        QTest::newRow("ReFT") << QByteArray("loreft") << 0 << Site::BlockOutput;
        QTest::newRow("invertible") << QByteArray("pfeiffer+inv") << kNoLayer << Site::EmbeddingOutput;
        QTest::newRow("pooler") << QByteArray("lora") << kNoLayer << Site::Pooler;
    }
    void dropsActAtTheirSites() {
        QFETCH(QByteArray, preset);
        QFETCH(int, layer);
        QFETCH(Site, site);
        Bench bench;
        QVERIFY(bench.start(emptyDesign()));
        QVERIFY(bench.drop(preset, {layer, site}));
        const auto modules = bench.modules();
        QVERIFY(std::ranges::any_of(modules, [&](const design::Module& module) {
            return module.ref.layer == layer && module.ref.site == site;
        }));
        bench.document.undoStack()->undo();
        QVERIFY(bench.modules().empty());
    }

    void foreignSitesRefuseWithAReason() {
        Bench bench;
        QVERIFY(bench.start(emptyDesign()));
        QVERIFY(!bench.drop("prompt_tuning", {2, Site::BlockOutput}));
        QVERIFY(bench.view->findChild<PointerNote*>()->isVisible());
        QVERIFY(!bench.view->findChild<PointerNote*>()->text().isEmpty());
    }

    void selectingAllAndDeletingEmptiesTheDesign_data() { addPresets(); }
    void selectingAllAndDeletingEmptiesTheDesign() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        const std::size_t before = bench.modules().size();
        bench.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(bench.document.selection().size(), before);
        bench.key(Qt::Key_C, Qt::ControlModifier);
        bench.key(Qt::Key_Delete);
        QVERIFY(bench.modules().empty());
        QVERIFY(bench.scene().joinItems().empty());
        bench.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench.modules().size(), before);
        bench.document.undoStack()->undo();
        bench.document.undoStack()->undo();
        QCOMPARE(bench.modules().size(), before);
    }

    void clicksSelect_data() { addPresets(); }
    void clicksSelect() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        for (const ModuleItem* item : bench.items()) {
            const QPointF inside = item->body().center() + QPointF(item->body().width() * 0.3, 0);
            const QPoint point = bench.view->mapFromScene(inside);
            QTest::mouseClick(bench.view->viewport(), Qt::LeftButton, Qt::NoModifier, point);
            QVERIFY2(bench.document.selection() == std::set<ModuleRef>{item->ref()}, item->key().c_str());
        }
    }

    void everyKindGlows_data() { addPresets(); }
    void everyKindGlows() {
        QFETCH(QString, preset);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        std::map<std::string, float> values;
        float value = 0.01F;
        for (const ModuleItem* item : bench.items()) {
            values[item->key()] = value *= 1.1F;
        }
        bench.view->setGlow(values, u"gradient norm"_s);
        for (const ModuleItem* item : bench.items()) {
            QVERIFY(item->glow().has_value());
        }
        bench.paintAt(1);
        bench.view->setGlow({}, {});
        QVERIFY(!bench.items().front()->glow().has_value());
    }

    void gradientLineLiesUnderWhatIsTrained_data() {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<bool>("hasLine");
        QTest::newRow("LoRA in all layers") << u"lora"_s << true;
        QTest::newRow("Compacter: shared numbers are no place") << u"compacter"_s << true;
        QTest::newRow("prompt") << u"prompt_tuning"_s << false;
        QTest::newRow("invertible") << u"pfeiffer+inv"_s << false;
    }
    void gradientLineLiesUnderWhatIsTrained() {
        QFETCH(QString, preset);
        QFETCH(bool, hasLine);
        Bench bench;
        QVERIFY(bench.startWith(preset.toStdString()));
        for (const QGraphicsItem* item : bench.scene().items()) {
            if (const auto* line = dynamic_cast<const GradientLineItem*>(item)) {
                QCOMPARE(line->isVisible(), hasLine);
            }
        }
    }

    void familiesWithoutAPoolerHaveNoSiteForIt() {
        Bench bench;
        QVERIFY(bench.startWith("lora"));
        ModelConfig model = bench.document.model();
        QVERIFY(describeStack(bench.document.experiment(), model).hasPooler);
        model.family = ModelFamily::DistilBert;
        QVERIFY(!describeStack(bench.document.experiment(), model).hasPooler);
        for (const ModelFamily family :
             {ModelFamily::Roberta, ModelFamily::XlmRoberta, ModelFamily::DistilBert}) {
            model.family = family;
            const StackPicture picture = describeStack(bench.document.experiment(), model);
            QCOMPARE(picture.modules().size(), bench.modules().size());
        }
    }
};

QTEST_MAIN(TestCanvasMethods)
#include "test_canvas_methods.moc"
