#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <QTemporaryDir>
#include <QTest>

#include "backend/data/dataset.h"
#include "backend/data/table_reader.h"

using namespace awb;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    std::string write(const std::string& name, const std::string& content) const {
        const fs::path file = fs::path(m_folder.path().toStdString()) / name;
        std::ofstream(file, std::ios::binary) << content;
        return file.string();
    }

private:
    QTemporaryDir m_folder;
};

DataSpec files(const std::string& train) {
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = train;
    return spec;
}

std::string allWarnings(const Dataset& dataset) {
    std::string text;
    for (const DataWarning& warning : dataset.warnings) {
        text += warning.text + "\n";
    }
    return text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string tagsOf(const Dataset& dataset, const Example& example) {
    std::string text;
    for (const int tag : example.tags) {
        text += (text.empty() ? "" : " ") +
                (tag == kNoTag ? std::string("-") : std::string(dataset.tagName(tag)));
    }
    return text;
}

std::string labelsOf(const Dataset& dataset, const Example& example) {
    std::string text;
    for (const int label : example.labels) {
        text += (text.empty() ? "" : " ") + dataset.labels[static_cast<std::size_t>(label)];
    }
    return text;
}

/// The folder of data sets that are too large or not ours to keep with the tests.
std::optional<fs::path> sharedData() {
    const char* folder = std::getenv("AWB_SHARED_DATA");
    return folder == nullptr || *folder == '\0' ? std::nullopt : std::optional<fs::path>(folder);
}

} // namespace

class TestTaskFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conllUColumns_data();
    void conllUColumns();
    void conllUFaults_data();
    void conllUFaults();
    void conllReadsItsVariants_data();
    void conllReadsItsVariants();
    void entitiesAreMended();
    void tagSchemeCanBeNamed();
    void tagsThatTrainLacks();
    void tagsInRows();
    void sentencesAreFoundByContent();
    void sentencesStopOnRequest();
    void multiLabelCells_data();
    void multiLabelCells();
    void multiLabelColumns();
    void multiLabelUnknownAndNone();
    void otherSeparatorIsSuggested();
    void plainTextKeepsDocuments();
    void plainTextHoldsOutItsEnd();
    void formatMustFitTheTask_data();
    void formatMustFitTheTask();
    void previewShowsWords();
    void previewShowsTexts();
    void realTagFiles_data();
    void realTagFiles();
    void realMultiLabel();
    void realTexts_data();
    void realTexts();
};

void TestTaskFiles::conllUColumns_data() {
    QTest::addColumn<QByteArray>("tag");
    QTest::addColumn<QByteArray>("tags"); // empty: an error
    QTest::addRow("default") << QByteArray() << QByteArray("DET NOUN -");
    QTest::addRow("UPOS") << QByteArray("UPOS") << QByteArray("DET NOUN -");
    QTest::addRow("XPOS") << QByteArray("XPOS") << QByteArray("DT NNS X1");
    QTest::addRow("DEPREL") << QByteArray("DEPREL") << QByteArray("det nsubj root");
    QTest::addRow("by number") << QByteArray("8") << QByteArray("det nsubj root");
    QTest::addRow("a feature") << QByteArray("FEATS.Number") << QByteArray("_ Plur Sing");
    QTest::addRow("another feature") << QByteArray("FEATS.Num") << QByteArray("_ _ _");
    QTest::addRow("no such column") << QByteArray("POS") << QByteArray();
}

void TestTaskFiles::conllUColumns() {
    QFETCH(QByteArray, tag);
    QFETCH(QByteArray, tags);
    const Folder folder;
    DataSpec spec =
        files(folder.write("a.conllu", "# newdoc\n# text = the dogs x\n"
                                       "1\tthe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n"
                                       "2\tdogs\tdog\tNOUN\tNNS\tGender=X|Number=Plur\t3\tnsubj\t_\t_\n"
                                       "2.1\tghost\t_\tVERB\t_\t_\t_\t_\t_\t_\n"
                                       "3\tx y\tx\t_\tX1\tNumber=Sing|Person=3\t0\troot\t_\t_\n"
                                       "\n\n# a comment at the end\n"));
    spec.tag = tag.toStdString();
    const auto dataset = loadDataset(spec, HeadType::Tagging);
    if (tags.isEmpty()) {
        QVERIFY(!dataset);
        QVERIFY(contains(dataset.error().what, "there is no column `POS`; the columns are `ID`, `FORM`"));
        return;
    }
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const Split& train = (*dataset)->splits.front();
    QCOMPARE(train.examples.size(), std::size_t(1));
    QCOMPARE(train.examples[0].words, (std::vector<std::string>{"the", "dogs", "x y"}));
    QCOMPARE(train.examples[0].text, std::string("the dogs x y"));
    QCOMPARE(tagsOf(**dataset, train.examples[0]), tags.toStdString());
    QVERIFY((*dataset)->tagScheme == TagScheme::None);
}

