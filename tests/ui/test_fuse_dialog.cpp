#include <QAbstractButton>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include "backend/run/trained_adapters.h"
#include "tests/backend/tiny_runs.h"
#include "ui/document/design_document.h"
#include "ui/fusion/fuse_dialog.h"
#include "ui/fusion/fusion_page.h"

using namespace awb;
using namespace awb::ui;

Q_DECLARE_METATYPE(awb::Experiment)

namespace {

Experiment adapterExperiment(const std::string& name, const std::string& preset) {
    Experiment experiment = test::tinyExperiment();
    experiment.name = "train-" + name;
    experiment.training.epochs = 1;
    AdapterSpec& adapter = experiment.adapters.front();
    adapter.name = name;
    adapter.preset = preset;
    adapter.config.parts = findMethodPreset(preset)->parts;
    experiment.composition = Composition::of(name);
    experiment.train = {name};
    return experiment;
}

Experiment headExperiment() {
    Experiment experiment = adapterExperiment("x", "pfeiffer");
    experiment.name = "head";
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    return experiment;
}

} // namespace

/// A new fusion from what the runs have trained: the Fusion page's button, the dialog, the design, its run.
class TestFuseDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsWhatRunsHaveTrained();
    void refusesWhatDoesNotFit();
    void twoAreNeeded();
    void designTrainsTheFusionAlone();
    void moreAdaptersGoOnFromAFusion();
    void pageOpensTheDesign();

private:
    std::int64_t train(const Experiment& experiment) { return test::finishedRun(*m_store, experiment).run; }
    std::vector<TrainedAdapter> adapters() const { return *trainedAdapters(*m_store); }
    static QTreeWidget* list(const QDialog& dialog) {
        return dialog.findChild<QTreeWidget*>(QStringLiteral("fuseAdapters"));
    }
    static QTreeWidgetItem* item(const QDialog& dialog, const char* adapter) {
        return list(dialog)->findItems(QLatin1String(adapter), Qt::MatchExactly).front();
    }
    static QAbstractButton* openButton(const QDialog& dialog);

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
};

QAbstractButton* TestFuseDialog::openButton(const QDialog& dialog) {
    const auto* box = dialog.findChild<QDialogButtonBox*>();
    for (QAbstractButton* button : box->buttons()) {
        if (box->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            return button;
        }
    }
    return nullptr;
}

void TestFuseDialog::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    m_store = std::move(*RunStore::open(m_folder.filePath(QStringLiteral("workspace")).toStdString()));
    train(adapterExperiment("first", "pfeiffer"));
    train(adapterExperiment("second", "pfeiffer"));
    train(adapterExperiment("both", "houlsby"));
    train(adapterExperiment("pairs", "lora"));
    train(headExperiment());
}

void TestFuseDialog::listsWhatRunsHaveTrained() {
    const auto trained = adapters();
    QCOMPARE(trained.size(), std::size_t{4}); // the head's run has no adapter
    const TrainedAdapter& newest = trained.front();
    QCOMPARE(newest.name, std::string("pairs"));
    QVERIFY(newest.score.has_value());
    QVERIFY(newest.headScore.has_value());
    QCOMPARE(newest.helps(), std::optional(*newest.score > *newest.headScore));
    QCOMPARE(newest.baseHash.size(), std::size_t{32});
}

void TestFuseDialog::refusesWhatDoesNotFit() {
    FuseDialog dialog(adapters(), {}, test::tinyExperiment());
    QVERIFY(!(item(dialog, "pairs")->flags() & Qt::ItemIsEnabled));
    QVERIFY(item(dialog, "pairs")->toolTip(0).contains(QStringLiteral("bottleneck")));
    QVERIFY(item(dialog, "both")->flags() & Qt::ItemIsEnabled);
    item(dialog, "first")->setCheckState(0, Qt::Checked);
    QVERIFY(!(item(dialog, "both")->flags() & Qt::ItemIsEnabled)); // at other sublayers
    QVERIFY(!item(dialog, "both")->toolTip(0).isEmpty());
    QVERIFY(item(dialog, "second")->flags() & Qt::ItemIsEnabled);
    item(dialog, "first")->setCheckState(0, Qt::Unchecked);
    QVERIFY(item(dialog, "both")->flags() & Qt::ItemIsEnabled);

    auto foreign = adapters();
    foreign.front().baseHash = std::string(32, '0');
    foreign.front().config = foreign.back().config;
    QVERIFY(fusionRefusal(foreign.front(), &foreign.back()).find("another base") != std::string::npos);
}

