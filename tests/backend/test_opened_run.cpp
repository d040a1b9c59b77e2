#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <QTemporaryDir>
#include <QTest>

#include "backend/run/ablation.h"
#include "backend/storage/run_store.h"
#include "tests/backend/tiny_runs.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

using Kind = AdapterRule::Kind;
constexpr std::size_t kAll = 100'000;

AdapterRule ruleOf(const char* adapter, Kind kind, double value = 0, std::optional<int> layer = {},
                   std::optional<BlockPart> part = {}) {
    return {adapter, layer, part, kind, value};
}

Experiment named(Experiment experiment, const std::vector<std::string>& names) {
    const AdapterSpec spec = experiment.adapters.front();
    experiment.adapters.clear();
    experiment.train.clear();
    for (const std::string& name : names) {
        experiment.adapters.push_back(spec);
        experiment.adapters.back().name = name;
        experiment.train.push_back(name);
    }
    return experiment;
}

/// Two adapters and their fusion, everything trained.
Experiment fusionExperiment() {
    Experiment experiment = tinyFusion();
    for (AdapterSpec& adapter : experiment.adapters) {
        adapter.config.bottleneck()->mhAdapter = true;
    }
    return experiment;
}

Experiment stackExperiment() {
    Experiment experiment = named(tinyExperiment(), {"low", "high"});
    experiment.composition =
        Composition::block(Composition::Kind::Stack, {Composition::of("low"), Composition::of("high")});
    return experiment;
}

Experiment loraExperiment() {
    Experiment experiment = tinyExperiment();
    experiment.adapters.front().preset = "lora";
    experiment.adapters.front().config.parts = findMethodPreset("lora")->parts;
    return experiment;
}

bool isNear(double a, double b, double tolerance = 1e-6) {
    return std::abs(a - b) <= tolerance;
}

} // namespace

/// Finished runs opened again and changed by hand.
class TestOpenedRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void scoresAreThoseOfTheRun_data();
    void scoresAreThoseOfTheRun();
    void samplesAreSeeded();
    void fixedWeightsAreKept();
    void scaledWeightsAreThoseByHand();
    void forbiddenWeightsAreZero();
    void forbiddenAloneIsTheOtherFixed();
    void nothingLeftIsUnadapted();
    void ablationIsTheSameAsAnotherDesign();
    void ablationOfAFusion();
    void otherMethodsAreLeftOutByLayer();
    void answersChange();
    void temperaturesAreKept();
    void stops();
    void whatCannotBeOpened();

private:
    std::int64_t train(const Experiment& experiment) { return finishedRun(*m_store, experiment).run; }
    std::unique_ptr<OpenedRun> open(std::int64_t run, std::size_t examples = kAll);
    /// The files of a run under another design: computed without any rule.
    std::unique_ptr<OpenedRun> openAs(std::int64_t run, const Experiment& design);
    ModelScore score(OpenedRun& run, const AdapterRules& rules = {});
    fs::path path(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

    QTemporaryDir m_dir;
    std::unique_ptr<RunStore> m_store;
    RunControl m_control;
    std::int64_t m_fusion = 0;
    std::int64_t m_stack = 0;
    std::int64_t m_lora = 0;
};

std::unique_ptr<OpenedRun> TestOpenedRun::open(std::int64_t run, std::size_t examples) {
    auto opened = OpenedRun::open(*m_store, run, [](const std::string&, double) {}, {examples, {}, {}});
    if (!opened) {
        qWarning("%s", opened.error().message().c_str());
        return nullptr;
    }
    return std::move(*opened);
}

std::unique_ptr<OpenedRun> TestOpenedRun::openAs(std::int64_t run, const Experiment& design) {
    const std::int64_t copy = *m_store->createRun(design, "copy");
    (void)m_store->setPlan(copy, m_store->series(run)->plan);
    (void)m_store->finishRun(copy, RunOutcome());
    fs::create_directories(m_store->runFolder(copy));
    fs::copy(m_store->runFolder(run), m_store->runFolder(copy), fs::copy_options::recursive);
    return open(copy);
}

ModelScore TestOpenedRun::score(OpenedRun& run, const AdapterRules& rules) {
    const auto scored = run.score(rules, m_control);
    if (!scored) {
        qWarning("%s", scored.error().message().c_str());
    }
    return scored.value_or(ModelScore());
}

void TestOpenedRun::initTestCase() {
    m_store = std::move(*RunStore::open(path("workspace")));
    m_fusion = train(fusionExperiment());
    m_stack = train(stackExperiment());
    m_lora = train(loraExperiment());
}

