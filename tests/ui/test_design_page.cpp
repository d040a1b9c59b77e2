#include <cmath>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include <QAbstractItemModel>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "models/config/estimates.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_view.h"
#include "ui/design/design_edits.h"
#include "ui/design/design_page.h"
#include "ui/design/live_glow.h"
#include "ui/design/number_field.h"
#include "ui/design/preset_palette.h"
#include "ui/document/design_document.h"
#include "ui/itemmodels/design_tree_model.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

namespace {

ModelConfig bertBase() {
    ModelConfig model;
    model.vocabSize = 30522;
    model.hiddenSize = 768;
    model.numLayers = 12;
    model.numHeads = 12;
    model.intermediateSize = 3072;
    model.maxPositions = 512;
    model.typeVocabSize = 2;
    return model;
}

/// The shown value of one of the totals.
QString totalOf(const QWidget& page, const char* name) {
    const auto* number = page.findChild<QWidget*>(QLatin1String(name));
    return number ? number->accessibleName().section(QStringLiteral(": "), 1) : QString();
}

} // namespace

class TestDesignPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void seedFigures();
    void seedSizes_data();
    void seedSizes();
    void totalsFollowTheDesign();
    void totalsSayWhatIsNotKnown();
    void paletteCarriesPresets();
    void paletteCountsAtTheBase();
    void keysPassOverTheGroups();
    void enterInThePaletteAppliesToAllLayers();
    void methodFormChangesTheExperiment_data();
    void methodFormChangesTheExperiment();
    void methodFormsFollowTheSelection();
    void headTypesTakeTheirDefaults();
    void inspectorChangesTheExperiment_data();
    void inspectorChangesTheExperiment();
    void compacterOptionsWork();
    void reductionFactorActsOnTheSelection();
    void mixedValuesShowAsMixed();
    void optionsWithoutEffectSayWhy();
    void leaveOutRefusesNonsense();
    void treeEditsReductionFactorAndSize();
    void treePlacesByKeyboard();
    void treeKeepsTheSelection();
    void dropSliderIsOneEdit();
    void trainTargetSwitches();
    void trainButtonSaysWhy();
    void trainDoesNothingWhileItIsRefused();
    void glowFollowsALiveRunOfThisDesign();
    void menuHasEveryAction();
    void noTwoActionsShareAKey();
    void undoKeyWorksOnTheCanvas();
    void layersAreReadAndWritten_data();
    void layersAreReadAndWritten();

private:
    template<typename T>
    T* child(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    const Experiment& experiment() const { return m_document->experiment(); }
    DesignTreeModel* tree() const {
        return qobject_cast<DesignTreeModel*>(child<QTreeView>("designTree")->model());
    }

    QTemporaryDir m_workspace;
    std::unique_ptr<DesignDocument> m_document;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<DesignPage> m_page;
};

void TestDesignPage::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_design_page"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestDesignPage::init() {
    m_document = std::make_unique<DesignDocument>();
    QVERIFY(m_document->open(defaultExperiment()));
    m_runs = std::make_unique<RunController>(m_workspace.path().toStdString());
    m_page = std::make_unique<DesignPage>(
        AppContext{m_workspace.path().toStdString(), m_runs.get(), nullptr, nullptr, m_document.get()});
    m_page->resize(1384, 860);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestDesignPage::cleanup() {
    m_page.reset();
    m_runs.reset();
    m_document.reset();
}

void TestDesignPage::seedFigures() {
    BottleneckConfig houlsby = findPreset("houlsby")->config;
    houlsby.reductionFactor = {768.0 / 64, {}};
    const auto places = modulesOf(houlsby, bertBase());
    QVERIFY(places);
    QCOMPARE(places->size(), std::size_t{24});
    std::int64_t sum = 0;
    for (const ModulePlace& place : *places) {
        QCOMPARE(place.bottleneck, 64);
        QCOMPARE(place.parameters, std::int64_t{99136});
        sum += place.parameters;
    }
    QCOMPARE(sum, std::int64_t{2379264});
}

