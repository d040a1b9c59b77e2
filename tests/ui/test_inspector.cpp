#include <memory>
#include <set>
#include <string>

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

#include "backend/experiment/method_edit.h"
#include "tests/ui/design_bench.h"
#include "ui/canvas/factor_editor.h"
#include "ui/design/design_edits.h"
#include "ui/design/layer_toggles.h"
#include "ui/design/number_field.h"

using namespace awb;
using namespace awb::ui;
using namespace awb::ui::test;

/// The inspector's head and sections, the palette's search and yardsticks, and the head's fit to the data.
class TestInspector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareProgram(QStringLiteral("test_inspector")); }
    void init() {
        m_bench = std::make_unique<DesignBench>();
        QVERIFY(m_bench->start());
    }
    void cleanup() { m_bench.reset(); }
    void mixedLayersShowAsMixed();
    void layerRowIsOneTabStop();
    void methodsAreAddedAndTakenOut();
    void headOfTheInspectorSaysItAll();
    void savedAdaptersSayWhereTheyAre();
    void trainedIsSwitched();
    void searchFindsByAnyWord();
    void yardsticksSwitchWhatIsTrained();
    void headAndDataThatDoNotFitAreSaid();
    void steppingFollowsTheSelection();

private:
    std::unique_ptr<DesignBench> m_bench;
};

void TestInspector::mixedLayersShowAsMixed() {
    QVERIFY(m_bench->drop(QStringLiteral("lora"), m_bench->layout().rowCard(0).topLeft() + QPointF(10, 10)));
    Experiment two = m_bench->experiment();
    two.adapters.push_back(two.adapters.front());
    two.adapters.back().name = "other";
    two.adapters.back().config.parts.front().options.set("leave_out", std::vector<int>{0});
    two.adapters.back().config.parts.front().options.set("r", std::int64_t{2});
    m_bench->document().edit(two, QStringLiteral("two"));
    m_bench->document().setSelection({});
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the form of the selection goes
    QVERIFY(m_bench->child<NumberField>(QStringLiteral("option_lora_r"))->isMixed());
    auto* layers = m_bench->child<QWidget>(QStringLiteral("partHeader_lora"))->findChild<LayerToggles*>();
    QVERIFY(layers->button(0)->toolTip().contains(QStringLiteral("mixed")));
    layers->button(0)->click(); // what is mixed is switched on
    for (const AdapterSpec& adapter : m_bench->experiment().adapters) {
        QVERIFY(design::layersOf(adapter.config.parts.front(), m_bench->model()).contains(0));
    }
}

void TestInspector::layerRowIsOneTabStop() {
    m_bench->apply(QStringLiteral("lora"));
    auto* layers = m_bench->child<QWidget>(QStringLiteral("partHeader_lora"))->findChild<LayerToggles*>();
    int stops = 0;
    for (int layer = 0; layer < m_bench->model().numLayers; ++layer) {
        stops += layers->button(layer)->focusPolicy() == Qt::StrongFocus ? 1 : 0;
    }
    QCOMPARE(stops, 1);
    layers->button(0)->setFocus();
    QTest::keyClick(layers->button(0), Qt::Key_Right);
    QVERIFY(layers->button(1)->hasFocus());
    QTest::keyClick(layers->button(1), Qt::Key_End);
    QVERIFY(layers->button(m_bench->model().numLayers - 1)->hasFocus());
    QTest::keyClick(layers->button(m_bench->model().numLayers - 1), Qt::Key_Space);
    QVERIFY(!layers->button(m_bench->model().numLayers - 1)->isChecked());
    // The last layer that is left can't be taken away.
    QSignalSpy refused(&m_bench->document(), &DesignDocument::refused);
    for (int layer = 0; layer < m_bench->model().numLayers - 1; ++layer) {
        layers->button(layer)->click();
    }
    QCOMPARE(refused.count(), 1);
    QVERIFY(layers->button(m_bench->model().numLayers - 2)->isChecked());
}