void TestOpenedRun::scoresAreThoseOfTheRun_data() {
    QTest::addColumn<qint64>("run");
    QTest::newRow("fusion") << qint64{m_fusion};
    QTest::newRow("stack") << qint64{m_stack};
    QTest::newRow("lora") << qint64{m_lora};
}

void TestOpenedRun::scoresAreThoseOfTheRun() {
    QFETCH(qint64, run);
    const auto opened = open(run);
    QVERIFY(opened);
    const auto metrics = m_store->run(run)->metrics;
    const ModelScore now = score(*opened);
    // Bit for bit: without rules nothing is computed in another way.
    QCOMPARE(now.loss, metrics.at("validation.loss"));
    QCOMPARE(now.metric, metrics.at("validation.accuracy"));
    QCOMPARE(opened->sample().examples, std::int64_t{48});
    QCOMPARE(opened->sample().metric, std::string("accuracy"));
    QCOMPARE(opened->texts().size(), std::size_t{12});
    QVERIFY(!opened->texts().front().label.empty());
}

void TestOpenedRun::samplesAreSeeded() {
    const auto small = open(m_stack, 20);
    const auto again = open(m_stack, 20);
    QCOMPARE(small->sample().examples, std::int64_t{20});
    QCOMPARE(small->sample().all, std::int64_t{48});
    QCOMPARE(score(*small).loss, score(*again).loss);
    QVERIFY(score(*small).loss != score(*open(m_stack)).loss);
}

void TestOpenedRun::fixedWeightsAreKept() {
    const auto run = open(m_fusion);
    const AdapterRules rules{ruleOf("a", Kind::Fix, 0.25),
                             ruleOf("a", Kind::Fix, 0.75, 1, BlockPart::Attention)};
    const auto records = run->weights(rules, m_control);
    QVERIFY(records.has_value());
    const FusionRecord& record = records->front();
    const auto& places = run->probes().front().places;
    for (std::size_t place = 0; place < places.size(); ++place) {
        const bool isOther = places[place] == FusionPlace{1, Site::AttentionOutput};
        const double wanted = isOther ? 0.75 : 0.25;
        QVERIFY(isNear(record.mean[2 * place], wanted));
        QVERIFY(isNear(record.mean[2 * place + 1], 1 - wanted));
        QVERIFY(record.spread[2 * place] < 1e-3F);
    }
    QVERIFY(score(*run, rules).loss != score(*run).loss);
}

void TestOpenedRun::scaledWeightsAreThoseByHand() {
    const auto run = open(m_fusion);
    const auto before = run->weights({}, m_control);
    const double factor = 3;
    // At the lowest place the scores are those without rules, so the weights can be computed by hand.
    const auto after = run->weights({ruleOf("b", Kind::Scale, factor, 0, BlockPart::Attention)}, m_control);
    const std::size_t cells = run->probes().front().places.size() * 2;
    const auto& old = before->front().byToken;
    const auto& now = after->front().byToken;
    QVERIFY(!old.empty() && old.size() == now.size());
    bool isChangedAbove = false;
    for (std::size_t token = 0; token < old.size() / cells; ++token) {
        const double a = static_cast<double>(old[token * cells]);
        const double b = static_cast<double>(old[token * cells + 1]);
        QVERIFY(isNear(now[token * cells + 1], factor * b / (a + factor * b)));
        QVERIFY(isNear(now[token * cells], a / (a + factor * b)));
        isChangedAbove = isChangedAbove || old[token * cells + 2] != now[token * cells + 2];
    }
    QVERIFY(isChangedAbove); // the next fusion sees other states
    // A factor of 1 changes nothing but roundings.
    QVERIFY(isNear(score(*run, {ruleOf("b", Kind::Scale, 1)}).loss, score(*run).loss));
}

void TestOpenedRun::forbiddenWeightsAreZero() {
    const auto run = open(m_fusion);
    const auto records = run->weights({ruleOf("a", Kind::Forbid, 0, 1)}, m_control);
    const FusionRecord& record = records->front();
    const auto& places = run->probes().front().places;
    for (std::size_t place = 0; place < places.size(); ++place) {
        const bool isHere = places[place].layer == 1;
        QCOMPARE(record.mean[2 * place] == 0.0F, isHere);
        QCOMPARE(record.mean[2 * place + 1] == 1.0F, isHere);
    }
}

void TestOpenedRun::forbiddenAloneIsTheOtherFixed() {
    const auto run = open(m_fusion);
    const ModelScore forbidden = score(*run, {ruleOf("a", Kind::Forbid)});
    QVERIFY(isNear(forbidden.loss, score(*run, {ruleOf("b", Kind::Fix, 1)}).loss));
    QVERIFY(isNear(forbidden.loss, score(*run, {ruleOf("a", Kind::Scale, 0)}).loss));
    QVERIFY(isNear(forbidden.loss, score(*run, {ruleOf("a", Kind::Fix, 0)}).loss));
    QVERIFY(!isNear(forbidden.loss, score(*run).loss));
}