void TestDesignPage::seedSizes_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<int>("size");
    QTest::newRow("2") << 2.0 << 384;
    QTest::newRow("8") << 8.0 << 96;
    QTest::newRow("16") << 16.0 << 48;
    QTest::newRow("64") << 64.0 << 12;
}

void TestDesignPage::seedSizes() {
    QFETCH(const double, factor);
    QFETCH(const int, size);
    QCOMPARE(bottleneckSize(768, factor), size);
}

void TestDesignPage::totalsFollowTheDesign() {
    m_document->edit(withTrainTarget(experiment(), TrainTarget::Adapters), QStringLiteral("adapters"));
    const auto shown = [&] {
        const CostInput input = design::costInput(experiment(), m_document->model(), 0, 64, 0);
        return QLocale().toString(static_cast<qlonglong>(input.adapterParameters + input.headParameters));
    };
    QCOMPARE(totalOf(*m_page, "totalTrainable"), shown());
    const QString before = totalOf(*m_page, "totalTrainable");
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("houlsby")));
    QCOMPARE(totalOf(*m_page, "totalTrainable"), shown());
    QVERIFY(totalOf(*m_page, "totalTrainable") != before);
    QVERIFY(totalOf(*m_page, "totalTrainable").contains(QLatin1Char(',')));
    m_document->undoStack()->undo();
    QCOMPARE(totalOf(*m_page, "totalTrainable"), before);
}

void TestDesignPage::totalsSayWhatIsNotKnown() {
    QVERIFY(totalOf(*m_page, "totalTime").contains(QStringLiteral("after the data is loaded")));
}

void TestDesignPage::paletteCarriesPresets() {
    auto* palette = child<PresetPalette>("presetPalette");
    int groups = 0;
    int yardsticks = 0;
    for (int row = 0; row < palette->count(); ++row) {
        const QModelIndex index = palette->model()->index(row, 0);
        const std::unique_ptr<QMimeData> mime(palette->model()->mimeData({index}));
        const MethodPreset* preset = PresetPalette::presetAt(index);
        const QString tip = palette->item(row)->toolTip();
        if (preset == nullptr) {
            QVERIFY(!mime);
            const bool isTitle = palette->item(row)->flags() == Qt::NoItemFlags;
            QVERIFY(isTitle || !tip.isEmpty());
            ++(isTitle ? groups : yardsticks);
            continue;
        }
        QVERIFY(mime);
        QCOMPARE(mime->data(QLatin1String(kPresetMime)).toStdString(), preset->name);
        QVERIFY2(tip.contains(QString::fromStdString(preset->paper).toHtmlEscaped()), qPrintable(tip));
        QVERIFY2(tip.contains(QStringLiteral("parameters in all layers")), qPrintable(tip));
        QVERIFY2(tip.contains(QStringLiteral("Can be dropped")), qPrintable(tip));
        QVERIFY(tip.contains(
            QString::fromStdString(findMethod(preset->parts.front().method)->equation).toHtmlEscaped()));
    }
    QCOMPARE(groups, 10);
    QCOMPARE(yardsticks, 2);
    for (const MethodPreset& preset : methodPresets()) {
        QVERIFY(palette->rowOf(QString::fromStdString(preset.name)) > 0);
    }
    QCOMPARE(palette->rowOf(QStringLiteral("none")), -1);
}

void TestDesignPage::paletteCountsAtTheBase() {
    auto* palette = child<PresetPalette>("presetPalette");
    const int row = palette->rowOf(QStringLiteral("lora"));
    const QString before = palette->item(row)->toolTip();
    ModelConfig model = m_document->model();
    AdapterConfig lora = AdapterConfig::of(defaultMethod("lora"));
    QVERIFY(before.contains(QLocale().toString(static_cast<qlonglong>(*parameterCount(lora, model)))));
    palette->setBase(bertBase());
    QVERIFY(palette->item(row)->toolTip().contains(QStringLiteral("294,912")));
    model.family = ModelFamily::Llama;
    palette->setBase(model);
    QVERIFY(palette->item(palette->rowOf(QStringLiteral("bitfit")))
                ->toolTip()
                .contains(QStringLiteral("Not for this base")));
}

