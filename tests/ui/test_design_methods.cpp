#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>

#include "backend/experiment/design_place.h"
#include "backend/experiment/method_edit.h"
#include "tests/ui/design_bench.h"
#include "ui/canvas/factor_editor.h"
#include "ui/canvas/pointer_note.h"
#include "ui/design/layer_toggles.h"
#include "ui/design/number_field.h"

using namespace awb;
using namespace awb::ui;
using namespace awb::ui::test;

namespace {

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
    void initTestCase() { prepareProgram(QStringLiteral("test_design_methods")); }
    void init() {
        m_bench = std::make_unique<DesignBench>();
        QVERIFY(m_bench->start());
    }
    void cleanup() { m_bench.reset(); }
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

private:
    std::unique_ptr<DesignBench> m_bench;
};

void TestDesignMethods::appliesAndListsItsModules() {
    QFETCH(const QString, name);
    m_bench->apply(name);
    QCOMPARE(m_bench->experiment().adapters.size(), std::size_t{1});
    QVERIFY(m_bench->experiment().adapters.front().config.parts == presetOf(name).parts);
    QVERIFY(!m_bench->modules().empty());
    std::int64_t shown = 0;
    for (const design::MethodModule& each : m_bench->modules()) {
        const QModelIndex row = m_bench->tree()->indexOf(each.module.ref);
        QVERIFY(row.isValid());
        QVERIFY(m_bench->tree()->methodAt(row) == each.method);
        const QString size = row.siblingAtColumn(DesignTreeModel::Size).data().toString();
        QCOMPARE(size, each.module.isShared() ? QString() : QLocale().toString(each.module.place.bottleneck));
        const QString factor = row.siblingAtColumn(DesignTreeModel::Factor).data().toString();
        QCOMPARE(!factor.isEmpty(), each.hasFactor());
        const QModelIndex sizeCell = row.siblingAtColumn(DesignTreeModel::Size);
        QCOMPARE(m_bench->tree()->flags(sizeCell).testFlag(Qt::ItemIsEditable), each.hasSize());
        const QString parameters = row.siblingAtColumn(DesignTreeModel::Parameters).data().toString();
        shown += QLocale().toLongLong(parameters);
    }
    QCOMPARE(shown, *parameterCount(m_bench->experiment().adapters.front().config, m_bench->model()));
    // The totals count the same, with the head.
    const CostInput cost = design::costInput(m_bench->experiment(), m_bench->model(), 0, 64, 0);
    QCOMPARE(cost.adapterParameters, shown);
    const QString total = m_bench->child<QWidget>(QStringLiteral("totalTrainable"))->accessibleName();
    QVERIFY2(total.contains(QLocale().toString(static_cast<qlonglong>(shown + cost.headParameters))),
             qPrintable(total));
    m_bench->document().undoStack()->undo();
    QVERIFY(m_bench->experiment() == emptyDesign());
}

