#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "tests/backend/tiny_runs.h"
#include "ui/playground/answer_chips.h"
#include "ui/playground/answer_column.h"
#include "ui/playground/batch_view.h"
#include "ui/playground/confusion_map.h"
#include "ui/playground/errors_view.h"
#include "ui/playground/playground_page.h"
#include "ui/playground/score_bars.h"
#include "ui/playground/text_view.h"
#include "ui/theme/theme.h"

using namespace awb;
using namespace awb::ui;

/// The Playground page over real runs, as a person uses it.
class TestPlaygroundPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_page.reset(); }
    void emptyWorkspaceSaysWhatToDo();
    void answersWhileTyping();
    void adaptersOffChangeTheAnswer();
    void comparesUpToFour();
    void otherCompositionsAndTheirErrors();
    void longTextsAreCut();
    void examplesOfTheRun();
    void measuresLatency();
    void filesOfARunAreGone();
    void batchShowsTheCache();
    void errorsOfARun();
    void anExampleGoesToTheText();
    void keysAreEnough();

private:
    void type(const QString& text);
    const std::vector<AnswerColumn*>& columns() const { return m_page->texts()->columns(); }
    QString labelIn(const QWidget* parent, const char* name) const {
        return parent->findChild<QLabel*>(QLatin1String(name))->text();
    }
    template<typename T>
    T* find(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    void click(const char* button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<PlaygroundPage> m_page;
};

void TestPlaygroundPage::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-playground"));
    QSettings().clear();
    Theme::instance().apply(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    m_store = std::move(*RunStore::open(m_folder.filePath(QStringLiteral("w")).toStdString()));
    test::finishedRun(*m_store, test::oneAdapter("nouns", 2));
    test::finishedRun(*m_store, test::oneAdapter("other", 1));
    test::finishedRun(*m_store, test::tinyFusion());
}

void TestPlaygroundPage::init() {
    AppContext context;
    context.workspace = m_store->workspace();
    context.store = m_store.get();
    m_page = std::make_unique<PlaygroundPage>(context);
    m_page->resize(1360, 840);
    m_page->QWidget::show();
    m_page->setActive(true);
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestPlaygroundPage::type(const QString& text) {
    auto* field = find<QPlainTextEdit>("playgroundText");
    field->setFocus();
    field->selectAll();
    QTest::keyClick(field, Qt::Key_Delete);
    QTest::keyClicks(field, text);
}

void TestPlaygroundPage::emptyWorkspaceSaysWhatToDo() {
    QTemporaryDir empty;
    const auto store = RunStore::open(empty.path().toStdString());
    AppContext context;
    context.workspace = empty.path().toStdString();
    context.store = store->get();
    PlaygroundPage page(context);
    page.QWidget::show();
    page.setActive(true);
    QVERIFY(page.findChild<QWidget*>(QStringLiteral("playgroundEmpty"))->isVisible());
}

void TestPlaygroundPage::answersWhileTyping() {
    QCOMPARE(columns().size(), std::size_t{2});
    QVERIFY(!labelIn(columns()[0], "columnHint").isEmpty());
    type(u"the old dog"_qs);
    QTRY_VERIFY(columns()[0]->answer() && columns()[1]->answer());
    const auto* bars = columns()[0]->findChild<ScoreBars*>(QStringLiteral("columnBars"));
    QCOMPARE(bars->scores().size(), std::size_t{3});
    QVERIFY(bars->scores()[0].probability >= bars->scores()[1].probability);
    const auto* chips = columns()[0]->findChild<AnswerChips*>(QStringLiteral("columnTokens"));
    QCOMPARE(chips->chips().size(), std::size_t{5});
    QCOMPARE(chips->chips()[3].text, u"dog"_qs);
    QVERIFY(labelIn(columns()[0], "columnMemory").contains(u"base"_qs));
    type(QString());
    QVERIFY(!columns()[0]->answer());
    QVERIFY(columns()[0]->findChild<QLabel*>(QStringLiteral("columnHint"))->isVisible());
}

void TestPlaygroundPage::adaptersOffChangeTheAnswer() {
    type(u"the old dog stands"_qs);
    auto* setup = columns()[0]->findChild<QComboBox*>(QStringLiteral("columnSetup"));
    QTRY_VERIFY(columns()[0]->answer() && columns()[1]->answer());
    const auto shares = [this](std::size_t column) {
        std::vector<double> all;
        for (const LabelScore& score : columns()[column]->answer()->heads.front().labels) {
            all.push_back(score.probability);
        }
        return all;
    };
    const auto own = shares(0);
    const auto off = shares(1);
    QVERIFY(own != off);
    QTest::keyClick(setup, Qt::Key_Down);
    QTRY_COMPARE(columns()[0]->answer()->composition, std::string("None"));
    QCOMPARE(shares(0), off);
    QTest::keyClick(setup, Qt::Key_Up);
    QTRY_COMPARE(shares(0), own);
}

void TestPlaygroundPage::comparesUpToFour() {
    type(u"the old dog stands"_qs);
    click("addColumn");
    click("addColumn");
    QCOMPARE(columns().size(), std::size_t{4});
    QVERIFY(!find<QPushButton>("addColumn")->isEnabled());
    QTRY_VERIFY(columns()[3]->answer());
    QVERIFY(columns()[2]->question().run != columns()[0]->question().run);
    QTest::mouseClick(columns()[1]->findChild<QAbstractButton*>(QStringLiteral("closeColumn")),
                      Qt::LeftButton);
    QCOMPARE(columns().size(), std::size_t{3});
    QTRY_VERIFY(columns()[0]->answer() && columns()[1]->answer() && columns()[2]->answer());
}

void TestPlaygroundPage::otherCompositionsAndTheirErrors() {
    type(u"the old dog stands"_qs);
    QTRY_VERIFY(columns()[0]->info());
    AnswerColumn* column = columns()[0];
    column->findChild<QComboBox*>(QStringLiteral("columnSetup"))->setCurrentIndex(2);
    auto* line = column->findChild<QLineEdit*>(QStringLiteral("columnComposition"));
    QVERIFY(line->isVisible() && line->toolTip().contains(u"a, b"_qs));
    QTest::keyClicks(line, u"Stack(a, c)"_qs);
    auto* problem = column->findChild<QLabel*>(QStringLiteral("columnProblem"));
    QTRY_VERIFY(problem->isVisible() && problem->text().contains(u"no adapter of this name"_qs));
    QVERIFY(!column->answer());
    line->clear();
    QTest::keyClicks(line, u"Stack(b, a)"_qs);
    QTRY_VERIFY(column->answer() && column->answer()->composition == "Stack(b, a)");
    QVERIFY(!problem->isVisible());
}

void TestPlaygroundPage::longTextsAreCut() {
    find<QPlainTextEdit>("playgroundText")->setPlainText(u"dog "_qs.repeated(60));
    auto* cut = columns()[0]->findChild<QLabel*>(QStringLiteral("columnCut"));
    QTRY_VERIFY(cut->isVisible());
    QVERIFY2(cut->text().contains(u"24"_qs) && cut->text().contains(u"38"_qs), qPrintable(cut->text()));
}

void TestPlaygroundPage::examplesOfTheRun() {
    auto* box = find<QComboBox>("exampleTexts");
    QTRY_VERIFY(box->count() > 10);
    box->setCurrentIndex(3);
    Q_EMIT box->activated(3);
    QCOMPARE(find<QPlainTextEdit>("playgroundText")->toPlainText(), box->itemText(3));
    QTRY_VERIFY(columns()[0]->answer());
}

void TestPlaygroundPage::measuresLatency() {
    QVERIFY(!find<QPushButton>("measureLatency")->isEnabled());
    type(u"the old dog stands"_qs);
    QTRY_VERIFY(find<QPushButton>("measureLatency")->isEnabled());
    QVERIFY(columns()[0]->latencyText().isEmpty());
    click("measureLatency");
    QTRY_VERIFY(!columns()[0]->latencyText().isEmpty());
    QVERIFY2(columns()[0]->latencyText().contains(u"median of 31"_qs),
             qPrintable(columns()[0]->latencyText()));
    type(u"the old dog"_qs); // what was measured is not what is shown
    QVERIFY(columns()[0]->latencyText().isEmpty());
}

void TestPlaygroundPage::filesOfARunAreGone() {
    const std::int64_t run = test::finishedRun(*m_store, test::oneAdapter("gone", 5)).run;
    std::filesystem::remove_all(m_store->runFolder(run));
    m_page->reload();
    type(u"the old dog stands"_qs);
    columns()[0]->choose(run, SetupChoice::Kind::Own);
    Q_EMIT columns()[0]->questionChanged();
    auto* problem = columns()[0]->findChild<QLabel*>(QStringLiteral("columnProblem"));
    QTRY_VERIFY(problem->isVisible() && problem->text().contains(u"are gone"_qs));
    QTRY_VERIFY(columns()[1]->answer());
    QVERIFY(m_store->remove(std::vector<std::int64_t>{run}).has_value());
    m_page->reload();
    QVERIFY(columns()[0]->question().run != run);
}

void TestPlaygroundPage::batchShowsTheCache() {
    m_page->show(PlaygroundPage::Batch);
    BatchView* batch = m_page->batch();
    click("runBatch");
    QVERIFY(labelIn(batch, "batchCounts").contains(u"Type a text"_qs));
    QCOMPARE(batch->table()->rowCount(), 3);
    for (int row = 0; row < 3; ++row) {
        batch->table()->item(row, 0)->setText(u"the old dog stands"_qs);
    }
    batch->cacheSize()->setValue(2);
    click("runBatch");
    QTRY_VERIFY(!batch->table()->item(2, 3)->text().isEmpty());
    const QString counts = labelIn(batch, "batchCounts");
    QVERIFY2(counts.contains(u"3 miss"_qs) && counts.contains(u"1 eviction"_qs), qPrintable(counts));
    QVERIFY(batch->table()->item(0, 5)->text().contains(u"by itself"_qs)); // the fusion
    QVERIFY(labelIn(batch, "batchLoaded").contains(u"nouns"_qs));
}

void TestPlaygroundPage::errorsOfARun() {
    m_page->show(PlaygroundPage::Errors);
    ErrorsView* errors = m_page->errors();
    find<QComboBox>("errorsOther")->setCurrentIndex(2);
    click("findErrors");
    QVERIFY(find<QPushButton>("cancelErrors")->isVisible());
    QTRY_VERIFY(errors->map()->isVisible());
    std::int64_t all = 0;
    std::int64_t right = 0;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            all += errors->map()->count({row, column});
            right += row == column ? errors->map()->count({row, column}) : 0;
        }
    }
    QCOMPARE(all, std::int64_t{48});
    QVERIFY(labelIn(errors, "errorsSummary").contains(u"%1 of 48 examples"_qs.arg(right)));
    QTableWidget* hardest = errors->table(ErrorsView::Hardest);
    QCOMPARE(hardest->rowCount(), 48);
    const ConfusionMap::Cell cell{1, 1};
    QTest::mouseClick(errors->map(), Qt::LeftButton, {}, errors->map()->cellRect(cell).center());
    QCOMPARE(hardest->rowCount(), static_cast<int>(errors->map()->count(cell)));
    QVERIFY(errors->map()->accessibleDescription().contains(errors->map()->labels()[1]));
    QTest::keyClick(errors->map(), Qt::Key_Right);
    QVERIFY(errors->map()->current() == (ConfusionMap::Cell{1, 2}));
    QTest::keyClick(errors->map(), Qt::Key_Escape);
    QCOMPARE(hardest->rowCount(), 48);
    const QTableWidget* changes = errors->table(ErrorsView::Changes);
    for (int row = 0; row < changes->rowCount(); ++row) {
        QVERIFY(changes->item(row, 2)->text() != changes->item(row, 4)->text());
    }
}

void TestPlaygroundPage::anExampleGoesToTheText() {
    m_page->show(PlaygroundPage::Errors);
    click("findErrors");
    QTableWidget* hardest = m_page->errors()->table(ErrorsView::Hardest);
    QTRY_VERIFY(hardest->isVisible() && hardest->rowCount() > 0);
    const QString text = hardest->item(0, 0)->text();
    Q_EMIT hardest->cellActivated(0, 0);
    QCOMPARE(m_page->view(), PlaygroundPage::Text);
    QCOMPARE(QString::fromStdString(m_page->texts()->text().first), text);
}

void TestPlaygroundPage::keysAreEnough() {
    for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
        const bool isReached = widget->focusPolicy() != Qt::NoFocus && widget->isVisible();
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        QVERIFY2(!isReached || !button || !button->text().isEmpty() || !button->accessibleName().isEmpty(),
                 qPrintable(widget->objectName()));
    }
    find<QAction>("playgroundErrors")->trigger();
    QCOMPARE(m_page->view(), PlaygroundPage::Errors);
    find<QAction>("playgroundRun")->trigger();
    QTRY_VERIFY(m_page->errors()->map()->isVisible());
}

QTEST_MAIN(TestPlaygroundPage)
#include "test_playground_page.moc"