void TestOpenedRun::nothingLeftIsUnadapted() {
    const auto run = open(m_fusion);
    const AdapterRules nobody{ruleOf("a", Kind::Forbid), ruleOf("b", Kind::Forbid)};
    Experiment bare = fusionExperiment();
    bare.skipLayers = {0, 1};
    const auto unadapted = openAs(m_fusion, bare);
    QVERIFY(unadapted);
    QCOMPARE(score(*run, nobody).loss, score(*unadapted).loss);
    // Half of the weight is missing: between nobody and b alone.
    const double half = score(*run, {ruleOf("a", Kind::Forbid), ruleOf("b", Kind::Fix, 0.5)}).loss;
    QVERIFY(half != score(*run, nobody).loss && half != score(*run, {ruleOf("a", Kind::Forbid)}).loss);
}

void TestOpenedRun::ablationIsTheSameAsAnotherDesign() {
    const auto run = open(m_stack);
    const auto map = ablate(*run, m_control, {});
    QVERIFY2(map.has_value(), map ? "" : map.error().message().c_str());
    QCOMPARE(map->adapters, (std::vector<std::string>{"low", "high"}));
    QCOMPARE(map->places.size(), std::size_t{2}); // Pfeiffer: after the feed-forward part of two layers
    QCOMPARE(map->reference.loss, score(*run).loss);
    // Everywhere: a composition without the adapter.
    Experiment without = stackExperiment();
    without.composition = Composition::of("high");
    without.train = {"high"};
    const auto highAlone = openAs(m_stack, without);
    QVERIFY(highAlone);
    QCOMPARE(map->everywhere[0].loss, score(*highAlone).loss);
    QCOMPARE(map->everywhere[0].metric, score(*highAlone).metric);
    // One layer: both adapters left out there are AdapterDrop at this layer.
    const AdapterRules both{ruleOf("low", Kind::Forbid, 0, 1), ruleOf("high", Kind::Forbid, 0, 1)};
    Experiment dropped = stackExperiment();
    dropped.skipLayers = {1};
    const auto skipped = openAs(m_stack, dropped);
    QVERIFY(skipped);
    QCOMPARE(score(*run, both).loss, score(*skipped).loss);
    for (std::size_t place = 0; place < 2; ++place) {
        for (std::size_t k = 0; k < 2; ++k) {
            QVERIFY(map->change(map->at(place, k)).loss != 0);
        }
    }
}

void TestOpenedRun::ablationOfAFusion() {
    const auto run = open(m_fusion);
    double progress = 0;
    const auto map = ablate(*run, m_control, [&](double done) {
        QVERIFY(done >= progress && done <= 1);
        progress = done;
    });
    QVERIFY(map.has_value());
    QCOMPARE(progress, 1.0);
    QCOMPARE(map->places.size(), std::size_t{4});
    for (std::size_t place = 0; place < map->places.size(); ++place) {
        for (std::size_t k = 0; k < 2; ++k) {
            AdapterRule other = ruleOf(k == 0 ? "b" : "a", Kind::Fix, 1);
            other.layer = map->places[place].layer;
            other.part = map->places[place].part;
            const ModelScore alone = score(*run, {other});
            QVERIFY(isNear(map->at(place, k).loss, alone.loss));
            QVERIFY(isNear(map->at(place, k).metric, alone.metric));
        }
    }
    QVERIFY(m_store->setAblation(m_fusion, *map).has_value());
    QVERIFY(m_store->setAblation(m_fusion, *map).has_value()); // again: replaced
    const auto reopened = RunStore::open(path("workspace"));
    const auto stored = (*reopened)->ablation(m_fusion);
    QVERIFY(stored.has_value() && stored->has_value());
    QVERIFY((*stored)->sample == map->sample && (*stored)->places == map->places);
    QCOMPARE((*stored)->adapters, map->adapters);
    QCOMPARE((*stored)->reference.loss, map->reference.loss);
    QCOMPARE((*stored)->at(3, 1).loss, map->at(3, 1).loss);
    QCOMPARE((*stored)->everywhere[1].metric, map->everywhere[1].metric);
    QVERIFY(!(*reopened)->ablation(m_stack)->has_value());
}