void TestTaskFiles::conllUFaults_data() {
    QTest::addColumn<QByteArray>("lines"); // a bad sentence; a good one follows
    QTest::addColumn<QByteArray>("says");
    const QByteArray rest("\t_\tX\t_\t_\t0\troot\t_\t_\n");
    QTest::addRow("skipped number") << "1\ta" + rest + "3\tb" + rest
                                    << QByteArray("line 2 has the ID 3 where 2 is next");
    QTest::addRow("missing blank line")
        << "1\ta" + rest + "1\tb" + rest
        << QByteArray("line 2 has the ID 1 where 2 is next (is a blank line missing");
    QTest::addRow("no number") << "a\tb" + rest << QByteArray("line 1 has no ID");
    QTest::addRow("backward range") << "2-1\ta" + rest + "1\tb" + rest
                                    << QByteArray("line 1 has the range 2-1 after word 0");
    QTest::addRow("early node") << "1.1\ta" + rest + "1\tb" + rest
                                << QByteArray("line 1 has the empty node 1.1 after word 0");
    QTest::addRow("no form") << "1\t" + rest << QByteArray("line 1 has no FORM");
    QTest::addRow("bad bytes") << "1\t\xFF" + rest.repeated(1)
                               << QByteArray("line 1 is not valid UTF-8 at byte 2");
    QTest::addRow("nul") << QByteArray("1\ta\0b", 5) + rest << QByteArray("line 1 holds a NUL byte");
    QTest::addRow("no tags") << QByteArray("1\ta\t_\t_\t_\t_\t0\troot\t_\t_\n")
                             << QByteArray("line 1 begins a sentence without tags in `UPOS`");
    QTest::addRow("one bad line only")
        << "1\ta" + rest + "2\n" + "3\tb" + rest << QByteArray("line 2 has 1 column where CoNLL-U has 10.");
}

void TestTaskFiles::conllUFaults() {
    QFETCH(QByteArray, lines);
    QFETCH(QByteArray, says);
    const Folder folder;
    const std::string good = "1\tgood\t_\tNOUN\t_\t_\t0\troot\t_\t_\n\n";
    std::string content = lines.toStdString() + "\n" + good;
    if (says.contains("UTF-8")) {
        // Such bytes near the beginning mean another encoding; further on only the sentence is lost.
        content = std::string(1 << 20U, '#') + "\n" + good + lines.toStdString();
        says = "line 4 is not valid UTF-8 at byte";
    }
    const DataSpec spec = files(folder.write("a.conllu", content));
    const auto dataset = loadDataset(spec, HeadType::Tagging);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const Split& train = (*dataset)->splits.front();
    QCOMPARE(train.examples.size(), std::size_t(1));
    QCOMPARE(train.examples[0].text, std::string("good"));
    QCOMPARE(train.rowsRead, std::int64_t(2));
    QCOMPARE(train.rowsLeftOut, std::int64_t(1));
    const std::string said = allWarnings(**dataset);
    QVERIFY2(contains(said, "1 sentence was left out: ") || contains(said, "1 row was left out: "),
             said.c_str());
    QVERIFY2(contains(said, says.toStdString()), said.c_str());
}