void TestDesignPage::keysPassOverTheGroups() {
    auto* palette = child<PresetPalette>("presetPalette");
    palette->setFocus();
    palette->setCurrentRow(palette->rowOf(QStringLiteral("vera")));
    QTest::keyClick(palette, Qt::Key_Down); // over the title "Scaling"
    QCOMPARE(palette->currentPreset(), QStringLiteral("ia3"));
    QTest::keyClick(palette, Qt::Key_Up);
    QCOMPARE(palette->currentPreset(), QStringLiteral("vera"));
    QTest::keyClick(palette, Qt::Key_Return);
    QCOMPARE(experiment().adapters.front().config.parts.front().method, std::string("vera"));
}

void TestDesignPage::methodFormChangesTheExperiment_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("json");
    const auto row = [](const char* preset, const char* field, const char* value, const char* json) {
        QTest::addRow("%s %s", preset, field) << preset << QString::fromLatin1(field) << value << json;
    };
    row("lora", "option_lora_r", "4", "4");
    row("lora", "option_lora_alpha", "16", "16.0");
    row("lora", "option_lora_init_weights", "bert", "\"bert\"");
    row("lora", "option_lora_attn_matrices_k", "click", R"(["q","k","v"])");
    row("lora", "option_lora_intermediate_lora", "click", "true");
    row("lora", "option_lora_leave_out", "0, 2-3", "[0,2,3]");
    row("dora", "option_dora_dropout", "0.1", "0.1");
    row("vera", "option_vera_vera_d", "0.5", "0.5");
    row("ia3", "option_ia3_output_lora", "click", "true");
    row("prefix_tuning", "option_prefix_tuning_flat", "click", "true");
    row("prefix_tuning", "option_prefix_tuning_prefix_length", "12", "12");
    row("prompt_tuning", "option_prompt_tuning_combine", "prefix_after_bos", "\"prefix_after_bos\"");
    row("loreft", "option_reft_orthogonality", "click", "false");
    row("loreft", "option_reft_layers", "1", "[1]");
    row("bitfit", "option_bitfit_attention", "click", "false");
    row("unipelt", "option_lora_r", "2", "2");
    row("unipelt", "option_prefix_tuning_prefix_length", "5", "5");
}

void TestDesignPage::methodFormChangesTheExperiment() {
    QFETCH(const QString, preset);
    QFETCH(const QString, field);
    QFETCH(const QString, value);
    QFETCH(const QString, json);
    QVERIFY(applyPresetToAll(*m_document, preset));
    const Experiment before = experiment();
    auto* widget = m_page->findChild<QWidget*>(field);
    QVERIFY2(widget && widget->isVisibleTo(m_page.get()) && widget->isEnabled(), qPrintable(field));
    if (auto* box = qobject_cast<QCheckBox*>(widget)) {
        box->click();
    } else if (auto* list = qobject_cast<QComboBox*>(widget)) {
        const int index = list->findData(value);
        QVERIFY(index >= 0);
        list->setCurrentIndex(index);
        Q_EMIT list->activated(index);
    } else if (auto* edit = qobject_cast<QLineEdit*>(widget)) {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, value);
        QTest::keyClick(edit, Qt::Key_Return);
    } else {
        auto* number = qobject_cast<NumberField*>(widget);
        QVERIFY(number);
        number->setValue(value.toDouble());
    }
    QCOMPARE(m_document->undoStack()->count(), 2);
    bool isFound = false;
    for (const MethodConfig& part : experiment().adapters.front().config.parts) {
        for (const auto& [key, now] : part.options.all()) {
            const QString name = QStringLiteral("option_%1_%2")
                                     .arg(QString::fromStdString(part.method), QString::fromStdString(key));
            if (field == name || field.startsWith(name + QLatin1Char('_'))) {
                const bool isFlag = key == "attn_matrices";
                if (isFlag == (field.size() > name.size())) {
                    QCOMPARE(QString::fromStdString(optionToJson(now).dump()), json);
                    isFound = true;
                }
            }
        }
    }
    QVERIFY(isFound);
    m_document->undoStack()->undo();
    QVERIFY(experiment() == before);
}

