#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QImage>
#include <QLocale>
#include <QMimeData>
#include <QPainter>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>

#include "backend/experiment/composition_edit.h"
#include "models/config/placement.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/end_items.h"
#include "ui/canvas/glow_scale.h"
#include "ui/canvas/join_item.h"
#include "ui/canvas/legend_band.h"
#include "ui/canvas/module_item.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;
using namespace Qt::StringLiterals;
using design::ModuleRef;
using Kind = Composition::Kind;

namespace {

AdapterSpec adapterOf(const std::string& name, const std::string& preset) {
    AdapterSpec adapter;
    adapter.name = name;
    adapter.preset = preset;
    adapter.config.parts = findMethodPreset(preset)->parts;
    return adapter;
}

Experiment emptyDesign() {
    Experiment experiment;
    experiment.head.numLabels = 4;
    return experiment;
}

Experiment composed(const std::vector<std::pair<std::string, std::string>>& adapters,
                    Composition composition) {
    Experiment experiment = emptyDesign();
    for (const auto& [name, preset] : adapters) {
        experiment.adapters.push_back(adapterOf(name, preset));
    }
    experiment.composition = std::move(composition);
    experiment.train = defaultTrain(experiment);
    return experiment;
}

Composition block(Kind kind, const std::vector<std::string>& names) {
    std::vector<Composition> children;
    for (const std::string& name : names) {
        children.push_back(Composition::of(name));
    }
    Composition result = Composition::block(kind, std::move(children));
    if (kind == Kind::Split || kind == Kind::BatchSplit) {
        result.sizes.assign(names.size(), 4);
    }
    return result;
}

/// Every composition block once, and nested, by name.
std::map<std::string, Experiment> compositions() {
    const std::vector<std::string> three{"a", "b", "c"};
    const std::vector<std::pair<std::string, std::string>> pfeiffers{
        {"a", "pfeiffer"}, {"b", "pfeiffer"}, {"c", "pfeiffer"}};
    std::map<std::string, Experiment> all;
    for (const Kind kind : kCompositionBlocks) {
        all[std::string(compositionKindName(kind))] = composed(pfeiffers, block(kind, three));
        all[std::string(compositionKindName(kind)) + ", beside"] =
            composed({{"a", "parallel"}, {"b", "parallel"}, {"c", "parallel"}}, block(kind, three));
    }
    all["Fuse in a Stack"] =
        composed({{"l", "pfeiffer+inv"}, {"a", "houlsby"}, {"b", "houlsby"}},
                 Composition::block(Kind::Stack, {Composition::of("l"), block(Kind::Fuse, {"a", "b"})}));
    all["LoRA and LoRA"] = composed({{"a", "lora"}, {"b", "lora"}}, block(Kind::Stack, {"a", "b"}));
    all["Average of LoRAs"] = composed({{"a", "lora"}, {"b", "lora"}}, block(Kind::Average, {"a", "b"}));
    all["many methods"] =
        composed({{"a", "unipelt"}, {"b", "ia3"}, {"c", "prompt_tuning"}, {"d", "loreft"}, {"e", "bitfit"}},
                 block(Kind::Stack, {"a", "b", "c", "d", "e"}));
    Experiment spare = composed(pfeiffers, block(Kind::Stack, {"a", "b"}));
    spare.train = {"b"};
    all["frozen and not composed"] = spare;
    return all;
}

/// A document and a canvas on it, shown and with the keyboard.
struct Bench {
    DesignDocument document;
    std::unique_ptr<CanvasView> view;

    bool start(const Experiment& experiment) {
        if (!document.open(experiment)) {
            return false;
        }
        view = std::make_unique<CanvasView>(&document);
        view->resize(1000, 900);
        view->show();
        view->activateWindow();
        view->setFocus();
        return QTest::qWaitForWindowActive(view.get());
    }
    bool startWith(const std::string& preset) {
        if (!document.open(emptyDesign())) {
            return false;
        }
        const auto applied = design::applyPreset(emptyDesign(), document.model(), *findMethodPreset(preset));
        return applied && start(*applied);
    }