void TestTaskFiles::conllReadsItsVariants_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArrayList>("texts");
    QTest::addColumn<QByteArrayList>("tags");
    QTest::addRow("tabs") << QByteArray("U.N.\tB-ORG\nofficial\tO\n\nEkeus\tB-PER\n")
                          << QByteArrayList{"U.N. official", "Ekeus"} << QByteArrayList{"B-ORG O", "B-PER"};
    QTest::addRow("blanks, four columns, documents")
        << QByteArray("-DOCSTART- -X- -X- O\n\nU.N. NNP I-NP B-ORG\nofficial NN I-NP O\n\n-DOCSTART- -X- -X- "
                      "O\n\nEkeus NNP I-NP B-PER\n")
        << QByteArrayList{"U.N. official", "Ekeus"} << QByteArrayList{"B-ORG O", "B-PER"};
    QTest::addRow("runs of blanks") << QByteArray("a   O\nb  B-X\n") << QByteArrayList{"a b"}
                                    << QByteArrayList{"O B-X"};
    QTest::addRow("lone tab ends a sentence")
        << QByteArray("a\tO\n\t\nb\tB-X\n") << QByteArrayList{"a", "b"} << QByteArrayList{"O", "B-X"};
    QTest::addRow("comments") << QByteArray("# id = 1\na\tO\n\n# a remark\nb\tB-X\n")
                              << QByteArrayList{"a", "b"} << QByteArrayList{"O", "B-X"};
    QTest::addRow("comments as in MultiCoNER")
        << QByteArray("# id 3b8a\tdomain=train\na _ _ O\nb _ _ B-X\n\n# id 77\tdomain=train\nc _ _ O\n")
        << QByteArrayList{"a b", "c"} << QByteArrayList{"O B-X", "O"};
    QTest::addRow("signs that look like comments")
        << QByteArray("#\tO\n#tag\tB-X\n\na\tO\n#\tO\n# b\tO\n") << QByteArrayList{"# #tag", "a # # b"}
        << QByteArrayList{"O B-X", "O O O"};
    QTest::addRow("sign in a file of blanks")
        << QByteArray("# SYM\na X\n\n#1 NUM\n") << QByteArrayList{"# a", "#1"}
        << QByteArrayList{"SYM X", "NUM"};
    QTest::addRow("CRLF and mark") << QByteArray("\xEF\xBB\xBF"
                                                 "a\tO\r\nb\tB-X\r\n\r\nc\tO\r\n")
                                   << QByteArrayList{"a b", "c"} << QByteArrayList{"O B-X", "O"};
    QTest::addRow("underscore is a tag")
        << QByteArray("a\t_\nb\tX\n") << QByteArrayList{"a b"} << QByteArrayList{"_ X"};
}

void TestTaskFiles::conllReadsItsVariants() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArrayList, texts);
    QFETCH(QByteArrayList, tags);
    const Folder folder;
    const auto dataset =
        loadDataset(files(folder.write("a.conll", content.toStdString())), HeadType::Tagging);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const Split& train = (*dataset)->splits.front();
    QByteArrayList foundTexts;
    QByteArrayList foundTags;
    for (const Example& example : train.examples) {
        foundTexts.append(QByteArray::fromStdString(example.text));
        foundTags.append(QByteArray::fromStdString(tagsOf(**dataset, example)));
    }
    QCOMPARE(foundTexts, texts);
    QCOMPARE(foundTags, tags);
    QCOMPARE(train.rowsLeftOut, std::int64_t(0));
}

void TestTaskFiles::entitiesAreMended() {
    const Folder folder;
    DataSpec spec = files(folder.write("train.conll", "a\tB-X\nb\tI-X\nc\tB-Y\n\nd\tI-X\ne\tO\n"));
    spec.splits["test"] = folder.write("test.conll", "a\tB-X\nb\tI-Y\n\nc\tI-Z\n");
    const auto dataset = loadDataset(spec, HeadType::Tagging);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QVERIFY((*dataset)->tagScheme == TagScheme::Bio);
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"B-X", "B-Y", "I-X", "O"}));
    QCOMPARE(tagsOf(**dataset, (*dataset)->split("train")->examples[1]), std::string("B-X O"));
    const Split* test = (*dataset)->split("test");
    QCOMPARE(tagsOf(**dataset, test->examples[0]), std::string("B-X B-Y"));
    QCOMPARE(tagsOf(**dataset, test->examples[1]), std::string("B-Z"));
    QVERIFY(std::ranges::find((*dataset)->otherTags, "B-Z") != (*dataset)->otherTags.end());
    const std::string said = allWarnings(**dataset);
    QVERIFY2(contains(said, "line 5 starts an entity with I-X"), said.c_str());
    QVERIFY2(contains(said, "line 2 goes from B-X to I-Y; line 4 starts an entity with I-Z"), said.c_str());
}