void TestDesignMethods::optionIsOneUndoableEdit() {
    QFETCH(const QString, name);
    m_bench->apply(name);
    const Experiment before = m_bench->experiment();
    const MethodConfig& part = m_bench->experiment().adapters.front().config.parts.front();
    if (part.isBottleneck()) {
        auto* factor = m_bench->child<NumberField>(QStringLiteral("reductionFactor"));
        QVERIFY(factor->isVisibleTo(&m_bench->page()) && factor->isEnabled());
        factor->stepBy(-1);
    } else {
        // The first number or switch of the form.
        bool isChanged = false;
        for (const OptionSpec& option : findMethod(part.method)->options) {
            auto* field = m_bench->child<QWidget>(
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
    QCOMPARE(m_bench->document().undoStack()->count(), 2);
    QVERIFY(m_bench->experiment() != before);
    QVERIFY(experimentFromJson(toJson(m_bench->experiment())));
    m_bench->document().undoStack()->undo();
    QVERIFY(m_bench->experiment() == before);
}

void TestDesignMethods::dropsWhereItActsAndSaysWhyElsewhere() {
    QFETCH(const QString, name);
    const std::set<Site> sites = design::sitesFor(presetOf(name), m_bench->model());
    QVERIFY(!sites.empty());
    for (const Site site :
         {Site::AttentionOutput, Site::AttentionParallel, Site::FfnOutput, Site::FfnParallel}) {
        QVERIFY(m_bench->document().open(emptyDesign()));
        const bool isAccepted = m_bench->drop(name, m_bench->layout().siteCentre({2, site}));
        QCOMPARE(isAccepted, sites.contains(site));
        if (isAccepted) {
            QCOMPARE(m_bench->document().undoStack()->count(), 1);
            QVERIFY(!m_bench->document().selection().empty());
            QCOMPARE(m_bench->document().selection().begin()->layer, 2);
            QVERIFY(design::lowestTrainedLayer(m_bench->experiment(), m_bench->model()) <= 2);
            continue;
        }
        const auto* note = m_bench->canvas()->findChild<PointerNote*>();
        QVERIFY(note->isVisible());
        QVERIFY(note->kind() == PointerNote::Kind::Refusal);
        QVERIFY2(note->text().contains(QStringLiteral("drop it")), qPrintable(note->text()));
        QVERIFY(m_bench->experiment().adapters.empty());
        QCOMPARE(m_bench->document().undoStack()->count(), 0);
    }
}

void TestDesignMethods::dropOnALayerPlacesAllOfIt() {
    QFETCH(const QString, name);
    // A point of the card away from all sites.
    const QRectF card = m_bench->layout().rowCard(3);
    std::optional<QPointF> free;
    for (double x = card.left() + 4; x < card.right() && !free; x += 8) {
        for (double y = card.top() + 4; y < card.bottom() && !free; y += 8) {
            if (!m_bench->layout().nearestSlot({x, y}, 40)) {
                free = QPointF(x, y);
            }
        }
    }
    QVERIFY(free);
    std::set<Site> expected;
    AdapterConfig config;
    config.parts = presetOf(name).parts;
    const auto places = modulesOf(config, m_bench->model());
    QVERIFY(places);
    for (const ModulePlace& place : *places) {
        if (place.layer == 3) {
            expected.insert(place.site);
        }
    }
    QCOMPARE(m_bench->drop(name, *free), !expected.empty());
    std::set<Site> placed;
    for (const design::MethodModule& each : m_bench->modules()) {
        QVERIFY(each.module.ref.layer == 3 || each.module.ref.layer == kNoLayer);
        if (each.module.ref.layer == 3) {
            placed.insert(each.module.ref.site);
        }
    }
    QVERIFY(placed == expected);
    if (expected.empty()) {
        QVERIFY(
            m_bench->canvas()->findChild<PointerNote*>()->text().contains(QStringLiteral("not in a layer")));
        QVERIFY(m_bench->drop(name, m_bench->layout().embeddingCard().center()));
        QCOMPARE(m_bench->modules().front().module.ref.layer, kNoLayer);
    }
}

void TestDesignMethods::tablePlacesAtOfferedSites() {
    QFETCH(const QString, name);
    m_bench->choose(name);
    for (const Site site : design::sitesFor(presetOf(name), m_bench->model())) {
        QVERIFY(m_bench->document().open(emptyDesign()));
        const bool isOutside =
            site == Site::EmbeddingOutput || site == Site::InputPrompt || site == Site::Pooler;
        const int layer = isOutside ? kNoLayer : 1;
        const QModelIndex row = m_bench->tree()->indexOf(layer, site);
        QVERIFY2(row.isValid(), siteName(site).data());
        QCOMPARE(row.siblingAtColumn(DesignTreeModel::Adapter).data().toString(), QStringLiteral("empty"));
        m_bench->table()->setFocus();
        m_bench->table()->setCurrentIndex(row);
        QTest::keyClick(m_bench->table(), Qt::Key_Return);
        const auto placed = m_bench->modules();
        QVERIFY(std::any_of(placed.begin(), placed.end(), [&](const design::MethodModule& each) {
            return each.module.ref.layer == layer && each.module.ref.site == site;
        }));
        QVERIFY(m_bench->experiment().trainsAdapter(m_bench->experiment().adapters.front().name));
    }
}

void TestDesignMethods::stepsAndPopupChangeTheMethodsSize() {
    QFETCH(const QString, name);
    m_bench->apply(name);
    const auto all = m_bench->modules();
    const auto sized = std::find_if(all.begin(), all.end(), [](const auto& each) { return each.hasSize(); });
    QSignalSpy refused(&m_bench->document(), &DesignDocument::refused);
    FactorEditor editor(m_bench->document());
    if (sized == all.end()) { // nothing to choose: said, not done
        editor.step(all.front().module.ref, 1, FactorEditor::Reach::One);
        QCOMPARE(refused.count(), 1);
        QCOMPARE(m_bench->document().undoStack()->count(), 1);
        return;
    }
    const design::ModuleRef ref = sized->module.ref;
    const auto sizeNow = [&] {
        const auto now = m_bench->modules();
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
    m_bench->document().setSelection({ref});
    m_bench->canvas()->setFocus();
    QTest::keyClick(m_bench->canvas(), Qt::Key_Equal);
    auto* spin = m_bench->canvas()->findChild<QSpinBox*>(QStringLiteral("canvasSizeSpin"));
    QVERIFY(spin->isVisible());
    QCOMPARE(m_bench->canvas()->findChild<QLabel*>(QStringLiteral("canvasSizeTitle"))->text().toLower(),
             QString::fromStdString(sized->method->sizeTitle).toLower());
    spin->setValue(4 * before);
    QTest::keyClick(spin, Qt::Key_Return);
    QCOMPARE(sizeNow(), 4 * before);
}

void TestDesignMethods::layersAreSwitchedOneByOne() {
    QFETCH(const QString, name);
    m_bench->apply(name);
    const Experiment before = m_bench->experiment();
    for (std::size_t part = 0; part < presetOf(name).parts.size(); ++part) {
        const QString method = QString::fromStdString(presetOf(name).parts[part].method);
        auto* header = m_bench->child<QWidget>(QStringLiteral("partHeader_") + method);
        QVERIFY(header && header->isVisibleTo(&m_bench->page()));
        auto* layers = header->findChild<LayerToggles*>();
        const auto& config = m_bench->experiment().adapters.front().config.parts[part];
        QCOMPARE(layers->isVisibleTo(&m_bench->page()), design::canChooseLayers(config));
        if (!design::canChooseLayers(config)) {
            continue;
        }
        QVERIFY(layers->button(4)->isChecked());
        layers->button(4)->click();
        QVERIFY(!layers->button(4)->isChecked());
        QVERIFY(!design::layersOf(m_bench->experiment().adapters.front().config.parts[part], m_bench->model())
                     .contains(4));
        layers->button(4)->click();
        QVERIFY(m_bench->experiment() == before);
    }
}

QTEST_MAIN(TestDesignMethods)
#include "test_design_methods.moc"