    StackScene& scene() const { return *static_cast<StackScene*>(view->scene()); }
    std::vector<design::Module> modules() const {
        return design::modules(document.experiment(), document.model());
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QTest::keyClick(view.get(), code, modifiers);
    }
    std::vector<ModuleItem*> items() const {
        std::vector<ModuleItem*> all;
        for (const design::Module& module : modules()) {
            all.push_back(scene().moduleItem(module.ref));
        }
        return all;
    }
    /// The whole stack painted at this zoom.
    void paintAt(double zoom) const {
        const QRectF area = scene().sceneRect();
        QImage image((area.size() * zoom).toSize(), QImage::Format_RGB32);
        QPainter painter(&image);
        scene().render(&painter, QRectF(QPointF(), area.size() * zoom), area);
    }
    bool drop(const QByteArray& preset, Slot slot) const {
        const QPoint point = view->mapFromScene(scene().layout().siteCentre(slot));
        QMimeData mime;
        mime.setData(QLatin1String(kPresetMime), preset);
        QDragEnterEvent enter(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &enter);
        QDragMoveEvent move(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &move);
        QDropEvent event(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &event);
        return event.isAccepted();
    }
    /// All modules that the arrow keys reach, from the embeddings up to the head.
    std::set<ModuleRef> walk() const {
        std::set<ModuleRef> reached;
        const auto visit = [&] {
            if (const ModulePicture* module = scene().focusedModule()) {
                reached.insert(module->ref);
            }
        };
        key(Qt::Key_PageDown);
        key(Qt::Key_PageDown);
        key(Qt::Key_Down);
        for (int row = -1; row <= document.model().numLayers; ++row) {
            key(Qt::Key_Home);
            visit();
            std::optional<StackScene::Focus> before;
            while (before != scene().focusPlace()) {
                before = scene().focusPlace();
                key(Qt::Key_Right);
                visit();
            }
            key(Qt::Key_Up);
        }
        return reached;
    }
};

void addPresets() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

void addCompositions() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, experiment] : compositions()) {
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

/// What overlaps at this zoom, in words; empty: nothing.
QString overlaps(const Bench& bench, double zoom) {
    bench.paintAt(zoom);
    std::vector<std::pair<QString, QRectF>> rects;
    for (const ModuleItem* item : bench.items()) {
        const QString name = QString::fromStdString(item->key());
        rects.emplace_back(name + u" body"_s, item->body());
        if (!item->chipArea().isNull()) {
            rects.emplace_back(name + u" chip"_s, item->chipArea());
        }
    }
    for (const JoinItem* join : bench.scene().joinItems()) {
        const QPointF radius(kJoinRadius, kJoinRadius);
        rects.emplace_back(u"node"_s, QRectF(join->join().centre - radius, join->join().centre + radius));
    }
    constexpr double rim = 1.5; // the empty rim of a text
    for (std::size_t i = 0; i < rects.size(); ++i) {
        for (std::size_t j = i + 1; j < rects.size(); ++j) {
            const QRectF common = rects[i].second & rects[j].second;
            if (common.width() > rim && common.height() > std::max(rim, 3 / zoom)) {
                return u"%1 and %2"_s.arg(rects[i].first, rects[j].first);
            }
        }
    }
    return {};
}

} // namespace

