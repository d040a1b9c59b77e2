#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include <QTemporaryDir>
#include <QTest>

#include "backend/analysis/firing_units.h"
#include "backend/formats/weights_file.h"
#include "backend/run/adapter_study.h"
#include "backend/run/study_math.h"
#include "tests/backend/tiny_runs.h"
#include "tests/backend/weights_table.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

using Matrix = std::vector<std::vector<double>>;

FloatMatrix randomMatrix(std::int64_t rows, std::int64_t columns, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.3F, 1.0F); // the mean must not matter
    FloatMatrix matrix{rows, columns, {}};
    for (std::int64_t i = 0; i < rows * columns; ++i) {
        matrix.values.push_back(normal(random));
    }
    return matrix;
}

double numberAt(const FloatMatrix& matrix, std::int64_t row, std::int64_t column) {
    return static_cast<double>(matrix.values[static_cast<std::size_t>(row * matrix.columns + column)]);
}

/// HKH with K = XX' and the centring matrix H.
Matrix centredGram(const FloatMatrix& x) {
    const auto count = static_cast<std::size_t>(x.rows);
    Matrix gram(count, std::vector<double>(count));
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < count; ++j) {
            for (std::int64_t k = 0; k < x.columns; ++k) {
                gram[i][j] += numberAt(x, static_cast<std::int64_t>(i), k) *
                              numberAt(x, static_cast<std::int64_t>(j), k);
            }
        }
    }
    Matrix centred = gram;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < count; ++j) {
            double row = 0;
            double column = 0;
            double all = 0;
            for (std::size_t k = 0; k < count; ++k) {
                row += gram[i][k];
                column += gram[k][j];
                for (std::size_t l = 0; l < count; ++l) {
                    all += gram[k][l];
                }
            }
            const auto n = static_cast<double>(count);
            centred[i][j] += all / (n * n) - row / n - column / n;
        }
    }
    return centred;
}

/// tr(KHLH), without the common factor.
double hsic(const FloatMatrix& x, const FloatMatrix& y) {
    const Matrix k = centredGram(x);
    const Matrix l = centredGram(y);
    double trace = 0;
    for (std::size_t i = 0; i < k.size(); ++i) {
        for (std::size_t j = 0; j < k.size(); ++j) {
            trace += k[i][j] * l[j][i];
        }
    }
    return trace;
}

/// By one-sided Jacobi rotations of the whole product's columns (Hestenes 1958).
std::vector<double> singularValuesByRotation(const std::vector<double>& product, std::size_t rows,
                                             std::size_t columns) {
    Matrix a(columns, std::vector<double>(rows)); // by column
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < columns; ++j) {
            a[j][i] = product[i * columns + j];
        }
    }
    const auto dot = [](const std::vector<double>& x, const std::vector<double>& y) {
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += x[i] * y[i];
        }
        return sum;
    };
    for (int sweep = 0; sweep < 60; ++sweep) {
        for (std::size_t p = 0; p < columns; ++p) {
            for (std::size_t q = p + 1; q < columns; ++q) {
                const double off = dot(a[p], a[q]);
                if (std::abs(off) < 1e-300) {
                    continue;
                }
                const double tau = (dot(a[q], a[q]) - dot(a[p], a[p])) / (2 * off);
                const double t = (tau >= 0 ? 1 : -1) / (std::abs(tau) + std::sqrt(1 + tau * tau));
                const double c = 1 / std::sqrt(1 + t * t);
                for (std::size_t i = 0; i < rows; ++i) {
                    const double x = a[p][i];
                    const double y = a[q][i];
                    a[p][i] = c * (x - t * y);
                    a[q][i] = c * (t * x + y);
                }
            }
        }
    }
    std::vector<double> values;
    for (const auto& column : a) {
        values.push_back(std::sqrt(dot(column, column)));
    }
    std::ranges::sort(values, std::greater<>());
    return values;
}

