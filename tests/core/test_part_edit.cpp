#include <set>
#include <string>

#include <QTest>

#include "backend/experiment/design.h"
#include "backend/experiment/design_place.h"
#include "backend/experiment/method_edit.h"
#include "backend/experiment/method_modules.h"
#include "backend/experiment/part_edit.h"

using namespace awb;

namespace {

ModelConfig smallModel() {
    ModelConfig model;
    model.vocabSize = 100;
    model.hiddenSize = 64;
    model.numLayers = 4;
    model.numHeads = 4;
    model.intermediateSize = 256;
    model.maxPositions = 64;
    model.typeVocabSize = 2;
    return model;
}

Experiment with(const char* preset) {
    return *design::applyPreset({}, smallModel(), *findMethodPreset(preset));
}

} // namespace

/// Unions put together by hand, and drops on a layer.
class TestPartEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsActInTheAdaptersLayers();
    void partsThatMeetAreRefused();
    void theLastPartStays();
    void layersOfOnePart();
    void sitesAreThoseOfDrops_data();
    void sitesAreThoseOfDrops();
    void aLayerTakesAllModules();
    void modulesKnowTheirMethod();
};

void TestPartEdit::partsActInTheAdaptersLayers() {
    Experiment experiment = with("lora");
    const std::string name = experiment.adapters.front().name;
    experiment = *design::setPartLayers(experiment, smallModel(), name, 0, {1, 3});
    const auto more = design::addPart(experiment, smallModel(), name, "prefix_tuning");
    QVERIFY(more);
    const AdapterSpec& adapter = more->adapters.front();
    QCOMPARE(adapter.config.parts.size(), std::size_t{2});
    QVERIFY((design::layersOf(adapter.config.parts[1], smallModel()) == std::set{1, 3}));
    QVERIFY(adapter.preset.empty());
    QVERIFY(*experimentFromJson(toJson(*more)) == *more);
    const auto back = design::removePart(*more, name, 1);
    QVERIFY(back);
    QVERIFY(back->adapters.front().config == experiment.adapters.front().config);
}

void TestPartEdit::partsThatMeetAreRefused() {
    const Experiment experiment = with("lora");
    const std::string name = experiment.adapters.front().name;
    const auto refused = design::addPart(experiment, smallModel(), name, "dora");
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("LoRA") != std::string::npos);
    QVERIFY(!design::addPart(experiment, smallModel(), name, "no such method"));
    QVERIFY(!design::addPart(experiment, smallModel(), "nobody", "bitfit"));
}

void TestPartEdit::theLastPartStays() {
    const Experiment experiment = with("bitfit");
    const std::string name = experiment.adapters.front().name;
    QVERIFY(!design::removePart(experiment, name, 0));
    QVERIFY(!design::removePart(experiment, name, 1));
    QVERIFY(!design::removePart(experiment, "nobody", 0));
}

void TestPartEdit::layersOfOnePart() {
    const Experiment experiment = with("unipelt");
    const std::string name = experiment.adapters.front().name;
    const auto edited = design::setPartLayers(experiment, smallModel(), name, 2, {0});
    QVERIFY(edited);
    QVERIFY((design::layersOf(edited->adapters.front().config.parts[2], smallModel()) == std::set{0}));
    QVERIFY(design::layersOf(edited->adapters.front().config.parts[1], smallModel()).size() == 4);
    QVERIFY(!design::setPartLayers(experiment, smallModel(), name, 0, {}));
    QVERIFY(!design::setPartLayers(experiment, smallModel(), name, 3, {0}));
    const Experiment prompt = with("prompt_tuning");
    QVERIFY(!design::setPartLayers(prompt, smallModel(), prompt.adapters.front().name, 0, {0}));
}

void TestPartEdit::sitesAreThoseOfDrops_data() {
    QTest::addColumn<QString>("name");
    for (const MethodPreset& preset : methodPresets()) {
        if (preset.parts.front().bottleneck.phm) {
            continue; // its widths need a wider model
        }
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

void TestPartEdit::sitesAreThoseOfDrops() {
    QFETCH(const QString, name);
    const MethodPreset& preset = *findMethodPreset(name.toStdString());
    const std::set<Site> sites = design::sitesFor(preset, smallModel());
    for (int number = 0; number <= static_cast<int>(Site::Pooler); ++number) {
        const Site site = static_cast<Site>(number);
        const auto placed = design::placeModule({}, smallModel(), preset, 1, site);
        QVERIFY2(placed.has_value() == sites.contains(site), siteName(site).data());
        if (!placed) {
            QVERIFY2(placed.error().advice.find("drop it") != std::string::npos, siteName(site).data());
        }
    }
}

void TestPartEdit::aLayerTakesAllModules() {
    const auto houlsby = design::placeInLayer({}, smallModel(), *findMethodPreset("houlsby"), 2);
    QVERIFY(houlsby);
    QCOMPARE(design::modules(*houlsby, smallModel()).size(), std::size_t{2});
    // What is there already keeps the whole drop away.
    QVERIFY(!design::placeInLayer(*houlsby, smallModel(), *findMethodPreset("pfeiffer"), 2));
    const auto prompt = design::placeInLayer({}, smallModel(), *findMethodPreset("prompt_tuning"), 2);
    QVERIFY(!prompt);
    QVERIFY(prompt.error().what.find("not in a layer") != std::string::npos);
    QVERIFY(!design::placeInLayer({}, smallModel(), *findMethodPreset("lora"), 4));
}

void TestPartEdit::modulesKnowTheirMethod() {
    const Experiment experiment = with("mam");
    bool hasShared = false;
    for (const design::MethodModule& each : design::methodModules(experiment, smallModel())) {
        const bool isPrefix = each.module.ref.site == Site::KeyValuePrefix;
        QCOMPARE(each.method->id, std::string(isPrefix ? "prefix_tuning" : "bottleneck"));
        QCOMPARE(each.hasFactor(), !isPrefix);
        hasShared = hasShared || each.module.isShared();
        QCOMPARE(each.hasSize(), !each.module.isShared());
    }
    QVERIFY(hasShared);
    QCOMPARE(design::largestSize(*findMethod("bottleneck"), smallModel()), 16 * 64);
    QCOMPARE(design::largestSize(*findMethod("bitfit"), smallModel()), 1);
}

QTEST_GUILESS_MAIN(TestPartEdit)
#include "test_part_edit.moc"
