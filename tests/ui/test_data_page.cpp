#include <fstream>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QUrl>

#include "backend/data/dataset.h"
#include "backend/jobs/background_reader.h"
#include "ui/data/data_page.h"
#include "ui/data/token_chips.h"
#include "ui/document/design_document.h"
#include "ui/itemmodels/preview_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_text.h"

using namespace awb;
using namespace awb::ui;

class TestDataPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        QCoreApplication::setOrganizationName(QStringLiteral("test"));
        QCoreApplication::setApplicationName(QStringLiteral("data"));
        Theme::instance().apply(*qApp);
    }

    void init() {
        m_reader = std::make_unique<BackgroundReader>(m_folder.path().toStdString());
        m_document = std::make_unique<DesignDocument>();
        Experiment experiment = defaultExperiment();
        experiment.data = DataSpec{};
        experiment.data.source = "builtin:first-lesson";
        QVERIFY(m_document->open(experiment));
        AppContext context;
        context.workspace = m_folder.path().toStdString();
        context.reader = m_reader.get();
        context.document = m_document.get();
        m_page = std::make_unique<DataPage>(context);
        m_page->resize(1300, 850);
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_page->setActive(true);
    }

    void cleanup() {
        m_page.reset();
        m_document.reset();
        m_reader.reset();
    }

    void experimentsOwnDataIsShown() {
        auto* examples = table("examplesTable");
        QTRY_VERIFY_WITH_TIMEOUT(examples->model()->rowCount() > 0, 10000);
        QCOMPARE(currentSource(), QStringLiteral("builtin:first-lesson"));
        QVERIFY(!useButton()->isEnabled());
        QVERIFY(!useButton()->toolTip().isEmpty());
        auto* split = child<QComboBox>("summarySplit");
        QCOMPARE(split->itemText(0), QStringLiteral("train"));
        QVERIFY(!child<QWidget>("labelChart")->accessibleDescription().isEmpty());
        QVERIFY(child<QWidget>("lengthChart")->accessibleDescription().contains(QLatin1String("tokens")));
    }

    void filesAreImportedAndUsed() {
        const QString file = write("train.tsv", "sentence\tlabel\na fine film\tgood\na dull film\tbad\n"
                                                "one field only\nwell made\tgood\npoor\tbad\n");
        write("dev.tsv", "sentence\tlabel\nnice\tgood\nweak\tbad\n");
        m_page->importFile(file);
        auto* preview = table("previewTable");
        QTRY_COMPARE(preview->model()->rowCount(), 4);
        QCOMPARE(preview->model()->headerData(0, Qt::Horizontal).toString(), QStringLiteral("sentence"));
        QCOMPARE(child<QComboBox>("columnText")->currentText(), QStringLiteral("sentence"));
        QCOMPARE(child<QComboBox>("columnLabel")->currentText(), QStringLiteral("label"));
        QVERIFY(child<QLineEdit>("validationFile")->text().endsWith(QLatin1String("dev.tsv")));
        auto* problems = table("problemTable");
        QCOMPARE(problems->model()->rowCount(), 1);
        QCOMPARE(problems->model()->index(0, 0).data().toString(), QStringLiteral("4"));

        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QTest::mouseClick(useButton(), Qt::LeftButton);
        const DataSpec used = m_document->experiment().data;
        QCOMPARE(used.source, std::string("files"));
        QCOMPARE(used.splits.at("train"), file.toStdString());
        QCOMPARE(used.text, std::string("sentence"));
        QCOMPARE(used.label, std::string("label"));
        QVERIFY(!useButton()->isEnabled());

        m_document->undoStack()->undo();
        QCOMPARE(m_document->experiment().data.source, std::string("builtin:first-lesson"));
        QCOMPARE(currentSource(), QStringLiteral("builtin:first-lesson"));
    }

    void regressionIsPartOfTheChoice() {
        const QString file = write("scores.csv", "text,score\nwarm,3.5\ncold,0.5\nmild,2\nhot,5\n");
        m_page->importFile(file);
        QTRY_COMPARE(table("previewTable")->model()->rowCount(), 4);
        QCOMPARE(child<QComboBox>("columnLabel")->currentText(), QStringLiteral("score"));
        auto* task = child<QComboBox>("taskChoice");
        task->setFocus();
        QTest::keyClick(task, Qt::Key_R);
        QCOMPARE(task->currentText(), QStringLiteral("Regression"));
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QCOMPARE(child<QLabel>("labelText")->text(),
                 QStringLiteral("From 0.5 to 5, mean 2.75, standard deviation 1.677."));
        QVERIFY(child<QWidget>("labelChart")->accessibleDescription().contains(QLatin1String("0.5 to 1.06")));
        useButton()->click();
        QCOMPARE(m_document->experiment().head.type, HeadType::Regression);
        QCOMPARE(m_document->experiment().head.numLabels, 1);
    }

    void taggedWordsAreImportedAndShown() {
        const QString file = write("names-train.conll", "Peter\tB-PER\nBlackburn\tI-PER\nsings\tO\n\n"
                                                        "broken\n\nin\tO\nParis\tB-LOC\n");
        write("names-dev.conll", "Ann\tB-PER\n");
        m_page->importFile(file);
        auto* preview = table("previewTable");
        QTRY_COMPARE(preview->model()->rowCount(), 5);
        // Such a file can only be for tagging.
        QCOMPARE(child<QComboBox>("taskChoice")->currentText(), QStringLiteral("Tagging"));
        QVERIFY(child<QComboBox>("columnTag")->isVisible());
        QVERIFY(!child<QComboBox>("columnLabel")->isVisible());
        QVERIFY(!child<QCheckBox>("headerChoice")->isVisible());
        QCOMPARE(child<QComboBox>("columnText")->currentText(), QStringLiteral("1: Peter …"));
        QVERIFY(child<QLineEdit>("validationFile")->text().endsWith(QLatin1String("names-dev.conll")));
        QCOMPARE(table("problemTable")->model()->index(0, 0).data().toString(), QStringLiteral("5"));
        // The second sentence that can be read is the third of the file: not in the other shade.
        QVERIFY(!preview->model()->index(0, 0).data(Qt::BackgroundRole).isValid());

        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QVERIFY(child<QWidget>("entityChart")
                    ->accessibleDescription()
                    .contains(QLatin1String("PER: 1 entities")));
        QVERIFY(
            child<QWidget>("labelChart")->accessibleDescription().contains(QLatin1String("B-LOC: 1 words")));
        const auto colorOf = [preview](int row) {
            return preview->model()->index(row, 1).data(Qt::BackgroundRole).value<QBrush>().color();
        };
        QVERIFY(colorOf(0).isValid());
        QCOMPARE(colorOf(1), colorOf(0));                                           // I-PER as B-PER
        QVERIFY(!preview->model()->index(2, 1).data(Qt::BackgroundRole).isValid()); // O
        QVERIFY(colorOf(4) != colorOf(0));                                          // B-LOC
        auto* examples = table("examplesTable");
        QCOMPARE(examples->model()->index(0, 1).data().toString(), QStringLiteral("PER: Peter Blackburn"));

        child<QTabWidget>("dataTabs")->setCurrentIndex(2);
        Q_EMIT examples->activated(examples->model()->index(0, 0));
        auto* chips = child<TokenChips>("tokenChips");
        QTRY_VERIFY(chips->accessibleDescription().contains(QLatin1String("(B-PER)")));
        QVERIFY(chips->accessibleDescription().contains(QLatin1String("(O)")));
        chips->setFocus();
        QTest::keyClick(chips, Qt::Key_Right);
        QVERIFY(child<QLabel>("tokenDetail")->text().contains(QStringLiteral("word 1, “Peter”")));
        QVERIFY(child<QLabel>("tokenDetail")->text().contains(QLatin1String("tag B-PER")));
        // An edited text has no tags any more.
        QTest::keyClicks(child<QLineEdit>("tokenText"), QStringLiteral("s"));
        QTRY_VERIFY(!chips->accessibleDescription().contains(QLatin1String("B-PER")));

        useButton()->click();
        const Experiment& used = m_document->experiment();
        QCOMPARE(used.head.type, HeadType::Tagging);
        QCOMPARE(used.head.layers, defaultHead(HeadType::Tagging).layers);
        QCOMPARE(used.data.text, std::string("1"));
    }

    void featuresOfCoNLLUAreOffered() {
        const QString file = write("some.conllu", "1\tdogs\tdog\tNOUN\tNNS\tNumber=Plur\t0\troot\t_\t_\n");
        m_page->importFile(file);
        auto* tags = child<QComboBox>("columnTag");
        QTRY_VERIFY(tags->findData(QStringLiteral("FEATS.Number")) > 0);
        QVERIFY(tags->findData(QStringLiteral("UPOS")) > 0);
        QVERIFY(tags->findData(QStringLiteral("HEAD")) < 0);
        QCOMPARE(child<QComboBox>("columnText")->currentText(), QStringLiteral("FORM"));
        tags->setCurrentIndex(tags->findData(QStringLiteral("FEATS.Number")));
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        useButton()->click();
        QCOMPARE(m_document->experiment().data.tag, std::string("FEATS.Number"));
        QCOMPARE(table("examplesTable")->model()->index(0, 1).data().toString(), QStringLiteral("Plur"));
    }

    void severalLabelsInTwoForms() {
        const QString file = write("toxic.csv", "id,comment,toxic,insult\n7,a,1,0\n8,b,1,1\n9,c,0,0\n");
        m_page->importFile(file);
        QTRY_COMPARE(table("previewTable")->model()->rowCount(), 3);
        choose("taskChoice", QStringLiteral("multilabel"));
        QVERIFY(child<QComboBox>("labelSeparator")->isVisible());
        auto* form = child<QComboBox>("labelForm");
        form->setCurrentIndex(1);
        QVERIFY(!child<QComboBox>("labelSeparator")->isVisible());
        auto* marks = child<QListWidget>("labelColumns");
        QVERIFY(marks->isVisible());
        // The columns that hold nothing but 0 and 1 are chosen.
        QCOMPARE(marks->count(), 4);
        QCOMPARE(marks->item(0)->checkState(), Qt::Unchecked);
        QCOMPARE(marks->item(2)->checkState(), Qt::Checked);
        QCOMPARE(marks->item(3)->checkState(), Qt::Checked);
        choose("columnText", QStringLiteral("comment"));
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QCOMPARE(table("examplesTable")->model()->index(1, 1).data().toString(),
                 QStringLiteral("toxic, insult"));
        QVERIFY(child<QLabel>("labelText")->text().contains(QLatin1String("Without any label: 1 examples")));
        useButton()->click();
        QCOMPARE(m_document->experiment().data.labels, (std::vector<std::string>{"toxic", "insult"}));
        QCOMPARE(m_document->experiment().head.type, HeadType::MultiLabel);

        const QString cells = write("cells.tsv", "text\tlabels\na\tx|y\nb\ty\n");
        m_page->importFile(cells);
        QTRY_COMPARE(table("previewTable")->model()->rowCount(), 2);
        form->setCurrentIndex(0);
        choose("labelSeparator", QStringLiteral("|"));
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        useButton()->click();
        QCOMPARE(m_document->experiment().data.labels, std::vector<std::string>{"labels"});
        QCOMPARE(m_document->experiment().data.labelSeparator, std::string("|"));
        m_document->undoStack()->undo();
        QVERIFY(marks->isVisible());
    }

    void plainTextNeedsNoLabels() {
        const QString file = write("story.txt", "Once there was a cat.\nIt sat.\n\nThe end.\n");
        m_page->importFile(file);
        choose("taskChoice", QStringLiteral("masked_lm"));
        QTRY_COMPARE(table("previewTable")->model()->rowCount(), 3);
        QTRY_VERIFY(!child<QComboBox>("columnText")->isVisible());
        QVERIFY(!child<QComboBox>("columnLabel")->isVisible());
        auto* preview = table("previewTable")->model();
        QVERIFY(!preview->index(1, 0).data(Qt::BackgroundRole).isValid());
        QVERIFY(preview->index(2, 0).data(Qt::BackgroundRole).isValid());
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QCOMPARE(table("examplesTable")->model()->columnCount(), 1);
        QVERIFY(!child<QWidget>("labelChart")->isVisible());
        useButton()->click();
        QCOMPARE(m_document->experiment().head.type, HeadType::MaskedLm);
        QCOMPARE(m_document->experiment().data, onlyTrain(file));
    }

    void builtinDataBringsItsTask() {
        auto* list = child<QListWidget>("sourceList");
        for (int row = 0; row < list->count(); ++row) {
            if (list->item(row)->data(Qt::UserRole).toString() == QLatin1String("wordnet:word-class")) {
                list->setCurrentRow(row);
            }
        }
        if (builtinUnavailable("wordnet:word-class")) {
            QSKIP("wordnet-base is not installed");
        }
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 60000);
        QCOMPARE(table("examplesTable")->model()->headerData(1, Qt::Horizontal).toString(),
                 QStringLiteral("Tags"));
        QVERIFY(child<QLabel>("labelText")->text().contains(QLatin1String("words have no tag")));
        useButton()->click();
        QCOMPARE(m_document->experiment().head.type, HeadType::Tagging);
    }

    void missingFileIsExplained() {
        m_page->importFile(m_folder.filePath(QStringLiteral("not-there.tsv")));
        const auto explained = [this] {
            for (const QLabel* label : m_page->findChildren<QLabel*>()) {
                if (label->isVisible() && label->text().contains(QLatin1String("not-there.tsv"))) {
                    return true;
                }
            }
            return false;
        };
        QTRY_VERIFY(explained());
        QVERIFY(!useButton()->isEnabled());
    }

    void malformedFilesAreExplained_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("task");
        QTest::addColumn<bool>("usable"); // the rest of it
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* file, const char* task, bool usable, const QStringList& says) {
            QTest::newRow(file) << QString::fromLatin1(file) << QString::fromLatin1(task) << usable << says;
        };
        const auto what = [](const char* text) { return QString::fromUtf8(text); };
        row("empty.tsv", "classification", false, {what("empty (0 bytes)"), what("Choose another file")});
        row("header_only.tsv", "classification", false, {what("a header but no rows")});
        row("a_folder.tsv", "classification", false, {what("is a folder, not a file")});
        row("not_text.tsv", "classification", false, {what("PNG picture")});
        row("duplicate_header.tsv", "classification", false, {what("names `text` twice")});
        row("latin1.tsv", "classification", false, {what("line 2 is not valid UTF-8"), what("Windows-1252")});
        row("nested.json", "classification", false, {what("`splits.train` (2 rows")});
        row("unclosed_quote.csv", "classification", false, {what("opens on line 3, column 1")});
        row("ragged_rows.tsv", "classification", true, {what("has 1 field where the header has 2")});
        row("nul_bytes.tsv", "classification", true, {what("NUL byte")});
        row("one_class.tsv", "classification", true, {what("nothing to learn")});
        row("semicolons.csv", "classification", true, {what("it holds semicolons")});
        row("regression_not_a_number.tsv", "regression", true, {what("no finite number"), what("`3,5`")});
        row("broken_line.jsonl", "classification", true, {what("is not whole JSON")});
        row("wrong_columns.conllu", "tagging", true, {what("has 9 columns where CoNLL-U has 10")});
        row("bio_break.conll", "tagging", true, {what("starts an entity with I-MISC")});
    }

    void malformedFilesAreExplained() {
        QFETCH(QString, file);
        QFETCH(QString, task);
        QFETCH(bool, usable);
        QFETCH(QStringList, says);
        m_page->importFile(QStringLiteral(AWB_TEST_DATA "/malformed/") + file);
        choose("taskChoice", task);
        for (const QString& text : says) {
            QTRY_VERIFY2_WITH_TIMEOUT(allTexts().contains(text), qPrintable(allTexts()), 10000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(useButton()->isEnabled(), usable, 10000);
    }

    void brokenQuoteIsExplained() {
        const QString file = write("quote.csv", "text,label\nfine,1\n\"never closed,0\nmore,1\n");
        m_page->importFile(file);
        const auto explained = [this] {
            for (const QLabel* label : m_page->findChildren<QLabel*>()) {
                if (label->text().contains(QLatin1String("3")) &&
                    label->text().contains(QLatin1String("quote"))) {
                    return true;
                }
            }
            return false;
        };
        QTRY_VERIFY(explained());
        QVERIFY(!useButton()->isEnabled());
    }

    void droppedTableIsImported() {
        const QString file = write("dropped.tsv", "text\tlabel\na\tx\nb\ty\n");
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_page.get(), &event);
        QCOMPARE(child<QLineEdit>("trainFile")->text(), file);
        QTRY_COMPARE(table("previewTable")->model()->rowCount(), 2);
    }

    void sourceIsChosenByKeyboard() {
        auto* list = child<QListWidget>("sourceList");
        list->setFocus();
        QTest::keyClick(list, Qt::Key_End);
        QCOMPARE(currentSource(), QStringLiteral("files"));
        QVERIFY(child<QLineEdit>("trainFile")->isVisible());
        QVERIFY(child<QTabWidget>("dataTabs")->isTabVisible(0));
        QVERIFY(!useButton()->isEnabled());
        QTest::keyClick(list, Qt::Key_Home);
        QVERIFY(!child<QLineEdit>("trainFile")->isVisible());
        QVERIFY(!child<QTabWidget>("dataTabs")->isTabVisible(0));
        QCOMPARE(currentSource().toStdString(), builtinTasks().front().source);
    }

    void limitIsPartOfTheData() {
        QTRY_VERIFY_WITH_TIMEOUT(table("examplesTable")->model()->rowCount() > 0, 10000);
        auto* limit = child<QSpinBox>("trainLimit");
        limit->setValue(10);
        QTRY_VERIFY_WITH_TIMEOUT(useButton()->isEnabled(), 10000);
        QCOMPARE(table("examplesTable")->model()->rowCount(), 10);
        useButton()->click();
        QCOMPARE(m_document->experiment().data.limit.at("train"), std::int64_t{10});
    }

    void textIsCutIntoTokens() {
        auto* tabs = child<QTabWidget>("dataTabs");
        tabs->setCurrentIndex(3);
        auto* text = child<QLineEdit>("tokenText");
        QTest::keyClicks(text, QStringLiteral("a cat"));
        auto* counts = child<QLabel>("tokenCounts");
        QTRY_VERIFY(counts->text().startsWith(QLatin1String("4 tokens")));
        auto* chips = child<TokenChips>("tokenChips");
        QVERIFY(chips->accessibleDescription().startsWith(QLatin1String("[CLS]")));
        chips->setFocus();
        QTest::keyClick(chips, Qt::Key_Right);
        QCOMPARE(chips->current(), 1);
        QVERIFY(child<QLabel>("tokenDetail")->text().contains(QLatin1String("characters 0 to 1")));
        QTest::keyClick(chips, Qt::Key_End);
        QCOMPARE(chips->current(), 3);
    }

    void hugeFieldsAreCutInTheModel() {
        TablePreview preview;
        preview.dialect.columns = {"text"};
        TableRow row;
        row.line = 2;
        row.fields.emplace_back(2U << 20U, 'w');
        preview.rows.push_back(std::move(row));
        PreviewModel model;
        model.setPreview(std::move(preview));
        const QString shown = model.index(0, 0).data().toString();
        QVERIFY(shown.size() < 200);
        QVERIFY(shown.contains(QLatin1String("2,097,152")));
    }

    void elisionKeepsLettersWhole() {
        QCOMPARE(elidedText("short", 10), QStringLiteral("short"));
        QCOMPARE(elidedText("two\nlines\t", 20), QStringLiteral("two lines "));
        std::string accents;
        for (int i = 0; i < 500; ++i) {
            accents += "\xC3\xA9";
        }
        const QString cut = elidedText(accents, 7);
        QVERIFY(cut.startsWith(QString(7, QChar(0xE9))));
        QVERIFY(!cut.contains(QChar(0xFFFD)));
        QVERIFY(cut.contains(QLatin1String("1,000")));
    }

private:
    template<typename T>
    T* child(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    /// What the labels of the page and the table of problems say.
    QString allTexts() const {
        QStringList texts;
        for (const QLabel* label : m_page->findChildren<QLabel*>()) {
            texts << label->text();
        }
        const QAbstractItemModel* problems = table("problemTable")->model();
        for (int row = 0; row < problems->rowCount(); ++row) {
            texts << problems->index(row, 2).data(Qt::ToolTipRole).toString();
        }
        return texts.join(u'\n');
    }
    QTableView* table(const char* name) const { return child<QTableView>(name); }
    QPushButton* useButton() const { return child<QPushButton>("useData"); }
    QString currentSource() const {
        return child<QListWidget>("sourceList")->currentItem()->data(Qt::UserRole).toString();
    }
    void choose(const char* box, const QString& value) const {
        auto* choice = child<QComboBox>(box);
        QVERIFY(choice->findData(value) >= 0);
        choice->setCurrentIndex(choice->findData(value));
    }
    static DataSpec onlyTrain(const QString& file) {
        DataSpec spec;
        spec.source = "files";
        spec.splits["train"] = file.toStdString();
        return spec;
    }
    QString write(const char* name, const std::string& text) const {
        const QString path = m_folder.filePath(QLatin1String(name));
        std::ofstream(path.toStdString(), std::ios::binary) << text;
        return path;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<BackgroundReader> m_reader;
    std::unique_ptr<DesignDocument> m_document;
    std::unique_ptr<DataPage> m_page;
};

QTEST_MAIN(TestDataPage)
#include "test_data_page.moc"