void TestDesignPage::methodFormsFollowTheSelection() {
    QVERIFY(child<QWidget>("reductionFactor")->isVisibleTo(m_page.get()));
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("unipelt")));
    QVERIFY(child<QWidget>("methodForm_prefix_tuning") && child<QWidget>("methodForm_lora"));
    QVERIFY(child<QWidget>("reductionFactor")->isVisibleTo(m_page.get()));
    // Without effect: alpha of a gated LoRA, the network of flat prefixes.
    auto* alpha = child<NumberField>("option_lora_alpha");
    QVERIFY(!alpha->isEnabled());
    QVERIFY(alpha->toolTip().contains(QStringLiteral("No effect here")));
    child<QCheckBox>("option_lora_use_gating")->click();
    QVERIFY(alpha->isEnabled());
    // What only the format knows is not shown.
    QVERIFY(child<QWidget>("option_prefix_tuning_cross_prefix") == nullptr);
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("lora")));
    QTRY_VERIFY(child<QWidget>("methodForm_prefix_tuning") == nullptr);
    QVERIFY(!child<QWidget>("reductionFactor")->isVisibleTo(m_page.get()));
    auto* rank = child<NumberField>("option_lora_r");
    rank->stepBy(1);
    QCOMPARE(experiment().adapters.front().config.parts.front().options.integer("r"), std::int64_t{16});
    // An option that would leave nothing is refused and shown as it was.
    QSignalSpy refused(m_document.get(), &DesignDocument::refused);
    auto* attention = child<QCheckBox>("option_lora_selfattn_lora");
    attention->click();
    QCOMPARE(refused.count(), 1);
    QVERIFY(attention->isChecked());
    auto* layers = child<QLineEdit>("option_lora_leave_out");
    layers->setFocus();
    QTest::keyClicks(layers, QStringLiteral("99"));
    QTest::keyClick(layers, Qt::Key_Return);
    QVERIFY(child<QLabel>("option_lora_leave_outProblem")->text().contains(QStringLiteral("99")));
}

void TestDesignPage::headTypesTakeTheirDefaults() {
    auto* type = child<QComboBox>("headType");
    QCOMPARE(type->count(), 8);
    int offered = 0;
    for (int index = 0; index < type->count(); ++index) {
        offered += type->model()->flags(type->model()->index(index, 0)).testFlag(Qt::ItemIsEnabled) ? 1 : 0;
        type->setCurrentIndex(index);
        Q_EMIT type->activated(index);
        HeadConfig expected = defaultHead(*headTypeFromName(type->itemData(index).toString().toStdString()));
        expected.name = "task";
        QVERIFY(experiment().head == expected);
        QVERIFY(!child<QLabel>("headExplanation")->text().isEmpty());
        QCOMPARE(child<QCheckBox>("headLayerNorm")->isEnabled(), isLanguageModel(expected.type));
        QCOMPARE(child<QCheckBox>("headShiftLabels")->isEnabled(), expected.type == HeadType::CausalLm);
        QCOMPARE(child<QCheckBox>("headPooler")->isEnabled(), !isPerToken(expected.type));
    }
    QCOMPARE(offered, 5); // the others can't be trained
    // Branches of a Parallel have heads of their own, and the form says so.
    Experiment branches = experiment();
    branches.adapters.push_back(branches.adapters.front());
    branches.adapters.back().name = "second";
    branches.composition = Composition::block(
        Composition::Kind::Parallel, {Composition::of(branches.adapters[0].name), Composition::of("second")});
    m_document->edit(branches, QStringLiteral("branches"));
    QVERIFY(child<QLabel>("headExplanation")->text().contains(QStringLiteral("2 branches")));
}

void TestDesignPage::enterInThePaletteAppliesToAllLayers() {
    auto* palette = child<PresetPalette>("presetPalette");
    palette->setCurrentRow(palette->rowOf(QStringLiteral("houlsby")));
    QTest::keyClick(palette, Qt::Key_Return);
    QCOMPARE(experiment().adapters.size(), std::size_t{1});
    QCOMPARE(experiment().adapters.front().preset, std::string("houlsby"));
    QCOMPARE(design::modules(experiment(), m_document->model()).size(),
             static_cast<std::size_t>(2 * m_document->model().numLayers));
}