void TestFuseDialog::twoAreNeeded() {
    FuseDialog dialog(adapters(), {}, test::tinyExperiment());
    QVERIFY(!openButton(dialog)->isEnabled());
    item(dialog, "first")->setCheckState(0, Qt::Checked);
    QVERIFY(!openButton(dialog)->isEnabled());
    item(dialog, "second")->setCheckState(0, Qt::Checked);
    QVERIFY(openButton(dialog)->isEnabled());

    FuseDialog empty({}, {}, test::tinyExperiment());
    const auto* remarks = empty.findChild<QLabel*>(QStringLiteral("fuseRemarks"));
    QVERIFY(remarks->text().contains(QStringLiteral("Train two")));
}

void TestFuseDialog::designTrainsTheFusionAlone() {
    FuseDialog dialog(adapters(), {}, test::tinyExperiment());
    item(dialog, "first")->setCheckState(0, Qt::Checked);
    item(dialog, "second")->setCheckState(0, Qt::Checked);
    const Experiment design = dialog.design();
    QCOMPARE(design.train, std::vector<std::string>{"fuse:second,first"});
    QCOMPARE(design.data, test::tinyExperiment().data);
    for (const AdapterSpec& adapter : design.adapters) {
        QVERIFY(std::filesystem::exists(adapter.from));
    }
    const auto read = experimentFromJson(toJson(design));
    QVERIFY2(read, read ? "" : read.error().message().c_str());

    auto* target = dialog.findChild<QComboBox*>(QStringLiteral("fuseTarget"));
    target->setCurrentIndex(target->findData(QStringLiteral("builtin:first-lesson")));
    QCOMPARE(dialog.design().data.source, std::string("builtin:first-lesson"));
}

void TestFuseDialog::moreAdaptersGoOnFromAFusion() {
    FuseDialog two(adapters(), {}, test::tinyExperiment());
    item(two, "first")->setCheckState(0, Qt::Checked);
    item(two, "second")->setCheckState(0, Qt::Checked);
    Experiment design = two.design();
    design.training.epochs = 1;
    const std::int64_t run = train(design);
    train(adapterExperiment("third", "pfeiffer"));

    auto fusions = *trainedFusions(*m_store);
    QCOMPARE(fusions.size(), std::size_t{1});
    QCOMPARE(fusions.front().run, run);
    FuseDialog three(adapters(), fusions, test::tinyExperiment());
    for (const char* name : {"first", "second", "third"}) {
        item(three, name)->setCheckState(0, Qt::Checked);
    }
    three.findChild<QComboBox*>(QStringLiteral("fuseFrom"))->setCurrentIndex(1);
    design = three.design();
    QCOMPARE(design.fusion.from, fusions.front().folder.string());
    QCOMPARE(design.adapters.size(), std::size_t{3});
    design.training.epochs = 1;
    QVERIFY(train(design) > run);
}

void TestFuseDialog::pageOpensTheDesign() {
    DesignDocument document;
    AppContext context;
    context.store = m_store.get();
    context.document = &document;
    FusionPage page(context);
    page.resize(1300, 800);
    page.QWidget::show();
    page.setActive(true);
    Experiment opened;
    connect(&page, &FusionPage::openDesign, this, [&opened](const Experiment& design) { opened = design; });
    QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("fusionNew")), Qt::LeftButton);
    auto* dialog = page.findChild<FuseDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    item(*dialog, "first")->setCheckState(0, Qt::Checked);
    // The second by keyboard.
    list(*dialog)->setCurrentItem(item(*dialog, "third"));
    QTest::keyClick(list(*dialog), Qt::Key_Space);
    QTest::mouseClick(openButton(*dialog), Qt::LeftButton);
    QCOMPARE(opened.adapters.size(), std::size_t{2});
    QCOMPARE(opened.train, std::vector<std::string>{"fuse:third,first"});
}

QTEST_MAIN(TestFuseDialog)
#include "test_fuse_dialog.moc"