void TestInspector::methodsAreAddedAndTakenOut() {
    m_bench->apply(QStringLiteral("lora"));
    auto* add = m_bench->child<QToolButton>(QStringLiteral("addPart"));
    QVERIFY(add->isVisibleTo(&m_bench->page()));
    QVERIFY(!m_bench->child<QToolButton>(QStringLiteral("removePart_lora"))->isVisibleTo(&m_bench->page()));
    const auto action = [&](const char* method) {
        Q_EMIT add->menu()->aboutToShow();
        return add->menu()->findChild<QAction*>(QStringLiteral("addPart_") + QLatin1String(method));
    };
    // DoRA stands at the same maps: it says so and can't be chosen.
    QVERIFY(!action("dora")->isEnabled());
    QVERIFY(action("dora")->toolTip().contains(QStringLiteral("LoRA")));
    action("prefix_tuning")->trigger();
    action("bottleneck")->trigger();
    const auto& parts = m_bench->experiment().adapters.front().config.parts;
    QCOMPARE(parts.size(), std::size_t{3});
    QVERIFY(experimentFromJson(toJson(m_bench->experiment())));
    for (const char* method : {"lora", "prefix_tuning", "bottleneck"}) {
        // Forms that were replaced go with the next turn of the event loop.
        QTRY_COMPARE(m_bench->page()
                         .findChildren<QWidget*>(QStringLiteral("partHeader_") + QLatin1String(method))
                         .size(),
                     1);
        QVERIFY2(m_bench->child<QWidget>(QStringLiteral("partHeader_") + QLatin1String(method))
                     ->isVisibleTo(&m_bench->page()),
                 method);
    }
    m_bench->child<QToolButton>(QStringLiteral("removePart_lora"))->click();
    QCOMPARE(m_bench->experiment().adapters.front().config.parts.size(), std::size_t{2});
    m_bench->child<QToolButton>(QStringLiteral("removePart_bottleneck"))->click();
    QCOMPARE(m_bench->experiment().adapters.front().config.parts.front().method,
             std::string("prefix_tuning"));
    QVERIFY(!m_bench->child<QWidget>(QStringLiteral("reductionFactor"))->isVisibleTo(&m_bench->page()));
    QCOMPARE(m_bench->document().undoStack()->count(), 5);
}

void TestInspector::headOfTheInspectorSaysItAll() {
    m_bench->apply(QStringLiteral("vera"));
    const Method& vera = *findMethod("vera");
    auto* header = m_bench->child<QWidget>(QStringLiteral("partHeader_vera"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partTitle"))->text(), QStringLiteral("VeRA"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partEquation"))->text(),
             QString::fromStdString(vera.equation));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partPaper"))->text(),
             QString::fromStdString(vera.paper));
    const QString counts = header->findChild<QLabel*>(QStringLiteral("partCounts"))->text();
    const std::int64_t total =
        *parameterCount(m_bench->experiment().adapters.front().config, m_bench->model());
    QVERIFY2(counts.contains(QLocale().toString(static_cast<qlonglong>(total))), qPrintable(counts));
    QVERIFY(counts.startsWith(QStringLiteral("12")));
    QVERIFY(
        m_bench->child<QLabel>(QStringLiteral("adapterHubNote"))->text().contains(QStringLiteral("VeRA")));
    QVERIFY(m_bench->child<QLabel>(QStringLiteral("inspectorSummary"))
                ->text()
                .contains(QStringLiteral("fresh weights")));
    m_bench->apply(QStringLiteral("pfeiffer"));
    QVERIFY(!m_bench->child<QLabel>(QStringLiteral("adapterHubNote"))->isVisibleTo(&m_bench->page()));
    header = m_bench->child<QWidget>(QStringLiteral("partHeader_bottleneck"));
    QCOMPARE(header->findChild<QLabel*>(QStringLiteral("partTitle"))->text(), QStringLiteral("Pfeiffer"));
    m_bench->child<QCheckBox>(QStringLiteral("sharedAcrossLayers"))->click();
    QVERIFY(
        header->findChild<QLabel*>(QStringLiteral("partCounts"))->text().contains(QStringLiteral("share")));
    QVERIFY(
        m_bench->child<QLabel>(QStringLiteral("adapterDropText"))->text().contains(QStringLiteral("share")));
}