bool isNear(double a, double b, double tolerance = 1e-6) {
    return std::abs(a - b) <= tolerance;
}

/// Whether `values` are the first of `expected`, and all others 0.
bool areNear(const std::vector<double>& values, const std::vector<double>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!isNear(i < values.size() ? values[i] : 0, expected[i], 1e-5 * expected.front())) {
            return false;
        }
    }
    return values.size() <= expected.size();
}

/// Sets the numbers of all tensors whose name ends so: f(row, column).
template<typename Number>
void setTensors(std::map<std::string, Values>& values, const std::string& ending, Number number) {
    for (auto& [name, tensor] : values) {
        if (!name.ends_with(ending)) {
            continue;
        }
        const auto columns = static_cast<std::size_t>(tensor.shape.size() == 2 ? tensor.shape[1] : 1);
        for (std::size_t i = 0; i < tensor.numbers.size(); ++i) {
            tensor.numbers[i] = number(i / columns, i % columns);
        }
    }
}

float zero(std::size_t /*row*/, std::size_t /*column*/) {
    return 0;
}

} // namespace

/// What adapters do, against numbers that are known or computed in another way.
class TestAdapterStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void similarityIsThatOfHsic();
    void similarityOfNothing();
    void singularValuesAreThoseOfTheProduct();
    void anAdapterSetByHand();
    void identityIsFound();
    void activeUnitsAreCounted();
    void smoothUnitsHaveAThreshold();
    void tokensStandInTheirTexts();
    void aFusionsAdapters();
    void lowRankPairs();
    void prefixesSayWhatTheyAreNot();
    void samplesAreChosen();
    void studiesAreKept();
    void stops();
    void runsWithoutAdapters();

private:
    Experiment bottleneck(const char* nonLinearity, double factor) const;
    std::unique_ptr<OpenedRun> open(std::int64_t run, const SampleWish& wish = {});
    AdapterStudy study(std::int64_t run);
    fs::path weightsOf(std::int64_t run, const char* adapter) const;
    /// Writes the adapter's file again, with changed numbers.
    template<typename Change>
    void edit(std::int64_t run, Change change);

    QTemporaryDir m_dir;
    std::unique_ptr<RunStore> m_store;
    RunControl m_control;
    std::int64_t m_linear = 0;
    std::int64_t m_relu = 0;
    std::int64_t m_gelu = 0;
    std::int64_t m_fusion = 0;
};

Experiment TestAdapterStudy::bottleneck(const char* nonLinearity, double factor) const {
    Experiment experiment = oneAdapter("nouns", 1);
    experiment.training.epochs = 1;
    experiment.adapters.front().config.bottleneck()->nonLinearity = nonLinearity;
    experiment.adapters.front().config.bottleneck()->reductionFactor.fallback = factor;
    return experiment;
}

std::unique_ptr<OpenedRun> TestAdapterStudy::open(std::int64_t run, const SampleWish& wish) {
    auto opened = OpenedRun::open(
        *m_store, run, [](const std::string&, double) {}, wish);
    if (!opened) {
        qWarning("%s", opened.error().message().c_str());
        return nullptr;
    }
    return std::move(*opened);
}

AdapterStudy TestAdapterStudy::study(std::int64_t run) {
    const auto opened = open(run);
    auto made = opened ? studyAdapters(*opened, m_control, {}) : fail("not opened");
    if (!made) {
        qWarning("%s", made.error().message().c_str());
    }
    return made.value_or(AdapterStudy());
}

fs::path TestAdapterStudy::weightsOf(std::int64_t run, const char* adapter) const {
    return findWeights(m_store->runFolder(run) / "adapters" / adapter, WeightsKind::Adapter);
}

template<typename Change>
void TestAdapterStudy::edit(std::int64_t run, Change change) {
    const fs::path file = weightsOf(run, "nouns");
    auto values = readValues(file);
    QVERIFY(!values.empty());
    change(values);
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, tensor] : values) {
        tensors.push_back({name, "F32", tensor.shape, std::as_bytes(std::span(tensor.numbers))});
    }
    QVERIFY(writeSafetensors(file, std::move(tensors), {}).has_value());
}