void TestDesignPage::inspectorChangesTheExperiment_data() {
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("json");
    const auto row = [](const char* field, const char* value, const char* key, const char* json) {
        QTest::newRow(field) << QString::fromLatin1(field) << QString::fromLatin1(value)
                             << QString::fromLatin1(key) << QString::fromLatin1(json);
    };
    row("mhAdapter", "click", "mh_adapter", "true");
    row("originalLnBefore", "click", "original_ln_before", "false");
    row("originalLnAfter", "click", "original_ln_after", "false");
    row("lnBefore", "click", "ln_before", "true");
    row("lnAfter", "click", "ln_after", "true");
    row("useGating", "click", "use_gating", "true");
    row("isParallel", "click", "is_parallel", "true");
    row("nonLinearity", "mish", "non_linearity", "\"mish\"");
    row("initWeights", "houlsby", "init_weights", "\"houlsby\"");
    row("residualBeforeLn", "post_add", "residual_before_ln", "\"post_add\"");
    row("scalingKind", "learned", "scaling", "\"learned\"");
    row("scalingValue", "2.5", "scaling", "2.5");
    row("dropout", "0.2", "dropout", "0.2");
    row("stochasticDepth", "0.1", "stochastic_depth", "0.1");
    row("phmLayer", "click", "phm_layer", "true");
    row("invAdapter", "glow", "inv_adapter", "\"glow\"");
}

void TestDesignPage::inspectorChangesTheExperiment() {
    QFETCH(const QString, field);
    QFETCH(const QString, value);
    QFETCH(const QString, key);
    QFETCH(const QString, json);
    auto* widget = m_page->findChild<QWidget*>(field);
    QVERIFY(widget);
    QVERIFY2(widget->toolTip().contains(key), qPrintable(widget->toolTip()));
    QVERIFY(widget->toolTip().contains(QStringLiteral("Default")));
    if (auto* box = qobject_cast<QCheckBox*>(widget)) {
        box->click();
    } else if (auto* list = qobject_cast<QComboBox*>(widget)) {
        const int index = list->findData(value);
        QVERIFY(index >= 0);
        list->setCurrentIndex(index);
        Q_EMIT list->activated(index);
    } else {
        auto* number = qobject_cast<NumberField*>(widget);
        QVERIFY(number);
        number->setValue(value.toDouble());
    }
    const nlohmann::json written = toAdapterHubJson(*experiment().adapters.front().config.bottleneck());
    QCOMPARE(QString::fromStdString(written.at(key.toStdString()).dump()), json);
    QCOMPARE(m_document->undoStack()->count(), 1);
    m_document->undoStack()->undo();
    QVERIFY(experiment() == defaultExperiment());
}

void TestDesignPage::compacterOptionsWork() {
    QVERIFY(!child<NumberField>("phmDim")->isEnabled());
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("compacter")));
    auto* products = child<NumberField>("phmDim");
    QVERIFY(products->isEnabled());
    products->setValue(2);
    child<QCheckBox>("phmSharedW")->click();
    child<QCheckBox>("phmLearn")->click();
    const PhmOptions& phm = *experiment().adapters.front().config.bottleneck()->phm;
    QCOMPARE(phm.dim, 2);
    QVERIFY(phm.sharedW && !phm.learn);
    // Whole matrices can't be shared: the one switches the other off.
    child<QCheckBox>("phmFactorizedW")->click();
    const PhmOptions& whole = *experiment().adapters.front().config.bottleneck()->phm;
    QVERIFY(!whole.factorizedW && !whole.sharedW);
    QVERIFY(!child<QCheckBox>("phmSharedW")->isEnabled());
    QVERIFY(!child<NumberField>("phmRank")->isEnabled());
    child<QCheckBox>("sharedAcrossLayers")->click();
    QVERIFY(experiment().adapters.front().config.bottleneck()->sharedAcrossLayers);
    QVERIFY(!child<NumberField>("invReductionFactor")->isEnabled());
}