void TestInspector::savedAdaptersSayWhereTheyAre() {
    Experiment saved = emptyDesign();
    AdapterSpec adapter;
    adapter.name = "old";
    adapter.from = "adapters/old";
    saved.adapters = {adapter};
    saved.composition = Composition::of("old");
    QVERIFY(m_bench->document().open(saved));
    const auto* summary = m_bench->child<QLabel>(QStringLiteral("inspectorSummary"));
    QVERIFY2(summary->text().contains(QStringLiteral("from adapters/old")), qPrintable(summary->text()));
    QVERIFY(!m_bench->child<QCheckBox>(QStringLiteral("adapterTrained"))->isChecked());
    // Its options are in the folder: there is nothing to edit here, and nothing to add.
    auto* header = m_bench->child<QWidget>(QStringLiteral("partHeader_bottleneck"));
    QVERIFY(!header->isVisibleTo(&m_bench->page()));
    auto* add = m_bench->child<QToolButton>(QStringLiteral("addPart"));
    Q_EMIT add->menu()->aboutToShow();
    for (const QAction* action : add->menu()->actions()) {
        QVERIFY(!action->isEnabled());
        QVERIFY(action->toolTip().contains(QStringLiteral("folder")));
    }
}

void TestInspector::trainedIsSwitched() {
    m_bench->apply(QStringLiteral("lora"));
    auto* trained = m_bench->child<QCheckBox>(QStringLiteral("adapterTrained"));
    QVERIFY(trained->isEnabled() && trained->isChecked());
    trained->click();
    QVERIFY(!m_bench->experiment().trainsAdapter(m_bench->experiment().adapters.front().name));
    QVERIFY(!trained->isChecked());
    trained->click();
    QVERIFY(m_bench->experiment().trainsAdapter(m_bench->experiment().adapters.front().name));
    m_bench->document().edit(withTrainTarget(m_bench->experiment(), TrainTarget::Everything),
                             QStringLiteral("full"));
    QVERIFY(!trained->isEnabled());
    QVERIFY(trained->toolTip().contains(QStringLiteral("Full fine-tuning")));
}

void TestInspector::searchFindsByAnyWord() {
    auto* search = m_bench->child<QLineEdit>(QStringLiteral("paletteSearch"));
    const auto find = [&](const QString& words) {
        search->setFocus();
        search->selectAll();
        QTest::keyClicks(search, words);
        return m_bench->palette()->shownCount();
    };
    QCOMPARE(m_bench->palette()->shownCount(), static_cast<int>(methodPresets().size()) + 2);
    QCOMPARE(find(QStringLiteral("dora")), 1);
    QCOMPARE(m_bench->palette()->currentPreset(), QStringLiteral("dora"));
    QCOMPARE(find(QStringLiteral("2106.09685")), 1); // LoRA's paper
    QCOMPARE(find(QStringLiteral("kopiczko")), 1);
    QVERIFY(find(QStringLiteral("unions")) == 2);
    QCOMPARE(find(QStringLiteral("probe")), 1);
    QCOMPARE(find(QStringLiteral("no such thing")), 0);
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(search->text().isEmpty());
    QCOMPARE(m_bench->palette()->shownCount(), static_cast<int>(methodPresets().size()) + 2);
    find(QStringLiteral("reft noreft"));
    QTest::keyClick(search, Qt::Key_Down);
    QVERIFY(m_bench->palette()->hasFocus());
    QTest::keyClick(m_bench->palette(), Qt::Key_Return);
    QCOMPARE(m_bench->experiment().adapters.front().preset, std::string("noreft"));
    m_bench->canvas()->setFocus();
    m_bench->child<QAction>(QStringLiteral("findMethodAction"))->trigger();
    QVERIFY(search->hasFocus());
}

