#include <filesystem>

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

#include "composition_fixture.h"
#include "ui/design/design_edits.h"
#include "ui/design/number_field.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

class TestCompositionPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void textRoundTrip_data();
    void textRoundTrip();
    void textMistakesAreNamed_data();
    void textMistakesAreNamed();
    void escapeBringsTheTextBack();
    void textIsCopied();
    void sizesAreEdited();
    void oneBatchSizeForAll();
    void weightsAreEdited();
    void fusionOptionsAreEdited();
    void trainedIsEdited();
    void inspectorKeepsItsFieldsWhileTyping();
    void notesSayWhatIsTrained_data();
    void notesSayWhatIsTrained();
    void batchSplitCantBeTrained();
    void choosingSelectsModules();
    void savedCompositionsComeBack();
    void opensAndCloses();

private:
    void type(const QString& text);
    QString problem() const;
    void setField(const char* name, double value);

    std::unique_ptr<CompositionFixture> m;
};

void TestCompositionPanel::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("test_composition_panel"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

void TestCompositionPanel::init() {
    m = std::make_unique<CompositionFixture>();
    QVERIFY(QTest::qWaitForWindowActive(&m->window()));
}

void TestCompositionPanel::cleanup() {
    m.reset();
}

void TestCompositionPanel::type(const QString& text) {
    auto* line = m->find<QLineEdit>("compositionText");
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
    QTest::keyClick(line, Qt::Key_Return);
}

QString TestCompositionPanel::problem() const {
    const auto* label = m->find<QLabel>("compositionTextProblem");
    return label->isVisible() ? label->text() : QString();
}

void TestCompositionPanel::setField(const char* name, double value) {
    auto* field = m->find<NumberField>(name);
    QVERIFY2(field != nullptr, name);
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QString::number(value));
    QTest::keyClick(field, Qt::Key_Return);
}

void TestCompositionPanel::textRoundTrip_data() {
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"a", "Stack(a, b)", "Stack(a, Fuse(b, c))", "Fuse(Stack(a, b), c)", "Parallel(a, Stack(b, c))",
          "Split(a, b, splits=[8, 0])", "BatchSplit(a, b, batch_sizes=4)",
          "BatchSplit(a, b, batch_sizes=[3, 5])", "Average(a, b)",
          "Average(a, b, weights=[3, 1.5], normalize_weights=False, weighted_sum=True)", "Stack(p, l, a)"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
}

void TestCompositionPanel::textRoundTrip() {
    QFETCH(QString, text);
    type(text);
    QCOMPARE(problem(), QString());
    QCOMPARE(m->text(), text);
    QCOMPARE(m->find<QLineEdit>("compositionText")->text(), text);
    QCOMPARE(m->document().undoStack()->count(), 1);
    m->document().undoStack()->undo();
    QCOMPARE(m->find<QLineEdit>("compositionText")->text(), QStringLiteral("None"));
    m->document().undoStack()->redo();
    QCOMPARE(m->find<QLineEdit>("compositionText")->text(), text);
}

void TestCompositionPanel::textMistakesAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* text, int position, const char* reason) {
        QTest::newRow(text) << QString::fromLatin1(text) << position << QString::fromLatin1(reason);
    };
    row("Stack(a, ", 9, "expected an adapter's name or a block, found the end");
    row("Stack(a b)", 8, "expected a comma or `)`, found `b`");
    row("Join(a, b)", 0, "expected Stack, Fuse, Split");
    row("Stack(a, nobody)", 0, "no adapter named `nobody`");
    row("Fuse(a, Parallel(b, c))", 8, "Parallel can't stand inside Fuse");
    row("Fuse(a, b, l)", 11, "LoRA (`l`) can't stand in Fuse");
    row("Stack(a, Fuse(b))", 9, "Fuse needs at least two");
    row("Stack(a, a)", 0, "stands in the composition twice");
    row("Split(a, b, splits=[1])", 0, "Split has 2 children and 1 sizes");
    row("Split(a, b, splits=[0, 1])", 0, "sizes of Split must be above 0");
    row("Average(a, b, weights=[1])", 0, "Average has 2 children and 1 weights");
    row("Average(a, b, weights=[1, -1])", 0, "sum to zero");
    row("Split(Split(Average(a, b), c, splits=[1, 0]), d, splits=[1, 0])", 12, "nested too deeply");
}

void TestCompositionPanel::textMistakesAreNamed() {
    QFETCH(QString, text);
    QFETCH(int, position);
    QFETCH(QString, reason);
    type(text);
    QVERIFY2(problem().contains(reason), qPrintable(problem()));
    QVERIFY2(problem().contains(QStringLiteral("Character %1:").arg(position + 1)), qPrintable(problem()));
    const auto* line = m->find<QLineEdit>("compositionText");
    QCOMPARE(line->cursorPosition(), position);
    QCOMPARE(line->text(), text); // what was typed stays, to be mended
    QCOMPARE(m->text(), QStringLiteral("None"));
    QVERIFY(!m->document().undoStack()->canUndo());
}