void TestTaskFiles::tagSchemeCanBeNamed() {
    const Folder folder;
    DataSpec spec = files(folder.write("a.conll", "a\tI-X\nb\tI-X\nc\tO\n"));
    QVERIFY((*loadDataset(spec, HeadType::Tagging))->tagScheme == TagScheme::Iob1);
    spec.tagScheme = "bio";
    const auto bio = loadDataset(spec, HeadType::Tagging);
    QCOMPARE(tagsOf(**bio, (*bio)->splits[0].examples[0]), std::string("B-X I-X O"));
    spec.tagScheme = "none";
    const auto none = loadDataset(spec, HeadType::Tagging);
    QCOMPARE(tagsOf(**none, (*none)->splits[0].examples[0]), std::string("I-X I-X O"));
    QVERIFY((*none)->tagScheme == TagScheme::None);
    spec.tagScheme = "iob";
    const auto unknown = loadDataset(spec, HeadType::Tagging);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().where, std::string("/data/tag_scheme"));
    spec.tagScheme = "bio";
    spec.splits["train"] = folder.write("b.conll", "a\tNOUN\n");
    const auto wrong = loadDataset(spec, HeadType::Tagging);
    QVERIFY(!wrong);
    QVERIFY(contains(wrong.error().what, "do not mark entities"));
}

void TestTaskFiles::tagsThatTrainLacks() {
    const Folder folder;
    DataSpec spec = files(folder.write("train.conll", "a NOUN\nb VERB\n"));
    spec.splits["test"] = folder.write("test.conll", "a NOUN\nb ADJ\nc X\nd ADJ\n");
    const auto dataset = loadDataset(spec, HeadType::Tagging);
    QVERIFY(dataset);
    QCOMPARE((*dataset)->otherTags, (std::vector<std::string>{"ADJ", "X"}));
    QCOMPARE((*dataset)->split("test")->examples[0].tags, (std::vector<int>{0, 2, 3, 2}));
    QVERIFY(contains(allWarnings(**dataset), "3 words were kept and will count as wrong in the score"));
    QVERIFY(contains(allWarnings(**dataset), "line 2 has the tag `ADJ`, which train does not have"));
}

void TestTaskFiles::tagsInRows() {
    const Folder folder;
    DataSpec spec = files(folder.write("a.jsonl", "{\"tokens\": [\"a\", \"b\"], \"tags\": [\"O\", \"B-X\"]}\n"
                                                  "{\"tokens\": [\"a\"], \"tags\": [\"O\", \"B-X\"]}\n"
                                                  "{\"tokens\": 5, \"tags\": [\"O\"]}\n"
                                                  "{\"tokens\": [], \"tags\": []}\n"));
    spec.text = "tokens";
    const auto json = loadDataset(spec, HeadType::Tagging);
    QVERIFY2(json, json ? "" : json.error().message().c_str());
    QCOMPARE((*json)->splits[0].examples.size(), std::size_t(1));
    QCOMPARE(tagsOf(**json, (*json)->splits[0].examples[0]), std::string("O B-X"));
    const std::string said = allWarnings(**json);
    QVERIFY2(contains(said, "line 2 has 1 words but 2 tags"), said.c_str());
    QVERIFY2(contains(said, "line 3 has neither text nor an array of words in `tokens`"), said.c_str());
    QVERIFY2(contains(said, "line 4 has no words"), said.c_str());

    spec = files(folder.write("a.tsv", "text\ttags\nthe dog\tDET NOUN\n"));
    const auto table = loadDataset(spec, HeadType::Tagging);
    QVERIFY2(table, table ? "" : table.error().message().c_str());
    QCOMPARE((*table)->splits[0].examples[0].words, (std::vector<std::string>{"the", "dog"}));
}