void TestAdapterStudy::initTestCase() {
    m_store = std::move(*RunStore::open(m_dir.path().toStdString()));
    m_linear = finishedRun(*m_store, bottleneck("linear", 1)).run;
    m_relu = finishedRun(*m_store, bottleneck("relu", 4)).run;
    m_gelu = finishedRun(*m_store, bottleneck("gelu", 4)).run;
    m_fusion = finishedRun(*m_store, tinyFusion()).run;
}

void TestAdapterStudy::similarityIsThatOfHsic() {
    std::vector<FloatMatrix> all{randomMatrix(30, 7, 1), randomMatrix(30, 12, 2), randomMatrix(30, 3, 3)};
    // Turned, scaled and moved: the same to CKA.
    FloatMatrix turned = all[2];
    for (std::int64_t row = 0; row < turned.rows; ++row) {
        const double x = numberAt(all[2], row, 0);
        const double y = numberAt(all[2], row, 1);
        const auto first = static_cast<std::size_t>(row * turned.columns);
        turned.values[first] = static_cast<float>(4 * (0.6 * x - 0.8 * y) + 2);
        turned.values[first + 1] = static_cast<float>(4 * (0.8 * x + 0.6 * y));
        turned.values[first + 2] *= 4;
    }
    all.push_back(turned);
    const std::vector<float> similarity = linearCka(all);
    QCOMPARE(similarity.size(), all.size() * all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < all.size(); ++j) {
            const double expected =
                hsic(all[i], all[j]) / std::sqrt(hsic(all[i], all[i]) * hsic(all[j], all[j]));
            QVERIFY(isNear(static_cast<double>(similarity[i * all.size() + j]), expected, 1e-5));
        }
    }
    QVERIFY(isNear(static_cast<double>(similarity[2 * 4 + 3]), 1, 1e-5));
    QVERIFY(similarity[1] < 0.9F);
}

void TestAdapterStudy::similarityOfNothing() {
    FloatMatrix constant{20, 4, std::vector<float>(80, 0.7F)};
    const std::vector<float> similarity = linearCka({randomMatrix(20, 5, 1), constant, {}});
    QVERIFY(isNear(static_cast<double>(similarity[0]), 1, 1e-5));
    for (const std::size_t cell : {1, 2, 3, 4, 5, 6, 7, 8}) {
        QVERIFY(std::isnan(similarity[cell]));
    }
    for (const float value : linearCka({FloatMatrix(), FloatMatrix()})) {
        QVERIFY(std::isnan(value));
    }
}

void TestAdapterStudy::singularValuesAreThoseOfTheProduct() {
    for (const std::int64_t rank : {1, 3, 8}) {
        const FloatMatrix up = randomMatrix(9, rank, 5);
        const FloatMatrix down = randomMatrix(rank, 8, 6);
        const Values left{{9, rank}, up.values};
        const Values right{{rank, 8}, down.values};
        const auto values = singularValuesOf(up, down);
        QCOMPARE(values.size(), static_cast<std::size_t>(rank));
        QVERIFY(areNear(values, singularValuesByRotation(product(left, right), 9, 8)));
    }
}