void TestDesignPage::reductionFactorActsOnTheSelection() {
    const auto modules = design::modules(experiment(), m_document->model());
    m_document->setSelection({modules[1].ref});
    auto* factor = child<NumberField>("reductionFactor");
    QCOMPARE(factor->value(), 16.0);
    factor->stepBy(1);
    factor->stepBy(1);
    QCOMPARE(design::modules(experiment(), m_document->model())[1].place.reductionFactor, 64.0);
    QCOMPARE(design::modules(experiment(), m_document->model())[0].place.reductionFactor, 16.0);
    QCOMPARE(m_document->undoStack()->count(), 1);
    auto* size = child<NumberField>("bottleneckSize");
    size->setValue(7);
    QCOMPARE(design::modules(experiment(), m_document->model())[1].place.bottleneck, 7);
}

void TestDesignPage::mixedValuesShowAsMixed() {
    const auto modules = design::modules(experiment(), m_document->model());
    QVERIFY(m_document->apply(
        design::setReductionFactor(experiment(), m_document->model(), std::vector{modules[0].ref}, 4),
        QStringLiteral("rf")));
    m_document->setSelection({modules[0].ref, modules[1].ref});
    auto* factor = child<NumberField>("reductionFactor");
    QVERIFY(factor->isMixed());
    QVERIFY(factor->text().isEmpty());
    m_document->setSelection({modules[0].ref});
    QVERIFY(!factor->isMixed());
    QCOMPARE(factor->value(), 4.0);
    m_document->setSelection({modules[0].ref, modules[1].ref});
    factor->setFocus();
    QTest::keyClicks(factor, QStringLiteral("8"));
    QTest::keyClick(factor, Qt::Key_Return);
    for (const std::size_t i : {0, 1}) {
        QCOMPARE(design::modules(experiment(), m_document->model())[i].place.reductionFactor, 8.0);
    }
}

void TestDesignPage::optionsWithoutEffectSayWhy() {
    auto* residual = child<QCheckBox>("adapterResidualBeforeLn");
    QVERIFY(!residual->isEnabled());
    QVERIFY(residual->toolTip().contains(QStringLiteral("No effect here")));
    child<QCheckBox>("lnAfter")->click();
    QVERIFY(residual->isEnabled());
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("scaled_parallel")));
    QVERIFY(!child<QCheckBox>("originalLnBefore")->isEnabled());
    QVERIFY(!child<QComboBox>("residualBeforeLn")->isEnabled());
    QVERIFY(!child<NumberField>("scalingValue")->isEnabled());
}

void TestDesignPage::leaveOutRefusesNonsense() {
    auto* edit = child<QLineEdit>("leaveOut");
    auto* problem = child<QLabel>("leaveOutProblem");
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, QStringLiteral("0, 99"));
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(problem->text().contains(QStringLiteral("99")));
    QVERIFY(experiment() == defaultExperiment());
    edit->selectAll();
    QTest::keyClicks(edit, QStringLiteral("0, 2-3"));
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY((experiment().adapters.front().config.bottleneck()->leaveOut == std::set{0, 2, 3}));
}

void TestDesignPage::treeEditsReductionFactorAndSize() {
    const auto first = design::modules(experiment(), m_document->model()).front().ref;
    const QModelIndex row = tree()->indexOf(first);
    QVERIFY(row.isValid());
    QVERIFY(tree()->setData(row.siblingAtColumn(DesignTreeModel::Factor), 4.0));
    QCOMPARE(design::modules(experiment(), m_document->model()).front().place.reductionFactor, 4.0);
    QCOMPARE(row.siblingAtColumn(DesignTreeModel::Size).data().toString(), QStringLiteral("64"));
    QVERIFY(tree()->setData(row.siblingAtColumn(DesignTreeModel::Size), 10));
    QCOMPARE(design::modules(experiment(), m_document->model()).front().place.bottleneck, 10);
    QVERIFY(!tree()->setData(row.siblingAtColumn(DesignTreeModel::Factor), -1.0));
    const QModelIndex layer = row.parent().siblingAtColumn(DesignTreeModel::Factor);
    QVERIFY(tree()->flags(layer).testFlag(Qt::ItemIsEditable));
    m_document->undoStack()->undo();
    m_document->undoStack()->undo();
    QVERIFY(experiment() == defaultExperiment());
}