void TestTaskFiles::sentencesAreFoundByContent() {
    const Folder folder;
    const std::string conllU = "1\ta\t_\tX\t_\t_\t0\troot\t_\t_\n";
    const std::vector<std::pair<fs::path, TableFormat>> cases{
        {folder.write("a.txt", "Pia SCONJ\nhii PRON\n\nna CCONJ\n"), TableFormat::Conll},
        {folder.write("b.tsv", "Pia\tSCONJ\n\nna\tCCONJ\n"), TableFormat::Conll},
        {folder.write("c.txt", conllU + "\n" + conllU), TableFormat::ConllU},
        {folder.write("d.tsv", "text\ttags\na b\tX Y\n"), TableFormat::Tsv},
        {folder.write("e.iob2", "a O\n"), TableFormat::Conll}};
    for (const auto& [file, format] : cases) {
        TableOptions options;
        options.content = TableContent::Sentences;
        const auto dialect = TableReader::detect(file, options);
        QVERIFY2(dialect, file.c_str());
        QCOMPARE(tableFormatName(dialect->format), tableFormatName(format));
    }
    // Another task takes the same file for a table.
    QCOMPARE(tableFormatName(TableReader::detect(cases[1].first, {})->format),
             tableFormatName(TableFormat::Tsv));
}

void TestTaskFiles::sentencesStopOnRequest() {
    const Folder folder;
    const DataSpec spec = files(folder.write("a.conll", "a O\n\nb B-X\n"));
    const auto stopped = loadDataset(spec, HeadType::Tagging, [](double) { return false; });
    QVERIFY(!stopped);
    QVERIFY(contains(stopped.error().what, "stopped"));
    DataSpec limited = spec;
    limited.limit["train"] = 1;
    QCOMPARE((*loadDataset(limited, HeadType::Tagging))->splits[0].examples.size(), std::size_t(1));
}

void TestTaskFiles::multiLabelCells_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("separator");
    QTest::addColumn<QByteArray>("column");
    const QByteArray kJson(
        "{\"text\": \"a\", \"labels\": [\"joy\", \"anger\"]}\n{\"text\": \"b\", \"labels\": []}\n"
        "{\"text\": \"c\", \"labels\": [\"joy\"]}\n");
    QTest::addRow("commas") << QByteArray("a.tsv") << QByteArray("text\tlabel\na\tjoy,anger\nb\t\nc\tjoy\n")
                            << QByteArray() << QByteArray();
    QTest::addRow("blanks around") << QByteArray("a.tsv")
                                   << QByteArray("text\tlabel\na\t joy , anger ,joy\nb\t , \nc\tjoy,\n")
                                   << QByteArray() << QByteArray();
    QTest::addRow("semicolons, named")
        << QByteArray("a.csv") << QByteArray("text,x\na,joy; anger\nb,\nc,joy\n") << QByteArray(";")
        << QByteArray("x");
    QTest::addRow("two characters") << QByteArray("a.tsv")
                                    << QByteArray("text\tlabel\na\tjoy||anger\nb\t\nc\tjoy\n")
                                    << QByteArray("||") << QByteArray();
    QTest::addRow("blank") << QByteArray("a.tsv") << QByteArray("text\tlabel\na\tjoy anger\nb\t\nc\tjoy\n")
                           << QByteArray(" ") << QByteArray();
    QTest::addRow("array") << QByteArray("a.jsonl") << kJson << QByteArray() << QByteArray();
    QTest::addRow("array, named") << QByteArray("a.jsonl") << kJson << QByteArray() << QByteArray("labels");
}

void TestTaskFiles::multiLabelCells() {
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, separator);
    QFETCH(QByteArray, column);
    const Folder folder;
    DataSpec spec = files(folder.write(file.toStdString(), content.toStdString()));
    spec.labelSeparator = separator.toStdString();
    if (!column.isEmpty()) {
        spec.labels = {column.toStdString()};
    }
    const auto dataset = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"anger", "joy"}));
    const std::vector<Example>& examples = (*dataset)->splits[0].examples;
    QCOMPARE(examples.size(), std::size_t(3));
    QCOMPARE(labelsOf(**dataset, examples[0]), std::string("anger joy"));
    QCOMPARE(labelsOf(**dataset, examples[1]), std::string());
    QCOMPARE(labelsOf(**dataset, examples[2]), std::string("joy"));
    QVERIFY(contains(allWarnings(**dataset), "1 row was kept as an example of no class"));
}