void TestAdapterStudy::anAdapterSetByHand() {
    // u = 0.25 v: the change is a quarter of the input, at every token.
    edit(m_linear, [](auto& values) {
        setTensors(values, "adapter_down.0.weight", [](auto i, auto j) { return i == j ? 0.5F : 0.0F; });
        setTensors(values, "adapter_up.weight", [](auto i, auto j) { return i == j ? 0.5F : 0.0F; });
        setTensors(values, ".bias", zero);
    });
    const AdapterStudy found = study(m_linear);
    QCOMPARE(found.modules.size(), std::size_t{2}); // Pfeiffer in two layers
    for (const ModuleStudy& module : found.modules) {
        QVERIFY(module.change.has_value());
        QVERIFY(isNear(module.change->mean, 0.25));
        QVERIFY(module.change->deviation < 1e-3);
        QVERIFY(!module.activity); // without a non-linearity no unit is on or off
        QCOMPARE(module.singularValues.size(), static_cast<std::size_t>(module.size));
        QVERIFY(isNear(module.singularValues.front(), 0.25) && isNear(module.singularValues.back(), 0.25));
        QVERIFY(isNear(effectiveRank(module.singularValues), module.size, 1e-4));
    }
    QVERIFY(isNear(static_cast<double>(found.similarityOf(0, 0)), 1, 1e-5));
    QVERIFY(found.similarityOf(0, 1) > 0 && found.similarityOf(0, 1) < 1);
    QVERIFY(findingsIn(found).empty());
}

void TestAdapterStudy::identityIsFound() {
    edit(m_linear, [](auto& values) { setTensors(values, "adapter_up.weight", zero); });
    const AdapterStudy found = study(m_linear);
    for (const ModuleStudy& module : found.modules) {
        QVERIFY(module.change.has_value());
        QCOMPARE(module.change->mean, 0.0);
        QCOMPARE(module.change->deviation, 0.0);
    }
    QVERIFY(std::isnan(found.similarityOf(0, 0)));
    const auto findings = findingsIn(found);
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY(findings.front().kind == StudyFinding::Kind::AdapterNearIdentity);
}

void TestAdapterStudy::activeUnitsAreCounted() {
    // Two units always on, the others always off, whatever the text.
    edit(m_relu, [](auto& values) {
        setTensors(values, "adapter_down.0.weight", zero);
        setTensors(values, "adapter_down.0.bias",
                   [](auto i, auto) { return i < 2 ? 1.0F + static_cast<float>(i) : -1.0F; });
    });
    const AdapterStudy found = study(m_relu);
    for (const ModuleStudy& module : found.modules) {
        QVERIFY(module.activity.has_value());
        QVERIFY(isNear(module.activity->activeShare, 2.0 / module.size));
        QCOMPARE(module.activity->deadUnits, module.size - 2);
        QCOMPARE(module.activity->threshold, 0.0);
        QCOMPARE(module.activity->units.size(), std::size_t{2});
        QCOMPARE(module.activity->units.front().unit, 1);
        QVERIFY(isNear(module.activity->units.front().peak, 2));
        QVERIFY(isNear(module.activity->units.front().mean, 2));
        QCOMPARE(module.activity->units.front().tokens.size(), FiringUnits::kTokens);
    }
    const auto findings = findingsIn(found);
    QCOMPARE(std::ranges::count(findings, StudyFinding::Kind::ManyDeadUnits, &StudyFinding::kind),
             std::ptrdiff_t(found.modules.size()));
}

void TestAdapterStudy::smoothUnitsHaveAThreshold() {
    const auto gelu = [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); };
    edit(m_gelu, [](auto& values) {
        setTensors(values, "adapter_down.0.weight", zero);
        setTensors(values, "adapter_down.0.bias", [](auto i, auto) {
            return i == 0 ? 3.0F : i == 1 ? 0.1F : -6.0F;
        });
    });
    const ModuleStudy module = study(m_gelu).modules.front();
    const double largest = gelu(3);
    const double small = gelu(0.1);
    const double rms = std::sqrt((largest * largest + small * small) / module.size);
    QVERIFY(isNear(module.activity->threshold, 0.1 * rms, 1e-5));
    const int active = small > 0.1 * rms ? 2 : 1;
    QVERIFY(isNear(module.activity->activeShare, static_cast<double>(active) / module.size));
    QCOMPARE(module.activity->deadUnits, module.size - active);
}

