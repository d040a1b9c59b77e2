#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "backend/experiment/design_place.h"
#include "backend/experiment/method_edit.h"
#include "backend/experiment/method_modules.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/factor_editor.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/stack_scene.h"
#include "ui/design/design_edits.h"
#include "ui/design/design_page.h"
#include "ui/design/layer_toggles.h"
#include "ui/design/number_field.h"
#include "ui/design/preset_palette.h"
#include "ui/document/design_document.h"
#include "ui/itemmodels/design_tree_model.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

namespace {

Experiment emptyDesign() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    return experiment;
}

void addPresetRows() {
    QTest::addColumn<QString>("name");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

const MethodPreset& presetOf(const QString& name) {
    return *findMethodPreset(name.toStdString());
}

} // namespace

/// What the Design page does with every method: the same way for all presets of the palette.
class TestDesignMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void appliesAndListsItsModules_data() { addPresetRows(); }
    void appliesAndListsItsModules();
    void optionIsOneUndoableEdit_data() { addPresetRows(); }
    void optionIsOneUndoableEdit();
    void dropsWhereItActsAndSaysWhyElsewhere_data() { addPresetRows(); }
    void dropsWhereItActsAndSaysWhyElsewhere();
    void dropOnALayerPlacesAllOfIt_data() { addPresetRows(); }
    void dropOnALayerPlacesAllOfIt();
    void tablePlacesAtOfferedSites_data() { addPresetRows(); }
    void tablePlacesAtOfferedSites();
    void stepsAndPopupChangeTheMethodsSize_data() { addPresetRows(); }
    void stepsAndPopupChangeTheMethodsSize();
    void layersAreSwitchedOneByOne_data() { addPresetRows(); }
    void layersAreSwitchedOneByOne();
    void mixedLayersShowAsMixed();
    void layerRowIsOneTabStop();
    void methodsAreAddedAndTakenOut();
    void headOfTheInspectorSaysItAll();
    void trainedIsSwitched();
    void searchFindsByAnyWord();
    void yardsticksSwitchWhatIsTrained();
    void headAndDataThatDoNotFitAreSaid();
    void steppingFollowsTheSelection();

private:
    template<typename T>
    T* child(const QString& name) const {
        return m_page->findChild<T*>(name);
    }
    const Experiment& experiment() const { return m_document->experiment(); }
    const ModelConfig& model() const { return m_document->model(); }
    std::vector<design::MethodModule> modules() const { return design::methodModules(experiment(), model()); }
    PresetPalette* palette() const { return child<PresetPalette>(QStringLiteral("presetPalette")); }
    QTreeView* table() const { return child<QTreeView>(QStringLiteral("designTree")); }
    DesignTreeModel* tree() const { return qobject_cast<DesignTreeModel*>(table()->model()); }
    CanvasView* canvas() const { return child<CanvasView>(QStringLiteral("canvas")); }
    const StackLayout& layout() const { return static_cast<StackScene*>(canvas()->scene())->layout(); }

    void choose(const QString& preset) const {
        palette()->setFocus();
        palette()->setCurrentRow(palette()->rowOf(preset));
    }
    void apply(const QString& preset) const {
        choose(preset);
        QTest::keyClick(palette(), Qt::Key_Return);
    }
    bool drop(const QString& preset, QPointF scenePoint) const;

    QTemporaryDir m_workspace;
    std::unique_ptr<DesignDocument> m_document;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<DesignPage> m_page;
};

void TestDesignMethods::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_design_methods"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestDesignMethods::init() {
    m_document = std::make_unique<DesignDocument>();
    QVERIFY(m_document->open(emptyDesign()));
    m_runs = std::make_unique<RunController>(m_workspace.path().toStdString());
    m_page = std::make_unique<DesignPage>(
        AppContext{m_workspace.path().toStdString(), m_runs.get(), nullptr, nullptr, m_document.get()});
    m_page->resize(1384, 860);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestDesignMethods::cleanup() {
    m_page.reset();
    m_runs.reset();
    m_document.reset();
}