void TestDesignPage::treePlacesByKeyboard() {
    auto* view = child<QTreeView>("designTree");
    view->setFocus();
    view->setCurrentIndex(tree()->indexOf(2, Site::AttentionOutput));
    QTest::keyClick(view, Qt::Key_Return);
    bool found = false;
    for (const design::Module& module : design::modules(experiment(), m_document->model())) {
        found = found || (module.ref.layer == 2 && module.ref.site == Site::AttentionOutput);
    }
    QVERIFY(found);
    QCOMPARE(m_document->selection().size(), std::size_t{1});
    QTest::keyClick(view, Qt::Key_Minus);
    QCOMPARE(design::modules(experiment(), m_document->model()).size(),
             static_cast<std::size_t>(m_document->model().numLayers) + 1);
    const QModelIndex row = tree()->indexOf(2, Site::AttentionOutput);
    QCOMPARE(row.siblingAtColumn(DesignTreeModel::Factor).data().toString(), QStringLiteral("8"));
}

void TestDesignPage::treeKeepsTheSelection() {
    const auto modules = design::modules(experiment(), m_document->model());
    m_document->setSelection({modules[1].ref, modules[3].ref});
    auto* view = child<QTreeView>("designTree");
    QCOMPARE(view->selectionModel()->selectedRows().size(), 2);
    const QModelIndex layer = tree()->indexOf(modules[0].ref).parent();
    view->selectionModel()->select(layer, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    QVERIFY(m_document->selection() == std::set{modules[0].ref});
    m_document->undoStack()->undo();
}

void TestDesignPage::dropSliderIsOneEdit() {
    auto* slider = child<QSlider>("adapterDrop");
    QCOMPARE(slider->maximum(), m_document->model().numLayers);
    slider->setSliderDown(true);
    for (const int layers : {1, 2, 3}) {
        slider->setValue(layers);
    }
    slider->setSliderDown(false);
    QCOMPARE(experiment().training.adapterDropLayers, 3);
    QCOMPARE(experiment().training.adapterDropMode, std::string("fixed"));
    QCOMPARE(m_document->undoStack()->count(), 1);
    m_document->undoStack()->undo();
    QCOMPARE(slider->value(), 0);
}

void TestDesignPage::trainTargetSwitches() {
    const Experiment probe = withTrainTarget(experiment(), TrainTarget::HeadOnly);
    QVERIFY(probe.train.empty());
    QVERIFY(probe.composition.leaves().empty());
    QCOMPARE(probe.adapters.size(), experiment().adapters.size());
    QVERIFY(withTrainTarget(probe, TrainTarget::Everything).trainsBase());
    QVERIFY(withTrainTarget(withTrainTarget(probe, TrainTarget::Everything), TrainTarget::Adapters) ==
            experiment());
    QVERIFY(experimentFromJson(toJson(probe)));
}

void TestDesignPage::trainButtonSaysWhy() {
    auto* button = child<QPushButton>("trainButton");
    QVERIFY(button->isEnabled());
    QVERIFY(m_document->apply(
        design::setAdapterDrop(experiment(), m_document->model(), m_document->model().numLayers),
        QStringLiteral("x")));
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(QStringLiteral("AdapterDrop")));
    m_document->undoStack()->undo();
    QVERIFY(button->isEnabled());
    Experiment longer = experiment();
    longer.training.maxSeqLength = 100000;
    m_document->edit(longer, QStringLiteral("x"));
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(QStringLiteral("max_seq_length")));
    Experiment files = defaultExperiment();
    files.data.source = "files";
    m_document->edit(files, QStringLiteral("x"));
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(QStringLiteral("Data page")));
}

void TestDesignPage::trainDoesNothingWhileItIsRefused() {
    QSignalSpy requested(m_page.get(), &Page::pageRequested);
    Experiment broken = experiment();
    broken.data.source = "files";
    m_document->edit(broken, QStringLiteral("x"));
    child<QAction>("trainAction")->trigger();
    QCOMPARE(requested.count(), 0);
    QVERIFY(!m_runs->isActive());
}