/// Every method and every composition on the canvas: drawn, named, reached, and apart from each other.
class TestCanvasMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"adapter-workbench-test"_s);
        QCoreApplication::setApplicationName(u"test_canvas_methods"_s);
        QSettings().clear();
        Theme::instance().apply(*qApp);
    }

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

    void compositionsKeepApart_data() { addCompositions(); }
    void compositionsKeepApart() {
        QFETCH(QString, name);
        Bench bench;
        QVERIFY(bench.start(compositions().at(name.toStdString())));
        for (const double zoom : {0.3, 0.6, 0.85, 1.2, 2.2}) {
            const QString found = overlaps(bench, zoom);
            QVERIFY2(found.isEmpty(), qPrintable(u"at %1: %2"_s.arg(zoom).arg(found)));
        }
        const std::set<ModuleRef> reached = bench.walk();
        for (const design::Module& module : bench.modules()) {
            QVERIFY(reached.contains(module.ref));
        }
    }

    void everyBlockIsDrawn_data() {
        QTest::addColumn<int>("kind");
        for (const Kind kind : kCompositionBlocks) {
            QTest::newRow(std::string(compositionKindName(kind)).c_str()) << static_cast<int>(kind);
        }
    }
    void everyBlockIsDrawn() {
        QFETCH(int, kind);
        const Kind block = static_cast<Kind>(kind);
        Bench bench;
        QVERIFY(bench.start(compositions().at(std::string(compositionKindName(block)))));
        const StackLayout& layout = bench.scene().layout();
        for (int layer = 0; layer < layout.numLayers(); ++layer) {
            const auto here = [&](const JoinItem* item) {
                return item->slot() == Slot{layer, Site::FfnOutput} && item->join().kind == block;
            };
            if (block == Kind::Stack) {
                QCOMPARE(layout.row(layer).sequential[1].orders.size(), std::size_t(3));
                continue;
            }
            const auto& joins = bench.scene().joinItems();
            const auto found = std::ranges::find_if(joins, here);
            QVERIFY(found != joins.end());
            QVERIFY((*found)->toolTip().contains(canvastext::joinTitle(block)));
            QCOMPARE((*found)->join().adapters.size(), std::size_t(3));
        }
        QVERIFY(std::ranges::any_of(bench.view->findChild<LegendBand*>()->entries(),
                                    [&](const LegendEntry& entry) { return entry.join == block; }));
    }

    void spokesCarryTheWeights() {
        Bench bench;
        QVERIFY(bench.start(compositions().at("Fuse")));
        JoinItem* node = bench.scene().joinItems().front();
        QVERIFY(node->toolTip().contains(u"Pfeiffer"_s));
        QCOMPARE(node->spokeWidth(0), node->spokeWidth(2));
        bench.view->setFusionWeights({{node->key(), {0.8F, 0.15F, 0.05F}}});
        QVERIFY(node->spokeWidth(0) > 3 * node->spokeWidth(1));
        QVERIFY(node->spokeWidth(1) > node->spokeWidth(2));
        QVERIFY(node->toolTip().contains(QLocale().toString(0.8, 'f', 3)));
        QCOMPARE(node->key(), moduleKey("fuse:a,b,c", node->slot().layer, node->slot().site));
        // They stay when the design is drawn anew.
        bench.document.setSelection({});
        Experiment renamed = bench.document.experiment();
        renamed.notes = "x";
        bench.document.edit(renamed, u"test"_s);
        QVERIFY(bench.scene().joinItems().front()->spokeWidth(0) > 3);
        bench.view->setFusionWeights({});
        QCOMPARE(bench.scene().joinItems().front()->spokeWidth(0),
                 bench.scene().joinItems().front()->spokeWidth(2));
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

    void legendIsToggledAndRemembered() {
        Bench bench;
        QVERIFY(bench.startWith("lora"));
        auto* band = bench.view->findChild<LegendBand*>();
        QVERIFY(band->isVisible());
        bench.key(Qt::Key_L);
        QVERIFY(!band->isVisible());
        Bench other;
        QVERIFY(other.startWith("lora"));
        QVERIFY(!other.view->findChild<LegendBand*>()->isVisible());
        auto* button = other.view->findChild<QToolButton*>(u"canvasLegendButton"_s);
        QVERIFY(!button->isChecked());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(button->isChecked());
        QVERIFY(other.view->findChild<LegendBand*>()->isVisible());
        QVERIFY(other.view->viewport()->geometry().bottom() < other.view->findChild<LegendBand*>()->y());
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

    void stateIsShown() {
        Bench bench;
        QVERIFY(bench.start(compositions().at("frozen and not composed")));
        std::set<LegendEntry::Sign> signs;
        for (const LegendEntry& entry : bench.view->findChild<LegendBand*>()->entries()) {
            signs.insert(entry.sign);
        }
        QVERIFY(signs.contains(LegendEntry::Sign::Frozen) && signs.contains(LegendEntry::Sign::Trained) &&
                signs.contains(LegendEntry::Sign::Idle));
        QVERIFY(bench.scene().moduleItem({"a", 0, Site::FfnOutput})->toolTip().contains(u"Frozen"_s));
        QVERIFY(bench.scene().moduleItem({"c", 0, Site::FfnOutput})->toolTip().contains(u"composition"_s));
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