void TestAdapterStudy::tokensStandInTheirTexts() {
    const AdapterStudy found = study(m_fusion);
    const FiringUnit& unit = found.modules.front().activity->units.front();
    QVERIFY(unit.tokens.size() > 3);
    bool isInside = false;
    for (std::size_t i = 0; i < unit.tokens.size(); ++i) {
        const FiringToken& token = unit.tokens[i];
        QVERIFY(!token.token.empty());
        QVERIFY(token.token == "[CLS]" ? token.before.empty() : !token.before.empty());
        isInside = isInside || (!token.before.empty() && !token.after.empty());
        QVERIFY(std::abs(token.activation) <= unit.peak);
        QVERIFY(i == 0 || std::abs(token.activation) <= std::abs(unit.tokens[i - 1].activation));
    }
    QVERIFY(isInside);
    QCOMPARE(std::abs(unit.tokens.front().activation), unit.peak);
}

void TestAdapterStudy::aFusionsAdapters() {
    const AdapterStudy found = study(m_fusion);
    QCOMPARE(found.modules.size(), std::size_t{4});
    QCOMPARE(found.modules[1].adapter, std::string("a"));
    QCOMPARE(found.modules[2].adapter, std::string("b"));
    QCOMPARE(found.modules[3].layer, 1);
    for (std::size_t i = 0; i < 4; ++i) {
        const ModuleStudy& module = found.modules[i];
        QVERIFY(module.change && module.change->mean > 0 && module.activity &&
                !module.singularValues.empty());
        QVERIFY(isNear(static_cast<double>(found.similarityOf(i, i)), 1, 1e-5));
        for (std::size_t j = 0; j < 4; ++j) {
            QCOMPARE(found.similarityOf(i, j), found.similarityOf(j, i));
            QVERIFY(found.similarityOf(i, j) >= 0 && found.similarityOf(i, j) <= 1);
        }
    }
    const auto values = readValues(weightsOf(m_fusion, "b"));
    const std::string place = "bert.encoder.layer.1.output.adapters.b.";
    const Values& up = values.at(place + "adapter_up.weight");
    const Values& down = values.at(place + "adapter_down.0.weight");
    QVERIFY(areNear(found.modules[3].singularValues,
                    singularValuesByRotation(product(up, down), static_cast<std::size_t>(up.shape[0]),
                                             static_cast<std::size_t>(down.shape[1]))));
}

void TestAdapterStudy::lowRankPairs() {
    Experiment experiment = oneAdapter("nouns", 1);
    experiment.training.epochs = 1;
    experiment.adapters.front().preset = "lora";
    experiment.adapters.front().config.parts = findMethodPreset("lora")->parts;
    const OptionValues options = experiment.adapters.front().config.parts.front().options;
    const double scaling = options.number("alpha") / static_cast<double>(options.integer("r"));
    const std::int64_t run = finishedRun(*m_store, experiment).run;
    const AdapterStudy found = study(run);
    QVERIFY(!found.modules.empty());
    const auto values = readValues(weightsOf(run, "nouns"));
    const ModuleStudy& module = found.modules.front();
    QVERIFY(module.site == Site::AttentionQuery && module.layer == 0);
    QVERIFY(module.change && module.change->mean > 0);
    QVERIFY(!module.activity);
    const std::string place = "bert.encoder.layer.0.attention.self.query.loras.nouns.";
    std::vector<double> change = product(values.at(place + "lora_B"), values.at(place + "lora_A"));
    for (double& number : change) {
        number *= scaling;
    }
    const auto size = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(change.size()))));
    QVERIFY(areNear(module.singularValues, singularValuesByRotation(change, size, size)));
}