void TestTaskFiles::multiLabelColumns() {
    const Folder folder;
    DataSpec spec = files(
        folder.write("a.csv", "text,toxic,threat,insult\na,1,0,1\nb,0,0,0\nc,0,maybe,0\nd,TRUE,0.0,1.0\n"));
    spec.labels = {"toxic", "insult", "3"};
    const auto dataset = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"toxic", "insult", "threat"}));
    const std::vector<Example>& examples = (*dataset)->splits[0].examples;
    QCOMPARE(examples.size(), std::size_t(3));
    QCOMPARE(labelsOf(**dataset, examples[0]), std::string("toxic insult"));
    QCOMPARE(labelsOf(**dataset, examples[2]), std::string("toxic insult"));
    QVERIFY(contains(allWarnings(**dataset), "line 4 has `maybe` in `threat`, which is neither 0 nor 1"));
    spec.labels = {"toxic", "toxic"};
    QCOMPARE(loadDataset(spec, HeadType::MultiLabel).error().where, std::string("/data/columns"));
    spec.labels = {"toxic", "nice"};
    QVERIFY(contains(loadDataset(spec, HeadType::MultiLabel).error().what, "there is no column `nice`"));
}

void TestTaskFiles::multiLabelUnknownAndNone() {
    const Folder folder;
    DataSpec spec = files(folder.write("train.tsv", "text\tlabel\na\tx,y\n"));
    spec.splits["test"] = folder.write("test.tsv", "text\tlabel\nb\tz,y\nc\tz\n");
    const auto dataset = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY(dataset);
    const std::vector<Example>& test = (*dataset)->split("test")->examples;
    QCOMPARE(test[0].labels, (std::vector<int>{1}));
    QCOMPARE(test[0].unknownLabels, 1);
    QCOMPARE(test[1].unknownLabels, 1);
    QVERIFY(contains(allWarnings(**dataset), "line 2 has the label `z`, which train does not have"));
    spec.splits["train"] = folder.write("none.tsv", "text\tlabel\na\t\n");
    const auto none = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY(!none);
    QCOMPARE(none.error().what, std::string("no row of train has a label"));
    spec.splits["train"] = folder.write("bad.jsonl", "{\"text\": \"a\", \"label\": {\"x\": 1}}\n");
    const auto bad = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY(!bad);
    QVERIFY(contains(bad.error().what, "line 1 has no array of names in `label`"));
}

void TestTaskFiles::otherSeparatorIsSuggested() {
    const Folder folder;
    DataSpec spec = files(folder.write("a.tsv", "text\tlabel\na\tx|y\nb\ty\nc\tx|z\n"));
    const std::string said = allWarnings(**loadDataset(spec, HeadType::MultiLabel));
    QVERIFY2(contains(said, "No cell of `label` holds `,`, so each has one label; 2 of 3 hold `|`"),
             said.c_str());
    spec.labelSeparator = "|";
    QVERIFY(!contains(allWarnings(**loadDataset(spec, HeadType::MultiLabel)), "No cell"));
}

void TestTaskFiles::plainTextKeepsDocuments() {
    const Folder folder;
    const auto dataset = loadDataset(
        files(folder.write("a.txt", " First line. \nSecond line.\n \t\nNew document.\r\n\n\nAnother.")),
        HeadType::MaskedLm);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const std::vector<Example>& examples = (*dataset)->splits[0].examples;
    QCOMPARE(examples.size(), std::size_t(4));
    QCOMPARE(examples[0].text, std::string("First line."));
    QCOMPARE(examples[3].text, std::string("Another."));
    QVERIFY(examples[0].startsDocument && !examples[1].startsDocument && examples[2].startsDocument &&
            examples[3].startsDocument);
    QVERIFY((*dataset)->labels.empty());
    // Texts of a table are documents of their own and need no label.
    DataSpec table = files(folder.write("a.csv", "body,label\nx,1\ny,2\n"));
    table.text = "body";
    const auto rows = loadDataset(table, HeadType::MaskedLm);
    QVERIFY2(rows, rows ? "" : rows.error().message().c_str());
    QVERIFY((*rows)->splits[0].examples[1].startsDocument);
}

void TestTaskFiles::plainTextHoldsOutItsEnd() {
    const Folder folder;
    std::string content;
    for (int i = 0; i < 30; ++i) {
        content += "This is line number " + std::to_string(i) + " of a running text that goes on\n";
    }
    content += "= Heading =\n";
    DataSpec spec = files(folder.write("a.txt", content));
    spec.splits["test"] =
        folder.write("b.txt", "= Heading =\nThis is line number 3 of a running text that goes on\n");
    const auto dataset = loadDataset(spec, HeadType::MaskedLm);
    QVERIFY(dataset);
    QCOMPARE((*dataset)->split("train")->examples.size(), std::size_t(28));
    QCOMPARE((*dataset)->split("validation")->examples.front().text,
             std::string("This is line number 28 of a running text that goes on"));
    const std::string said = allWarnings(**dataset);
    QVERIFY2(contains(said, "the last tenth of train (3 texts) is held out"), said.c_str());
    QVERIFY2(contains(said, "1 of 2 test texts also stand in train (lines 2)"), said.c_str());
}