void TestOpenedRun::otherMethodsAreLeftOutByLayer() {
    const auto run = open(m_lora);
    const auto map = ablate(*run, m_control, {});
    QVERIFY2(map.has_value(), map ? "" : map.error().message().c_str());
    QCOMPARE(map->places, (std::vector<AblationPlace>{{0, {}}, {1, {}}}));
    Experiment bare = loraExperiment();
    bare.skipLayers = {0, 1};
    QCOMPARE(map->everywhere[0].loss, score(*openAs(m_lora, bare)).loss);
    bare.skipLayers = {1};
    QCOMPARE(map->at(1, 0).loss, score(*openAs(m_lora, bare)).loss);
    const auto fixed = run->score({ruleOf("nouns", Kind::Fix, 0.5)}, m_control);
    QVERIFY(!fixed && fixed.error().message().find("AdapterFusion") != std::string::npos);
}

void TestOpenedRun::answersChange() {
    const auto run = open(m_fusion);
    const std::vector<std::string> texts{run->texts().front().text, ""};
    const auto before = run->answer(texts, {}, m_control);
    const auto after = run->answer(texts, {ruleOf("a", Kind::Fix, 1)}, m_control);
    QVERIFY(before.has_value() && after.has_value());
    QCOMPARE(before->labels.size(), std::size_t{3});
    QCOMPARE(before->values.size(), std::size_t{2});
    for (const auto* each : {&*before, &*after}) {
        const auto& row = each->values.front();
        QVERIFY(isNear(std::accumulate(row.begin(), row.end(), 0.0), 1));
    }
    QVERIFY(before->values.front() != after->values.front());
    QVERIFY(run->answer(texts, {}, m_control)->values == before->values); // rules leave nothing behind
    QVERIFY(!run->answer(texts, {ruleOf("x", Kind::Forbid)}, m_control));
}

void TestOpenedRun::temperaturesAreKept() {
    Experiment experiment = fusionExperiment();
    experiment.fusion.config.temperature = true;
    experiment.training.epochs = 1;
    const std::int64_t id = train(experiment);
    const auto run = open(id);
    QVERIFY(run);
    const ModelScore first = score(*run);
    QCOMPARE(score(*run).loss, first.loss); // a pass lowers the temperature, the next score begins anew
    const fs::path file = m_store->runFolder(id) / "fusion_temperatures.json";
    QVERIFY(fs::remove(file));
    std::ofstream(file) << R"({"a,b": 1.0})"; // much colder than after so few steps
    QVERIFY(score(*open(id)).loss != first.loss);
}

void TestOpenedRun::stops() {
    const auto run = open(m_fusion);
    RunControl control;
    control.requestStop();
    QVERIFY_EXCEPTION_THROWN((void)run->score({}, control), StopRequested);
    QVERIFY_EXCEPTION_THROWN((void)ablate(*run, control, {}), StopRequested);
    QVERIFY(std::isfinite(score(*run).loss)); // and goes on to work
}

void TestOpenedRun::whatCannotBeOpened() {
    const auto refusal = [this](std::int64_t run) {
        const auto opened = OpenedRun::open(*m_store, run, [](const std::string&, double) {});
        return opened ? std::string() : opened.error().message();
    };
    const auto says = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    QVERIFY(says(refusal(987), "no run"));
    const std::int64_t unfinished = *m_store->createRun(fusionExperiment(), "never trained");
    QVERIFY(says(refusal(unfinished), "not finished"));
    Experiment moving = tinyExperiment();
    for (auto& [split, file] : moving.data.splits) {
        const fs::path copy = path((split + ".tsv").c_str());
        fs::copy_file(file, copy);
        file = copy.string();
    }
    moving.training.epochs = 1;
    const std::int64_t changing = train(moving);
    std::ofstream(path("validation.tsv"), std::ios::app) << "a new broom\ttool\t0.5\n";
    QVERIFY2(says(refusal(changing), "not the data"), refusal(changing).c_str());
    fs::remove(path("validation.tsv"));
    QVERIFY(!refusal(changing).empty());
    fs::remove_all(m_store->runFolder(changing) / "adapters");
    QVERIFY(says(refusal(changing), "are gone"));
    fs::remove_all(m_store->runFolder(changing));
    QVERIFY(says(refusal(changing), "are gone"));
    // A run without adapters can be scored, but there is nothing to leave out.
    Experiment probe = tinyExperiment();
    probe.adapters.clear();
    probe.composition = {};
    probe.train.clear();
    const auto bare = open(train(probe));
    QVERIFY(bare);
    QVERIFY(std::isfinite(score(*bare).loss));
    QVERIFY(!ablate(*bare, m_control, {}));
    QVERIFY(!bare->score({ruleOf("a", Kind::Forbid)}, m_control));
    QVERIFY(bare->weights({}, m_control)->empty());
}

QTEST_GUILESS_MAIN(TestOpenedRun)
#include "test_opened_run.moc"