void TestCompositionPanel::escapeBringsTheTextBack() {
    type(QStringLiteral("Stack(a, b)"));
    type(QStringLiteral("Stack(a"));
    QVERIFY(!problem().isEmpty());
    auto* line = m->find<QLineEdit>("compositionText");
    QTest::keyClick(line, Qt::Key_Escape);
    QCOMPARE(line->text(), QStringLiteral("Stack(a, b)"));
    QCOMPARE(problem(), QString());
}

void TestCompositionPanel::textIsCopied() {
    m->start(QStringLiteral("Fuse(a, b)"));
    QTest::mouseClick(m->find<QToolButton>("copyComposition"), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("Fuse(a, b)"));
}

void TestCompositionPanel::sizesAreEdited() {
    m->start(QStringLiteral("Stack(a, Split(b, c, splits=[32, 0]))"));
    m->cursor().setPath({1});
    setField("compositionSize0", 10);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Split(b, c, splits=[10, 0]))"));
    setField("compositionSize1", 7);
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Split(b, c, splits=[10, 7]))"));
    m->document().undoStack()->undo();
    m->document().undoStack()->undo();
    QCOMPARE(m->text(), QStringLiteral("Stack(a, Split(b, c, splits=[32, 0]))"));
    QCOMPARE(m->find<NumberField>("compositionSize0")->value(), 32.0);
}

void TestCompositionPanel::oneBatchSizeForAll() {
    m->start(QStringLiteral("BatchSplit(a, b, batch_sizes=[3, 5])"));
    QTest::mouseClick(m->find<QCheckBox>("sameBatchSize"), Qt::LeftButton, {}, QPoint(8, 8));
    QCOMPARE(m->text(), QStringLiteral("BatchSplit(a, b, batch_sizes=3)"));
    setField("compositionSize0", 4);
    QCOMPARE(m->text(), QStringLiteral("BatchSplit(a, b, batch_sizes=4)"));
    QTest::mouseClick(m->find<QCheckBox>("sameBatchSize"), Qt::LeftButton, {}, QPoint(8, 8));
    QCOMPARE(m->text(), QStringLiteral("BatchSplit(a, b, batch_sizes=[4, 4])"));
}

void TestCompositionPanel::weightsAreEdited() {
    m->start(QStringLiteral("Average(a, b)"));
    setField("compositionWeight0", 3);
    QCOMPARE(m->text(), QStringLiteral("Average(a, b, weights=[3, 1])"));
    QTest::mouseClick(m->find<QCheckBox>("weightedSum"), Qt::LeftButton, {}, QPoint(8, 8));
    QCOMPARE(m->text(), QStringLiteral("Average(a, b, weights=[3, 1], weighted_sum=True)"));
    setField("compositionWeight1", -3); // can't be normalised
    QCOMPARE(m->text(), QStringLiteral("Average(a, b, weights=[3, 1], weighted_sum=True)"));
    QCOMPARE(m->find<NumberField>("compositionWeight1")->value(), 1.0);
    QTest::mouseClick(m->find<QCheckBox>("normalizeWeights"), Qt::LeftButton, {}, QPoint(8, 8));
    setField("compositionWeight1", -3);
    QCOMPARE(m->text(),
             QStringLiteral("Average(a, b, weights=[3, -3], normalize_weights=False, weighted_sum=True)"));
}

void TestCompositionPanel::fusionOptionsAreEdited() {
    m->start(QStringLiteral("Fuse(a, b)"));
    const auto options = [&]() -> const FusionConfig& { return m->experiment().fusion.config; };
    struct Option {
        const char* name;
        bool FusionConfig::*member;
    };
    for (const Option& option :
         {Option{"fusionQuery", &FusionConfig::query}, Option{"fusionKey", &FusionConfig::key},
          Option{"fusionTemperature", &FusionConfig::temperature},
          Option{"fusionQueryBeforeLn", &FusionConfig::queryBeforeLn},
          Option{"fusionResidualBefore", &FusionConfig::residualBefore},
          Option{"fusionValueInitialized", &FusionConfig::valueInitialized},
          Option{"fusionValueBeforeSoftmax", &FusionConfig::valueBeforeSoftmax},
          Option{"fusionRegularization", &FusionConfig::regularization},
          Option{"fusionValue", &FusionConfig::value}}) {
        const bool before = options().*option.member;
        auto* box = m->find<QCheckBox>(option.name);
        QVERIFY2(box != nullptr, option.name);
        QCOMPARE(box->isChecked(), before);
        QVERIFY(!box->toolTip().isEmpty());
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(options().*option.member, !before);
    }
    QVERIFY(!m->find<QCheckBox>("fusionRegularization")->isEnabled()); // there is no value matrix now
    setField("fusionDropout", 0.25);
    QCOMPARE(options().dropout, 0.25);
    auto* preset = m->find<QComboBox>("fusionPreset");
    preset->setFocus();
    QTest::keyClick(preset, Qt::Key_Down);
    QCOMPARE(m->experiment().fusion.preset, std::string("static"));
    QVERIFY(options() == *fusionPreset("static"));
}