void TestTaskFiles::formatMustFitTheTask_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("task");
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const char* file, HeadType task, const char* format,
                        const char* says) {
        QTest::addRow("%s", name) << QByteArray(file) << static_cast<int>(task) << QByteArray(format)
                                  << QByteArray(says);
    };
    row("words to classify", "a.conllu", HeadType::Classification, "",
        "one word a line with its tags (CoNLL-U)");
    row("text to classify", "a.txt", HeadType::Classification, "text", "plain text has no labels");
    row("text to tag", "a.txt", HeadType::Tagging, "text", "plain text has no labels");
    row("words without tags", "words.conll", HeadType::Tagging, "", "words but no column of tags");
    row("only comments", "comments.conllu", HeadType::Tagging, "", "comments but no words");
    row("questions", "a.txt", HeadType::QuestionAnswering, "", "no reader of files");
}

void TestTaskFiles::formatMustFitTheTask() {
    QFETCH(QByteArray, file);
    QFETCH(int, task);
    QFETCH(QByteArray, format);
    QFETCH(QByteArray, says);
    const Folder folder;
    folder.write("a.conllu", "1\ta\t_\tX\t_\t_\t0\troot\t_\t_\n");
    folder.write("a.txt", "a text\n");
    folder.write("words.conll", "one\ntwo\n\nthree\n");
    folder.write("comments.conllu", "# nothing\n");
    DataSpec spec = files((fs::path(folder.write("x", "x")).parent_path() / file.toStdString()).string());
    spec.format = format.toStdString();
    const auto dataset = loadDataset(spec, static_cast<HeadType>(task));
    QVERIFY(!dataset);
    QVERIFY2(contains(dataset.error().what, says.toStdString()), dataset.error().message().c_str());
    QVERIFY(!dataset.error().advice.empty());
}

void TestTaskFiles::previewShowsWords() {
    const Folder folder;
    const fs::path file = folder.write("a.conll", "a\tO\nb\tB-X\n\nbroken\n\nc\tO\n");
    const auto preview = previewTable(file, {}, 10);
    QVERIFY2(preview, preview ? "" : preview.error().message().c_str());
    QCOMPARE(preview->dialect.columns, (std::vector<std::string>{"1", "2"}));
    QCOMPARE(preview->rows.size(), std::size_t(3));
    QCOMPARE(preview->rows[2].fields, (std::vector<std::string>{"c", "O"}));
    QCOMPARE(preview->rows[2].line, std::int64_t(6));
    QCOMPARE(preview->rows[1].group, std::int64_t(1));
    QCOMPARE(preview->rows[2].group, std::int64_t(3)); // the broken sentence between counts
    QCOMPARE(preview->problems.size(), std::size_t(1));
    QCOMPARE(preview->problems[0].line, std::int64_t(4));
    QVERIFY(!preview->more);
    QVERIFY(previewTable(file, {}, 2)->more);
}

void TestTaskFiles::previewShowsTexts() {
    const Folder folder;
    TableOptions options;
    options.content = TableContent::Texts;
    const fs::path file = folder.write("a.txt", "one\n\ntwo\n");
    const auto preview = previewTable(file, options, 10);
    QVERIFY(preview);
    QCOMPARE(preview->dialect.columns, (std::vector<std::string>{"text"}));
    QCOMPARE(preview->rows.size(), std::size_t(2));
    QCOMPARE(preview->rows[1].line, std::int64_t(3));
    QCOMPARE(preview->rows[1].group, std::int64_t(2));
}

