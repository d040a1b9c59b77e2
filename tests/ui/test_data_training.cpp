#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "tests/backend/training_fixture.h"
#include "tests/task_files.h"
#include "tests/ui/program.h"
#include "ui/data/data_page.h"
#include "ui/itemmodels/runs_model.h"
#include "ui/plots/chart_deck.h"
#include "ui/plots/run_data.h"
#include "ui/runs/runs_page.h"
#include "ui/train/train_page.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

QStringList headersOf(const QTableWidget* table) {
    QStringList names;
    for (int column = 0; column < table->columnCount(); ++column) {
        names << table->horizontalHeaderItem(column)->text();
    }
    return names;
}

void drop(QWidget* widget, const QString& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &enter);
    QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

/// Walks with the keyboard to the task of this title.
bool chooseTask(QComboBox* tasks, const QString& title) {
    tasks->setFocus();
    QTest::keyClick(tasks, Qt::Key_Home);
    for (int step = 0; tasks->currentText() != title && step < tasks->count(); ++step) {
        QTest::keyClick(tasks, Qt::Key_Down);
    }
    return tasks->currentText() == title;
}

} // namespace

/// Files of every task: chosen on the Data page, trained, looked at among the runs, opened again.
class TestDataTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void fromTheFileToTheScore_data();
    void fromTheFileToTheScore();
};

void TestDataTraining::fromTheFileToTheScore_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("task");
    QTest::addColumn<HeadType>("head");
    QTest::addColumn<QStringList>("metrics"); // the first is the main one
    QTest::addRow("names") << QStringLiteral("conll") << QStringLiteral("Tagging") << HeadType::Tagging
                           << QStringList{QStringLiteral("entity F1"), QStringLiteral("entity precision"),
                                          QStringLiteral("entity recall"), QStringLiteral("accuracy")};
    QTest::addRow("parts of speech") << QStringLiteral("conllu") << QStringLiteral("Tagging")
                                     << HeadType::Tagging
                                     << QStringList{QStringLiteral("accuracy"), QStringLiteral("macro-F1")};
    QTest::addRow("several labels") << QStringLiteral("multilabel")
                                    << QStringLiteral("Multi-label classification") << HeadType::MultiLabel
                                    << QStringList{QStringLiteral("micro-F1"), QStringLiteral("macro-F1"),
                                                   QStringLiteral("exact match"), QStringLiteral("LRAP")};
    QTest::addRow("numbers") << QStringLiteral("regression") << QStringLiteral("Regression")
                             << HeadType::Regression
                             << QStringList{QStringLiteral("Pearson r"), QStringLiteral("Spearman ρ")};
    QTest::addRow("plain text") << QStringLiteral("text") << QStringLiteral("Masked language model")
                                << HeadType::MaskedLm
                                << QStringList{QStringLiteral("accuracy"), QStringLiteral("perplexity")};
}

void TestDataTraining::fromTheFileToTheScore() {
    QFETCH(QString, kind);
    QFETCH(QString, task);
    QFETCH(HeadType, head);
    QFETCH(QStringList, metrics);
    const QTemporaryDir folder;
    const test::TaskFiles files(folder.path().toStdString());
    const std::string train = kind == QLatin1String("conll")        ? files.tagging()
                              : kind == QLatin1String("conllu")     ? files.universalDependencies()
                              : kind == QLatin1String("multilabel") ? files.multiLabel()
                              : kind == QLatin1String("regression") ? files.regression()
                                                                    : files.plainText();
    test::Program program(folder.filePath(QStringLiteral("workspace")).toStdString());
    QVERIFY(program.show(test::tinyExperiment()));

    // Choose the file and the task.
    program.window->showPage(QStringLiteral("data"));
    drop(program.window->pageOf<DataPage>(), QString::fromStdString(train));
    QVERIFY(chooseTask(program.find<QComboBox>("taskChoice"), task));
    auto* use = program.find<QPushButton>("useData");
    QTRY_VERIFY_WITH_TIMEOUT(use->isEnabled(), kPatience);
    QVERIFY(program.find<QTableView>("examplesTable")->model()->rowCount() > 0);
    QTest::mouseClick(use, Qt::LeftButton);
    QCOMPARE(program.document.experiment().head.type, head);
    QCOMPARE(program.document.experiment().data.splits.size(), std::size_t{2}); // the sibling was found

    // Train; points and evaluations appear.
    QSignalSpy ended(&program.runs, &RunController::runEnded);
    program.click("trainButton");
    auto* trainPage = program.window->pageOf<TrainPage>();
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    const auto outcome = ended.front().at(1).value<RunOutcome>();
    QVERIFY2(outcome.state == RunState::Finished, outcome.error ? outcome.error->message().c_str() : "");
    QTRY_VERIFY(!trainPage->charts()->hasPending());
    const RunData& data = trainPage->charts()->data();
    QVERIFY(data.size() > 0);
    QVERIFY(data.plan().has_value());
    QVERIFY(data.eval("validation", data.plan()->mainMetric) != nullptr);
    const QStringList shown = headersOf(program.find<QTableWidget>("finalMetrics"));
    for (const QString& metric : metrics) {
        QVERIFY2(shown.contains(metric), qPrintable(metric + QStringLiteral(" not in ") + shown.join(u',')));
    }

    // The run's row has the score, and its design is the trained one.
    const Experiment trained = program.document.experiment();
    QVERIFY(program.document.open(defaultExperiment()));
    program.click("openRunButton");
    auto* runs = program.window->pageOf<RunsPage>();
    QTRY_COMPARE(runs->model()->rowCount(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(runs->charts()->data().size(), data.size(), kPatience);
    bool scoreShown = false;
    for (int column = 0; column < runs->model()->columnCount(); ++column) {
        scoreShown =
            scoreShown || runs->model()->index(0, column).data().toString().startsWith(metrics.front());
    }
    QVERIFY(scoreShown);
    program.click("openDesignButton");
    QTRY_COMPARE(program.page(), QStringLiteral("design"));
    QVERIFY(program.document.experiment() == trained);
    program.window->showPage(QStringLiteral("data"));
    QCOMPARE(program.find<QComboBox>("taskChoice")->currentText(), task);
}

QTEST_MAIN(TestDataTraining)
#include "test_data_training.moc"