bool TestDesignMethods::drop(const QString& preset, QPointF scenePoint) const {
    const QPoint point = canvas()->mapFromScene(scenePoint);
    QMimeData mime;
    mime.setData(QLatin1String(kPresetMime), preset.toUtf8());
    QDragEnterEvent enter(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas()->viewport(), &enter);
    QDragMoveEvent move(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas()->viewport(), &move);
    QDropEvent drop(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(canvas()->viewport(), &drop);
    return drop.isAccepted();
}

void TestDesignMethods::appliesAndListsItsModules() {
    QFETCH(const QString, name);
    apply(name);
    QCOMPARE(experiment().adapters.size(), std::size_t{1});
    QVERIFY(experiment().adapters.front().config.parts == presetOf(name).parts);
    QVERIFY(!modules().empty());
    std::int64_t shown = 0;
    for (const design::MethodModule& each : modules()) {
        const QModelIndex row = tree()->indexOf(each.module.ref);
        QVERIFY(row.isValid());
        QVERIFY(tree()->methodAt(row) == each.method);
        const QString size = row.siblingAtColumn(DesignTreeModel::Size).data().toString();
        QCOMPARE(size, each.module.isShared() ? QString() : QLocale().toString(each.module.place.bottleneck));
        const QString factor = row.siblingAtColumn(DesignTreeModel::Factor).data().toString();
        QCOMPARE(!factor.isEmpty(), each.hasFactor());
        const QModelIndex sizeCell = row.siblingAtColumn(DesignTreeModel::Size);
        QCOMPARE(tree()->flags(sizeCell).testFlag(Qt::ItemIsEditable), each.hasSize());
        const QString parameters = row.siblingAtColumn(DesignTreeModel::Parameters).data().toString();
        shown += QLocale().toLongLong(parameters);
    }
    QCOMPARE(shown, *parameterCount(experiment().adapters.front().config, model()));
    // The totals count the same, with the head.
    const CostInput cost = design::costInput(experiment(), model(), 0, 64, 0);
    QCOMPARE(cost.adapterParameters, shown);
    const QString total = child<QWidget>(QStringLiteral("totalTrainable"))->accessibleName();
    QVERIFY2(total.contains(QLocale().toString(static_cast<qlonglong>(shown + cost.headParameters))),
             qPrintable(total));
    m_document->undoStack()->undo();
    QVERIFY(experiment() == emptyDesign());
}

void TestDesignMethods::optionIsOneUndoableEdit() {
    QFETCH(const QString, name);
    apply(name);
    const Experiment before = experiment();
    const MethodConfig& part = experiment().adapters.front().config.parts.front();
    if (part.isBottleneck()) {
        auto* factor = child<NumberField>(QStringLiteral("reductionFactor"));
        QVERIFY(factor->isVisibleTo(m_page.get()) && factor->isEnabled());
        factor->stepBy(-1);
    } else {
        // The first number or switch of the form.
        bool isChanged = false;
        for (const OptionSpec& option : findMethod(part.method)->options) {
            auto* field = child<QWidget>(
                QStringLiteral("option_%1_%2")
                    .arg(QString::fromStdString(part.method), QString::fromStdString(option.key)));
            if (field == nullptr || !field->isEnabled()) {
                continue;
            }
            QVERIFY(!field->toolTip().isEmpty());
            if (auto* number = qobject_cast<NumberField*>(field)) {
                number->stepBy(1);
                isChanged = true;
            } else if (auto* box = qobject_cast<QCheckBox*>(field)) {
                box->click();
                isChanged = true;
            }
            if (isChanged) {
                break;
            }
        }
        QVERIFY(isChanged);
    }
    QCOMPARE(m_document->undoStack()->count(), 2);
    QVERIFY(experiment() != before);
    QVERIFY(experimentFromJson(toJson(experiment())));
    m_document->undoStack()->undo();
    QVERIFY(experiment() == before);
}

void TestDesignMethods::dropsWhereItActsAndSaysWhyElsewhere() {
    QFETCH(const QString, name);
    const std::set<Site> sites = design::sitesFor(presetOf(name), model());
    QVERIFY(!sites.empty());
    for (const Site site :
         {Site::AttentionOutput, Site::AttentionParallel, Site::FfnOutput, Site::FfnParallel}) {
        QVERIFY(m_document->open(emptyDesign()));
        const bool isAccepted = drop(name, layout().siteCentre({2, site}));
        QCOMPARE(isAccepted, sites.contains(site));
        if (isAccepted) {
            QCOMPARE(m_document->undoStack()->count(), 1);
            QVERIFY(!m_document->selection().empty());
            QCOMPARE(m_document->selection().begin()->layer, 2);
            QVERIFY(design::lowestTrainedLayer(experiment(), model()) <= 2);
            continue;
        }
        const auto* note = canvas()->findChild<PointerNote*>();
        QVERIFY(note->isVisible());
        QVERIFY(note->kind() == PointerNote::Kind::Refusal);
        QVERIFY2(note->text().contains(QStringLiteral("drop it")), qPrintable(note->text()));
        QVERIFY(experiment().adapters.empty());
        QCOMPARE(m_document->undoStack()->count(), 0);
    }
}

void TestDesignMethods::dropOnALayerPlacesAllOfIt() {
    QFETCH(const QString, name);
    // A point of the card away from all sites.
    const QRectF card = layout().rowCard(3);
    std::optional<QPointF> free;
    for (double x = card.left() + 4; x < card.right() && !free; x += 8) {
        for (double y = card.top() + 4; y < card.bottom() && !free; y += 8) {
            if (!layout().nearestSlot({x, y}, 40)) {
                free = QPointF(x, y);
            }
        }
    }
    QVERIFY(free);
    std::set<Site> expected;
    AdapterConfig config;
    config.parts = presetOf(name).parts;
    const auto places = modulesOf(config, model());
    QVERIFY(places);
    for (const ModulePlace& place : *places) {
        if (place.layer == 3) {
            expected.insert(place.site);
        }
    }
    QCOMPARE(drop(name, *free), !expected.empty());
    std::set<Site> placed;
    for (const design::MethodModule& each : modules()) {
        QVERIFY(each.module.ref.layer == 3 || each.module.ref.layer == kNoLayer);
        if (each.module.ref.layer == 3) {
            placed.insert(each.module.ref.site);
        }
    }
    QVERIFY(placed == expected);
    if (expected.empty()) {
        QVERIFY(canvas()->findChild<PointerNote*>()->text().contains(QStringLiteral("not in a layer")));
        QVERIFY(drop(name, layout().embeddingCard().center()));
        QCOMPARE(modules().front().module.ref.layer, kNoLayer);
    }
}

void TestDesignMethods::tablePlacesAtOfferedSites() {
    QFETCH(const QString, name);
    choose(name);
    for (const Site site : design::sitesFor(presetOf(name), model())) {
        QVERIFY(m_document->open(emptyDesign()));
        const bool isOutside =
            site == Site::EmbeddingOutput || site == Site::InputPrompt || site == Site::Pooler;
        const int layer = isOutside ? kNoLayer : 1;
        const QModelIndex row = tree()->indexOf(layer, site);
        QVERIFY2(row.isValid(), siteName(site).data());
        QCOMPARE(row.siblingAtColumn(DesignTreeModel::Adapter).data().toString(), QStringLiteral("empty"));
        table()->setFocus();
        table()->setCurrentIndex(row);
        QTest::keyClick(table(), Qt::Key_Return);
        const auto placed = modules();
        QVERIFY(std::any_of(placed.begin(), placed.end(), [&](const design::MethodModule& each) {
            return each.module.ref.layer == layer && each.module.ref.site == site;
        }));
        QVERIFY(experiment().trainsAdapter(experiment().adapters.front().name));
    }
}

void TestDesignMethods::stepsAndPopupChangeTheMethodsSize() {
    QFETCH(const QString, name);
    apply(name);
    const auto all = modules();
    const auto sized = std::find_if(all.begin(), all.end(), [](const auto& each) { return each.hasSize(); });
    QSignalSpy refused(m_document.get(), &DesignDocument::refused);
    FactorEditor editor(*m_document);
    if (sized == all.end()) { // nothing to choose: said, not done
        editor.step(all.front().module.ref, 1, FactorEditor::Reach::One);
        QCOMPARE(refused.count(), 1);
        QCOMPARE(m_document->undoStack()->count(), 1);
        return;
    }
    const design::ModuleRef ref = sized->module.ref;
    const auto sizeNow = [&] {
        const auto now = modules();
        return std::find_if(now.begin(), now.end(), [&](const auto& each) { return each.module.ref == ref; })
            ->module.place.bottleneck;
    };
    const int before = sizeNow();
    const int wider = design::nextSize(before, 1, 65536);
    editor.step(ref, -1, FactorEditor::Reach::One);
    QCOMPARE(sizeNow(), wider);
    editor.step(ref, 1, FactorEditor::Reach::One);
    QCOMPARE(sizeNow(), wider / 2);
    editor.beginDrag(ref);
    editor.dragTo(1, FactorEditor::Reach::One, false);
    editor.endDrag();
    QCOMPARE(sizeNow(), wider);
    QVERIFY(refused.isEmpty());
    // The popup asks for it by the method's own word.
    m_document->setSelection({ref});
    canvas()->setFocus();
    QTest::keyClick(canvas(), Qt::Key_Equal);
    auto* spin = canvas()->findChild<QSpinBox*>(QStringLiteral("canvasSizeSpin"));
    QVERIFY(spin->isVisible());
    QCOMPARE(canvas()->findChild<QLabel*>(QStringLiteral("canvasSizeTitle"))->text().toLower(),
             QString::fromStdString(sized->method->sizeTitle).toLower());
    spin->setValue(4 * before);
    QTest::keyClick(spin, Qt::Key_Return);
    QCOMPARE(sizeNow(), 4 * before);
}

void TestDesignMethods::layersAreSwitchedOneByOne() {
    QFETCH(const QString, name);
    apply(name);
    const Experiment before = experiment();
    for (std::size_t part = 0; part < presetOf(name).parts.size(); ++part) {
        const QString method = QString::fromStdString(presetOf(name).parts[part].method);
        auto* header = child<QWidget>(QStringLiteral("partHeader_") + method);
        QVERIFY(header && header->isVisibleTo(m_page.get()));
        auto* layers = header->findChild<LayerToggles*>();
        const auto& config = experiment().adapters.front().config.parts[part];
        QCOMPARE(layers->isVisibleTo(m_page.get()), design::canChooseLayers(config));
        if (!design::canChooseLayers(config)) {
            continue;
        }
        QVERIFY(layers->button(4)->isChecked());
        layers->button(4)->click();
        QVERIFY(!layers->button(4)->isChecked());
        QVERIFY(!design::layersOf(experiment().adapters.front().config.parts[part], model()).contains(4));
        layers->button(4)->click();
        QVERIFY(experiment() == before);
    }
}

void TestDesignMethods::mixedLayersShowAsMixed() {
    QVERIFY(drop(QStringLiteral("lora"), layout().rowCard(0).topLeft() + QPointF(10, 10)));
    Experiment two = experiment();
    two.adapters.push_back(two.adapters.front());
    two.adapters.back().name = "other";
    two.adapters.back().config.parts.front().options.set("leave_out", std::vector<int>{0});
    two.adapters.back().config.parts.front().options.set("r", std::int64_t{2});
    m_document->edit(two, QStringLiteral("two"));
    m_document->setSelection({});
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the form of the selection goes
    QVERIFY(child<NumberField>(QStringLiteral("option_lora_r"))->isMixed());
    auto* layers = child<QWidget>(QStringLiteral("partHeader_lora"))->findChild<LayerToggles*>();
    QVERIFY(layers->button(0)->toolTip().contains(QStringLiteral("mixed")));
    layers->button(0)->click(); // what is mixed is switched on
    for (const AdapterSpec& adapter : experiment().adapters) {
        QVERIFY(design::layersOf(adapter.config.parts.front(), model()).contains(0));
    }
}

void TestDesignMethods::layerRowIsOneTabStop() {
    apply(QStringLiteral("lora"));
    auto* layers = child<QWidget>(QStringLiteral("partHeader_lora"))->findChild<LayerToggles*>();
    int stops = 0;
    for (int layer = 0; layer < model().numLayers; ++layer) {
        stops += layers->button(layer)->focusPolicy() == Qt::StrongFocus ? 1 : 0;
    }
    QCOMPARE(stops, 1);
    layers->button(0)->setFocus();
    QTest::keyClick(layers->button(0), Qt::Key_Right);
    QVERIFY(layers->button(1)->hasFocus());
    QTest::keyClick(layers->button(1), Qt::Key_End);
    QVERIFY(layers->button(model().numLayers - 1)->hasFocus());
    QTest::keyClick(layers->button(model().numLayers - 1), Qt::Key_Space);
    QVERIFY(!layers->button(model().numLayers - 1)->isChecked());
    // The last layer that is left can't be taken away.
    QSignalSpy refused(m_document.get(), &DesignDocument::refused);
    for (int layer = 0; layer < model().numLayers - 1; ++layer) {
        layers->button(layer)->click();
    }
    QCOMPARE(refused.count(), 1);
    QVERIFY(layers->button(model().numLayers - 2)->isChecked());
}

void TestDesignMethods::methodsAreAddedAndTakenOut() {
    apply(QStringLiteral("lora"));
    auto* add = child<QToolButton>(QStringLiteral("addPart"));
    QVERIFY(add->isVisibleTo(m_page.get()));
    QVERIFY(!child<QToolButton>(QStringLiteral("removePart_lora"))->isVisibleTo(m_page.get()));
    const auto action = [&](const char* method) {
        Q_EMIT add->menu()->aboutToShow();
        return add->menu()->findChild<QAction*>(QStringLiteral("addPart_") + QLatin1String(method));
    };
    // DoRA stands at the same maps: it says so and can't be chosen.
    QVERIFY(!action("dora")->isEnabled());
    QVERIFY(action("dora")->toolTip().contains(QStringLiteral("LoRA")));
    action("prefix_tuning")->trigger();
    action("bottleneck")->trigger();
    const auto& parts = experiment().adapters.front().config.parts;
    QCOMPARE(parts.size(), std::size_t{3});
    QVERIFY(experimentFromJson(toJson(experiment())));
    for (const char* method : {"lora", "prefix_tuning", "bottleneck"}) {
        // Forms that were replaced go with the next turn of the event loop.
        QTRY_COMPARE(
            m_page->findChildren<QWidget*>(QStringLiteral("partHeader_") + QLatin1String(method)).size(), 1);
        QVERIFY2(
            child<QWidget>(QStringLiteral("partHeader_") + QLatin1String(method))->isVisibleTo(m_page.get()),
            method);
    }
    child<QToolButton>(QStringLiteral("removePart_lora"))->click();
    QCOMPARE(experiment().adapters.front().config.parts.size(), std::size_t{2});
    child<QToolButton>(QStringLiteral("removePart_bottleneck"))->click();
    QCOMPARE(experiment().adapters.front().config.parts.front().method, std::string("prefix_tuning"));
    QVERIFY(!child<QWidget>(QStringLiteral("reductionFactor"))->isVisibleTo(m_page.get()));
    QCOMPARE(m_document->undoStack()->count(), 5);
}

void TestDesignMethods::headOfTheInspectorSaysItAll() {
    apply(QStringLiteral("vera"));
    const Method& vera = *findMethod("vera");
    auto* header = child<QWidget>(QStringLiteral("partHeader_vera"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partTitle"))->text(), QStringLiteral("VeRA"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partEquation"))->text(),
             QString::fromStdString(vera.equation));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partPaper"))->text(),
             QString::fromStdString(vera.paper));
    const QString counts = header->findChild<QLabel*>(QStringLiteral("partCounts"))->text();
    const std::int64_t total = *parameterCount(experiment().adapters.front().config, model());
    QVERIFY2(counts.contains(QLocale().toString(static_cast<qlonglong>(total))), qPrintable(counts));
    QVERIFY(counts.startsWith(QStringLiteral("12")));
    QVERIFY(child<QLabel>(QStringLiteral("adapterHubNote"))->text().contains(QStringLiteral("VeRA")));
    QVERIFY(
        child<QLabel>(QStringLiteral("inspectorSummary"))->text().contains(QStringLiteral("fresh weights")));
    apply(QStringLiteral("pfeiffer"));
    QVERIFY(!child<QLabel>(QStringLiteral("adapterHubNote"))->isVisibleTo(m_page.get()));
    header = child<QWidget>(QStringLiteral("partHeader_bottleneck"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partTitle"))->text(), QStringLiteral("Pfeiffer"));
    child<QCheckBox>(QStringLiteral("sharedAcrossLayers"))->click();
    QVERIFY(
        header->findChild<QLabel*>(QStringLiteral("partCounts"))->text().contains(QStringLiteral("share")));
    QVERIFY(child<QLabel>(QStringLiteral("adapterDropText"))->text().contains(QStringLiteral("share")));
}

void TestDesignMethods::trainedIsSwitched() {
    apply(QStringLiteral("lora"));
    auto* trained = child<QCheckBox>(QStringLiteral("adapterTrained"));
    QVERIFY(trained->isEnabled() && trained->isChecked());
    trained->click();
    QVERIFY(!experiment().trainsAdapter(experiment().adapters.front().name));
    QVERIFY(!trained->isChecked());
    trained->click();
    QVERIFY(experiment().trainsAdapter(experiment().adapters.front().name));
    m_document->edit(withTrainTarget(experiment(), TrainTarget::Everything), QStringLiteral("full"));
    QVERIFY(!trained->isEnabled());
    QVERIFY(trained->toolTip().contains(QStringLiteral("Full fine-tuning")));
}

void TestDesignMethods::searchFindsByAnyWord() {
    auto* search = child<QLineEdit>(QStringLiteral("paletteSearch"));
    const auto find = [&](const QString& words) {
        search->setFocus();
        search->selectAll();
        QTest::keyClicks(search, words);
        return palette()->shownCount();
    };
    QCOMPARE(palette()->shownCount(), static_cast<int>(methodPresets().size()) + 2);
    QCOMPARE(find(QStringLiteral("dora")), 1);
    QCOMPARE(palette()->currentPreset(), QStringLiteral("dora"));
    QCOMPARE(find(QStringLiteral("2106.09685")), 1); // LoRA's paper
    QCOMPARE(find(QStringLiteral("kopiczko")), 1);
    QVERIFY(find(QStringLiteral("unions")) == 2);
    QCOMPARE(find(QStringLiteral("probe")), 1);
    QCOMPARE(find(QStringLiteral("no such thing")), 0);
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(search->text().isEmpty());
    QCOMPARE(palette()->shownCount(), static_cast<int>(methodPresets().size()) + 2);
    find(QStringLiteral("reft noreft"));
    QTest::keyClick(search, Qt::Key_Down);
    QVERIFY(palette()->hasFocus());
    QTest::keyClick(palette(), Qt::Key_Return);
    QCOMPARE(experiment().adapters.front().preset, std::string("noreft"));
    canvas()->setFocus();
    child<QAction>(QStringLiteral("findMethodAction"))->trigger();
    QVERIFY(search->hasFocus());
}

void TestDesignMethods::yardsticksSwitchWhatIsTrained() {
    apply(QStringLiteral("lora"));
    apply(QLatin1String(kLinearProbe));
    QVERIFY(trainTarget(experiment()) == TrainTarget::HeadOnly);
    QCOMPARE(experiment().adapters.size(), std::size_t{1}); // switched off, still there
    apply(QLatin1String(kFullFineTuning));
    QVERIFY(trainTarget(experiment()) == TrainTarget::Everything);
    // They have no module to place.
    QSignalSpy refused(m_document.get(), &DesignDocument::refused);
    QVERIFY(!placePreset(*m_document, QLatin1String(kFullFineTuning), 1, Site::FfnOutput));
    QCOMPARE(refused.count(), 1);
    apply(QStringLiteral("houlsby"));
    QVERIFY(trainTarget(experiment()) == TrainTarget::Adapters);
}

void TestDesignMethods::headAndDataThatDoNotFitAreSaid() {
    apply(QStringLiteral("pfeiffer"));
    auto* bar = child<QWidget>(QStringLiteral("designProblem"));
    auto* button = child<QPushButton>(QStringLiteral("trainButton"));
    QVERIFY(!bar->isVisibleTo(m_page.get()));
    QVERIFY(button->isEnabled());
    auto* type = child<QComboBox>(QStringLiteral("headType"));
    for (const HeadType wrong : {HeadType::MultiLabel, HeadType::Regression, HeadType::Tagging,
                                 HeadType::MaskedLm, HeadType::CausalLm}) {
        const std::string_view name = headTypeName(wrong);
        type->setCurrentIndex(
            type->findData(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()))));
        Q_EMIT type->activated(type->currentIndex());
        QVERIFY(bar->isVisibleTo(m_page.get()));
        QVERIFY(!button->isEnabled());
        const QString text = child<QLabel>(QStringLiteral("designProblemText"))->text();
        QCOMPARE(text, button->toolTip());
        QVERIFY2(text.contains(QStringLiteral("head"), Qt::CaseInsensitive), qPrintable(text));
        auto* use = child<QPushButton>(QStringLiteral("designProblemHead"));
        QVERIFY(use->text().contains(QStringLiteral("classification")));
        use->click();
        QVERIFY(experiment().head.type == HeadType::Classification);
        QVERIFY(!bar->isVisibleTo(m_page.get()));
    }
    // Files: their form says what they are for.
    Experiment sentences = experiment();
    sentences.data.source = "files";
    sentences.data.splits["train"] = "train.conllu";
    m_document->edit(sentences, QStringLiteral("files"));
    QVERIFY(bar->isVisibleTo(m_page.get()));
    child<QPushButton>(QStringLiteral("designProblemHead"))->click();
    QVERIFY(experiment().head.type == HeadType::Tagging);
    QVERIFY(!bar->isVisibleTo(m_page.get()));
    sentences.data.format = "text";
    m_document->edit(sentences, QStringLiteral("files"));
    QSignalSpy requested(m_page.get(), &Page::pageRequested);
    child<QPushButton>(QStringLiteral("designProblemData"))->click();
    QCOMPARE(requested.count(), 1);
    child<QPushButton>(QStringLiteral("designProblemHead"))->click();
    QVERIFY(experiment().head.type == HeadType::MaskedLm);
    QVERIFY(button->isEnabled());
}

void TestDesignMethods::steppingFollowsTheSelection() {
    apply(QStringLiteral("unipelt"));
    canvas()->selectAllModules();
    const auto before = modules();
    FactorEditor(*m_document).step(before.back().module.ref, -1, FactorEditor::Reach::Selected);
    const auto after = modules();
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        const int size = before[i].module.place.bottleneck;
        QCOMPARE(after[i].module.place.bottleneck,
                 before[i].hasSize() ? design::nextSize(size, 1, 65536) : size);
    }
    QCOMPARE(m_document->undoStack()->count(), 2);
}

QTEST_MAIN(TestDesignMethods)
#include "test_design_methods.moc"