void TestInspector::yardsticksSwitchWhatIsTrained() {
    m_bench->apply(QStringLiteral("lora"));
    m_bench->apply(QLatin1String(kLinearProbe));
    QVERIFY(trainTarget(m_bench->experiment()) == TrainTarget::HeadOnly);
    QCOMPARE(m_bench->experiment().adapters.size(), std::size_t{1}); // switched off, still there
    m_bench->apply(QLatin1String(kFullFineTuning));
    QVERIFY(trainTarget(m_bench->experiment()) == TrainTarget::Everything);
    // They have no module to place.
    QSignalSpy refused(&m_bench->document(), &DesignDocument::refused);
    QVERIFY(!placePreset(m_bench->document(), QLatin1String(kFullFineTuning), 1, Site::FfnOutput));
    QCOMPARE(refused.count(), 1);
    m_bench->apply(QStringLiteral("houlsby"));
    QVERIFY(trainTarget(m_bench->experiment()) == TrainTarget::Adapters);
}

void TestInspector::headAndDataThatDoNotFitAreSaid() {
    m_bench->apply(QStringLiteral("pfeiffer"));
    auto* bar = m_bench->child<QWidget>(QStringLiteral("designProblem"));
    auto* button = m_bench->child<QPushButton>(QStringLiteral("trainButton"));
    QVERIFY(!bar->isVisibleTo(&m_bench->page()));
    QVERIFY(button->isEnabled());
    auto* type = m_bench->child<QComboBox>(QStringLiteral("headType"));
    for (const HeadType wrong : {HeadType::MultiLabel, HeadType::Regression, HeadType::Tagging,
                                 HeadType::MaskedLm, HeadType::CausalLm}) {
        const std::string_view name = headTypeName(wrong);
        type->setCurrentIndex(
            type->findData(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()))));
        Q_EMIT type->activated(type->currentIndex());
        QVERIFY(bar->isVisibleTo(&m_bench->page()));
        QVERIFY(!button->isEnabled());
        const QString text = m_bench->child<QLabel>(QStringLiteral("designProblemText"))->text();
        QCOMPARE(text, button->toolTip());
        QVERIFY2(text.contains(QStringLiteral("head"), Qt::CaseInsensitive), qPrintable(text));
        auto* use = m_bench->child<QPushButton>(QStringLiteral("designProblemHead"));
        QVERIFY(use->text().contains(QStringLiteral("classification")));
        use->click();
        QVERIFY(m_bench->experiment().head.type == HeadType::Classification);
        QVERIFY(!bar->isVisibleTo(&m_bench->page()));
    }
    // Files: their form says what they are for.
    Experiment sentences = m_bench->experiment();
    sentences.data.source = "files";
    sentences.data.splits["train"] = "train.conllu";
    m_bench->document().edit(sentences, QStringLiteral("files"));
    QVERIFY(bar->isVisibleTo(&m_bench->page()));
    m_bench->child<QPushButton>(QStringLiteral("designProblemHead"))->click();
    QVERIFY(m_bench->experiment().head.type == HeadType::Tagging);
    QVERIFY(!bar->isVisibleTo(&m_bench->page()));
    sentences.data.format = "text";
    m_bench->document().edit(sentences, QStringLiteral("files"));
    QSignalSpy requested(&m_bench->page(), &Page::pageRequested);
    m_bench->child<QPushButton>(QStringLiteral("designProblemData"))->click();
    QCOMPARE(requested.count(), 1);
    m_bench->child<QPushButton>(QStringLiteral("designProblemHead"))->click();
    QVERIFY(m_bench->experiment().head.type == HeadType::MaskedLm);
    QVERIFY(button->isEnabled());
}

void TestInspector::steppingFollowsTheSelection() {
    m_bench->apply(QStringLiteral("unipelt"));
    m_bench->canvas()->selectAllModules();
    const auto before = m_bench->modules();
    FactorEditor(m_bench->document()).step(before.back().module.ref, -1, FactorEditor::Reach::Selected);
    const auto after = m_bench->modules();
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        const int size = before[i].module.place.bottleneck;
        QCOMPARE(after[i].module.place.bottleneck,
                 before[i].hasSize() ? design::nextSize(size, 1, 65536) : size);
    }
    QCOMPARE(m_bench->document().undoStack()->count(), 2);
}

QTEST_MAIN(TestInspector)
#include "test_inspector.moc"