void TestCompositionPanel::trainedIsEdited() {
    m->start(QStringLiteral("Fuse(a, b)"));
    auto* box = m->find<QCheckBox>("compositionTrained");
    QVERIFY(box->isChecked());
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(!m->experiment().trainsFusion("a,b"));
    m->cursor().setPath({1});
    box = m->find<QCheckBox>("compositionTrained");
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(!m->experiment().trainsAdapter("b"));
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(m->experiment().trainsAdapter("b"));
    Experiment full = m->experiment();
    full.train = {"full"};
    m->document().edit(full, QStringLiteral("full"));
    QVERIFY(!box->isEnabled());
    QVERIFY(box->toolTip().contains(QStringLiteral("full fine-tuning")));
}

void TestCompositionPanel::inspectorKeepsItsFieldsWhileTyping() {
    m->start(QStringLiteral("Average(a, b)"));
    auto* field = m->find<NumberField>("compositionWeight0");
    field->setFocus();
    QTest::keyClick(field, Qt::Key_Up);
    QTest::keyClick(field, Qt::Key_Up);
    QCOMPARE(m->find<NumberField>("compositionWeight0"), field);
    QVERIFY(field->hasFocus());
    QCOMPARE(m->text(), QStringLiteral("Average(a, b, weights=[1.2, 1])"));
    QCOMPARE(m->document().undoStack()->count(), 1); // stepping in one field is one edit
}

void TestCompositionPanel::notesSayWhatIsTrained_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("note");
    const auto row = [](const char* text, const char* note) { QTest::newRow(note) << text << note; };
    row("None", "Trains the head alone.");
    row("Stack(a, b)", "Trains a, b, and the head.");
    row("Fuse(a, b)", "Trains a, b, the fusion of a + b, and the head.");
    row("Stack(a, b)", "One output, with the head");
    row("Parallel(a, Stack(b, c))", "2 output(s), each with a head of its own: a, c.");
    row("Stack(a, BatchSplit(b, c, batch_sizes=2))", "2 output(s), each with a head of its own: b, c.");
    row("Stack(a, b)", "Not in use: c, d, e, f, h, l, p, q, r, x, y.");
}

void TestCompositionPanel::notesSayWhatIsTrained() {
    QFETCH(QString, text);
    QFETCH(QString, note);
    m->start(text);
    QStringList shown;
    for (const QLabel* label : m->window().findChildren<QLabel*>(QStringLiteral("compositionNoteText"))) {
        shown << label->text();
    }
    QVERIFY2(shown.join(QLatin1Char('\n')).contains(note), qPrintable(shown.join(QLatin1Char('\n'))));
}

void TestCompositionPanel::batchSplitCantBeTrained() {
    m->start(QStringLiteral("Stack(a, b)"));
    QVERIFY(m->find<QLabel>("compositionWarning") == nullptr);
    QCOMPARE(whyNotTrainable(m->document()), QString());
    m->start(QStringLiteral("Stack(a, BatchSplit(b, c, batch_sizes=2))"));
    const auto* warning = m->find<QLabel>("compositionWarning");
    QVERIFY(warning != nullptr);
    QVERIFY(warning->text().contains(QStringLiteral("Can't be trained")));
    QCOMPARE(whyNotTrainable(m->document()), warning->text());
}

void TestCompositionPanel::choosingSelectsModules() {
    m->start(QStringLiteral("Stack(a, h)"));
    QTest::mouseClick(m->view()->viewport(), Qt::LeftButton, {}, m->point(QStringLiteral("centre 1")));
    QCOMPARE(m->cursor().path(), (design::CompositionPath{1}));
    const auto& selection = m->document().selection();
    QVERIFY(!selection.empty());
    QVERIFY(std::ranges::all_of(selection, [](const design::ModuleRef& ref) { return ref.adapter == "h"; }));
}

void TestCompositionPanel::savedCompositionsComeBack() {
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(QStringLiteral("design.json")).toStdString();
    m->start(QStringLiteral("a"));
    m->drop(QStringLiteral("b"), QStringLiteral("centre"));
    m->choose(QStringLiteral("Average"));
    m->cursor().setPath({});
    setField("compositionWeight1", 2.5);
    m->drop(QStringLiteral("c"), QStringLiteral("outside"));
    const QString text = m->text();
    QCOMPARE(text, QStringLiteral("Stack(Average(a, b, weights=[1, 2.5]), c)"));
    const Experiment before = m->experiment();
    QVERIFY(m->document().save(file));
    m->start(QStringLiteral("None"));
    QVERIFY(m->document().openFile(file));
    QCOMPARE(m->text(), text);
    QVERIFY(m->experiment() == before);
}

void TestCompositionPanel::opensAndCloses() {
    auto* panel = m->find<CompositionPanel>("compositionPanel");
    QVERIFY(m->view()->isVisible());
    panel->openAction()->trigger();
    QVERIFY(!m->view()->isVisible());
    QVERIFY(m->find<QLineEdit>("compositionText")->isVisible());
    panel->openAction()->trigger();
    QVERIFY(m->view()->isVisible());
}

QTEST_MAIN(TestCompositionPanel)
#include "test_composition_panel.moc"