void TestAdapterStudy::prefixesSayWhatTheyAreNot() {
    Experiment experiment = oneAdapter("nouns", 1);
    experiment.training.epochs = 1;
    experiment.adapters.front().preset = "prefix_tuning";
    experiment.adapters.front().config.parts = findMethodPreset("prefix_tuning")->parts;
    const AdapterStudy found = study(finishedRun(*m_store, experiment).run);
    QVERIFY(!found.modules.empty());
    for (const ModuleStudy& module : found.modules) {
        QVERIFY(!module.change && !module.activity && module.singularValues.empty());
    }
    QVERIFY(std::isnan(found.similarityOf(0, 0)));
    QVERIFY(findingsIn(found).empty());
}

void TestAdapterStudy::samplesAreChosen() {
    const auto made = [this](const SampleWish& wish) {
        const auto run = open(m_fusion, wish);
        return run ? studyAdapters(*run, m_control, {}).value_or(AdapterStudy()) : AdapterStudy();
    };
    const AdapterStudy first = made({20, "train", 5});
    QCOMPARE(first.sample.split, std::string("train"));
    QCOMPARE(first.sample.seed, std::int64_t{5});
    QCOMPARE(first.sample.examples, std::int64_t{20});
    QVERIFY(first.sample.tokens > 20 &&
            first.sample.compared == std::min<std::int64_t>(1000, first.sample.tokens));
    const AdapterStudy again = made({20, "train", 5});
    QVERIFY(first.modules == again.modules && first.similarity == again.similarity);
    QVERIFY(made({20, "train", 6}).modules != first.modules);
    const auto missing =
        OpenedRun::open(*m_store, m_fusion, [](const std::string&, double) {}, {20, "holdout", {}});
    QVERIFY(!missing && missing.error().message().find("holdout") != std::string::npos);
}

void TestAdapterStudy::studiesAreKept() {
    const AdapterStudy made = study(m_fusion);
    QVERIFY(m_store->setAdapterStudy(m_fusion, AdapterStudy()).has_value());
    QVERIFY(m_store->setAdapterStudy(m_fusion, made).has_value()); // again: replaced
    const auto reopened = RunStore::open(m_store->workspace());
    const auto kept = (*reopened)->adapterStudy(m_fusion);
    QVERIFY(kept.has_value() && kept->has_value());
    QVERIFY((*kept)->sample == made.sample);
    QVERIFY((*kept)->modules == made.modules);
    QCOMPARE((*kept)->similarity, made.similarity);
    QVERIFY(!(*reopened)->adapterStudy(m_relu)->has_value());
    const auto runs = (*reopened)->adapterRuns();
    QVERIFY(runs.has_value());
    const auto isFused = [&](std::int64_t run) {
        const auto found = std::ranges::find(*runs, run, &AdapterRun::run);
        return found == runs->end() ? -1 : static_cast<int>(found->hasFusion);
    };
    QCOMPARE(isFused(m_fusion), 1);
    QCOMPARE(isFused(m_relu), 0);
}

void TestAdapterStudy::stops() {
    const auto run = open(m_fusion);
    RunControl control;
    control.requestStop();
    QVERIFY_EXCEPTION_THROWN((void)studyAdapters(*run, control, {}), StopRequested);
    double last = 0;
    QVERIFY(studyAdapters(*run, m_control, [&](double done) {
                QVERIFY(done >= last);
                last = done;
            }).has_value());
    QCOMPARE(last, 1.0);
}

void TestAdapterStudy::runsWithoutAdapters() {
    Experiment bare = tinyExperiment();
    bare.training.epochs = 1;
    bare.adapters.clear();
    bare.composition = {};
    bare.train.clear();
    const std::int64_t run = finishedRun(*m_store, bare).run;
    const auto opened = open(run);
    QVERIFY(opened);
    const auto refused = studyAdapters(*opened, m_control, {});
    QVERIFY(!refused && refused.error().message().find("no adapters") != std::string::npos);
    const auto runs = m_store->adapterRuns();
    QVERIFY(std::ranges::find(*runs, run, &AdapterRun::run) == runs->end());
}

QTEST_GUILESS_MAIN(TestAdapterStudy)
#include "test_adapter_study.moc"
