#include <algorithm>

#include <QTemporaryDir>
#include <QTest>

#include "backend/run/pruning.h"
#include "tests/backend/tiny_runs.h"

using namespace awb;
using namespace awb::test;

namespace {

Experiment fusionOfThree() {
    Experiment experiment = tinyFusion();
    AdapterSpec third = experiment.adapters.front();
    third.name = "c";
    experiment.adapters.push_back(third);
    experiment.composition = Composition::block(
        Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b"), Composition::of("c")});
    experiment.train = {"a", "b", "c", "fuse:a,b,c"};
    return experiment;
}

AdapterRule forbid(const std::string& adapter) {
    return {adapter, std::nullopt, std::nullopt, AdapterRule::Kind::Forbid, 0};
}

} // namespace

/// Fusions that lose their adapters.
class TestPruning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theLeastWeightGoesFirst();
    void stopsWhereItIsTold();
    void whatIsRefused();

private:
    std::unique_ptr<OpenedRun> open(std::int64_t run) {
        return std::move(OpenedRun::open(*m_store, run, [](const std::string&, double) {}).value());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    RunControl m_control;
    std::int64_t m_fused = 0;
    std::int64_t m_single = 0;
};

void TestPruning::initTestCase() {
    m_store = std::move(RunStore::open(m_folder.path().toStdString()).value());
    m_fused = finishedRun(*m_store, fusionOfThree()).run;
    m_single = finishedRun(*m_store, oneAdapter("a", 1)).run;
}

/// Against the same done by hand: forbid, score, look at the weights of the rest.
void TestPruning::theLeastWeightGoesFirst() {
    const auto run = open(m_fused);
    std::vector<double> progress;
    const auto report = prune(*run, 1, m_control, [&](double done) { progress.push_back(done); });
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QCOMPARE(report->steps.size(), std::size_t(3));
    QCOMPARE(report->steps[0].kept, (std::vector<std::string>{"a", "b", "c"}));
    QVERIFY(report->steps[0].dropped.empty());
    AdapterRules rules;
    for (const PruningStep& step : report->steps) {
        if (!step.dropped.empty()) {
            const FusionRecord weights = run->weights(rules, m_control)->front();
            const FusionProbe& probe = run->probes().front();
            std::vector<double> means(probe.adapters.size(), 0);
            for (std::size_t cell = 0; cell < weights.mean.size(); ++cell) {
                means[cell % means.size()] +=
                    static_cast<double>(weights.mean[cell]) / static_cast<double>(probe.places.size());
            }
            double least = 2;
            std::string name;
            for (std::size_t k = 0; k < means.size(); ++k) {
                const bool isGone = std::ranges::any_of(
                    rules, [&](const AdapterRule& rule) { return rule.adapter == probe.adapters[k]; });
                if (!isGone && means[k] < least) {
                    least = means[k];
                    name = probe.adapters[k];
                }
            }
            QCOMPARE(step.dropped, name);
            QVERIFY(std::abs(step.weight - least) < 1e-6);
            rules.push_back(forbid(name));
        }
        const auto score = run->score(rules, m_control);
        QCOMPARE(step.score.loss, score->loss);
        QCOMPARE(step.score.metric, score->metric);
    }
    QVERIFY(report->steps.back().score.loss != report->steps.front().score.loss);
    QVERIFY(std::ranges::is_sorted(progress));
    QCOMPARE(progress.back(), 1.0);
}

void TestPruning::stopsWhereItIsTold() {
    const auto run = open(m_fused);
    const auto report = prune(*run, 2, m_control, {});
    QCOMPARE(report->steps.size(), std::size_t(2));
    QCOMPARE(report->steps.back().kept.size(), std::size_t(2));
    RunControl stopped;
    stopped.requestStop();
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(prune(*run, 2, stopped, {})), StopRequested);
}

void TestPruning::whatIsRefused() {
    const auto fused = open(m_fused);
    for (const std::size_t keep : {std::size_t{0}, std::size_t{3}}) {
        const auto report = prune(*fused, keep, m_control, {});
        QVERIFY(!report);
        QVERIFY2(report.error().advice.find("1 to 2") != std::string::npos, report.error().message().c_str());
    }
    const auto single = open(m_single);
    const auto report = prune(*single, 1, m_control, {});
    QVERIFY(!report);
    QVERIFY2(report.error().what.find("no fusion") != std::string::npos, report.error().message().c_str());
}

QTEST_GUILESS_MAIN(TestPruning)
#include "test_pruning.moc"