void TestDesignPage::glowFollowsALiveRunOfThisDesign() {
    auto* glow = child<LiveGlow>("glowQuantity");
    QVERIFY(!glow->isEnabled());
    QVERIFY(!glow->toolTip().isEmpty());
    auto plan = std::make_shared<RunPlan>();
    StepRecord step;
    for (const design::Module& module : design::modules(experiment(), m_document->model())) {
        plan->modules.push_back({module.ref.adapter, module.ref.layer, module.ref.site,
                                 module.place.bottleneck, module.place.parameters});
        step.modules.push_back({3.0F, 4.0F, 0.25F, 0.5F, 0.75F});
    }
    step.modules.back().gradNormDown = std::nanf("");
    LiveUpdate update;
    update.state = RunState::Running;
    update.plan = plan;
    update.steps = {step};
    m_page->setLive(update);
    QVERIFY(glow->isEnabled());
    QCOMPARE(glow->values().size(), plan->modules.size() - 1);
    QCOMPARE(glow->values().at(plan->modules.front().key()), 5.0F);
    glow->setCurrentIndex(3);
    QCOMPARE(glow->values().at(plan->modules.front().key()), 0.75F);
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("parallel")));
    QVERIFY(glow->values().empty());
    m_document->undoStack()->undo();
    QVERIFY(!glow->values().empty());
    update.state = RunState::Finished;
    m_page->setLive(update);
    QVERIFY(glow->values().empty());
    QVERIFY(!glow->isEnabled());
}

void TestDesignPage::menuHasEveryAction() {
    QMenu menu;
    m_page->fillMenu(&menu);
    for (const QAction* action : m_page->actions()) {
        QVERIFY2(menu.actions().contains(action), qPrintable(action->objectName()));
        QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->objectName()));
    }
    for (QWidget* widget : m_page->findChildren<QWidget*>()) {
        if (widget->objectName().endsWith(QStringLiteral("ActionButton"))) {
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }
}

void TestDesignPage::noTwoActionsShareAKey() {
    QMenu menu;
    m_page->fillMenu(&menu);
    std::map<QKeySequence, QString> taken;
    for (const QAction* action : menu.actions()) {
        // The canvas handles its keys itself; an action that also has a shortcut has the same keys there.
        const auto own = action->shortcuts();
        for (const QKeySequence& key : own.isEmpty() ? canvasActionKeys(*action) : own) {
            const QString message = key.toString() + QStringLiteral(": ") + action->objectName();
            QVERIFY2(taken.emplace(key, action->objectName()).second, qPrintable(message));
        }
    }
    QVERIFY(taken.size() > 15);
}

void TestDesignPage::undoKeyWorksOnTheCanvas() {
    QVERIFY(applyPresetToAll(*m_document, QStringLiteral("houlsby")));
    auto* canvas = child<CanvasView>("canvas");
    canvas->setFocus();
    QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(experiment() == defaultExperiment());
    QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(experiment().adapters.front().preset, std::string("houlsby"));
}

void TestDesignPage::layersAreReadAndWritten_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical");
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("numbers") << QStringLiteral("3,1") << QStringLiteral("1, 3");
    QTest::newRow("range") << QStringLiteral("0-2, 4") << QStringLiteral("0-2, 4");
    QTest::newRow("overlap") << QStringLiteral("1-3,2") << QStringLiteral("1-3");
    QTest::newRow("reversed") << QStringLiteral("3-1") << QStringLiteral("error");
    QTest::newRow("word") << QStringLiteral("all") << QStringLiteral("error");
    QTest::newRow("negative") << QStringLiteral("-1") << QStringLiteral("error");
    QTest::newRow("beyond") << QStringLiteral("6") << QStringLiteral("error");
}

void TestDesignPage::layersAreReadAndWritten() {
    QFETCH(const QString, text);
    QFETCH(const QString, canonical);
    const auto layers = layersFromText(text, 6);
    QCOMPARE(layers ? layersToText(*layers) : QStringLiteral("error"), canonical);
}

QTEST_MAIN(TestDesignPage)
#include "test_design_page.moc"