void TestTaskFiles::realTagFiles_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("sentences");
    QTest::addColumn<int>("words");
    QTest::addColumn<QByteArray>("someTag");
    QTest::addColumn<int>("count");
    const auto row = [](const char* file, int sentences, int words, const char* tag, int count) {
        QTest::addRow("%s", file) << QByteArray(file) << sentences << words << QByteArray(tag) << count;
    };
    row("wnut17/train.conll", 3394, 62730, "B-person", 660);
    row("wnut17/test.conll", 1287, 23394, "I-creative-work", 218);
    row("masakhapos_sw/train.txt", 693, 20898, "ADJ", 4210);
    row("masakhapos_sw/test.txt", 553, 16074, "X", 1);
    row("ud/en_ewt/en_ewt-ud-train-part.conllu", 1786, 30303, "PUNCT", 3626);
    row("ud/en_ewt/en_ewt-ud-test.conllu", 2077, 25094, "NOUN", 4123);
    row("ud/hi_pud/hi_pud-ud-test-first500.conllu", 500, 11821, "ADP", 2351);
}

void TestTaskFiles::realTagFiles() {
    QFETCH(QByteArray, file);
    QFETCH(int, sentences);
    QFETCH(int, words);
    QFETCH(QByteArray, someTag);
    QFETCH(int, count);
    const auto shared = sharedData();
    if (!shared) {
        QSKIP("AWB_SHARED_DATA names no folder with the public data sets");
    }
    const auto dataset = loadDataset(files((*shared / file.toStdString()).string()), HeadType::Tagging);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    std::size_t examples = 0;
    std::size_t tagged = 0;
    std::int64_t found = 0;
    for (const Split& split : (*dataset)->splits) {
        examples += split.examples.size();
        for (const Example& example : split.examples) {
            tagged += example.words.size();
            found += std::ranges::count_if(
                example.tags, [&](int tag) { return (*dataset)->tagName(tag) == someTag.toStdString(); });
        }
    }
    QCOMPARE(static_cast<int>(examples), sentences);
    QCOMPARE(static_cast<int>(tagged), words);
    QCOMPARE(static_cast<int>(found), count);
    QCOMPARE((*dataset)->splits.front().rowsLeftOut, std::int64_t(0));
    QVERIFY((*dataset)->tagScheme == (file.startsWith("wnut") ? TagScheme::Bio : TagScheme::None));
}

void TestTaskFiles::realMultiLabel() {
    const auto shared = sharedData();
    if (!shared) {
        QSKIP("AWB_SHARED_DATA names no folder with the public data sets");
    }
    DataSpec spec = files((*shared / "goemotions/train.tsv").string());
    spec.splits["test"] = (*shared / "goemotions/test.tsv").string();
    spec.header = false;
    spec.text = "1";
    spec.labels = {"2"};
    const auto dataset = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QCOMPARE((*dataset)->labels.size(), std::size_t(28));
    QCOMPARE((*dataset)->labels[27], std::string("27"));
    const Split* test = (*dataset)->split("test");
    QCOMPARE(test->examples.size(), std::size_t(5427));
    const auto neutral = std::ranges::count_if(test->examples, [](const Example& example) {
        return std::ranges::find(example.labels, 27) != example.labels.end();
    });
    QCOMPARE(neutral, 1787);
    QVERIFY(std::ranges::any_of(test->examples,
                                [](const Example& example) { return example.labels.size() > 1; }));
}

void TestTaskFiles::realTexts_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("texts");
    QTest::addColumn<int>("documents");
    QTest::addRow("one document") << QByteArray("raw_text/sw.txt") << 1600 << 1;
    QTest::addRow("Telugu") << QByteArray("raw_text/te.txt") << 204 << 1;
    QTest::addRow("paragraphs between blank lines") << QByteArray("wikitext2/valid.txt") << 2461 << -1;
}

void TestTaskFiles::realTexts() {
    QFETCH(QByteArray, file);
    QFETCH(int, texts);
    QFETCH(int, documents);
    const auto shared = sharedData();
    if (!shared) {
        QSKIP("AWB_SHARED_DATA names no folder with the public data sets");
    }
    const auto dataset = loadDataset(files((*shared / file.toStdString()).string()), HeadType::MaskedLm);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    std::size_t all = 0;
    std::int64_t starts = 0;
    for (const Split& split : (*dataset)->splits) {
        all += split.examples.size();
        starts += std::ranges::count(split.examples, true, &Example::startsDocument);
    }
    QCOMPARE(static_cast<int>(all), texts);
    if (documents > 0) {
        QCOMPARE(starts, documents);
    } else {
        QVERIFY(starts > 100);
    }
}

QTEST_GUILESS_MAIN(TestTaskFiles)
#include "test_task_files.moc"
