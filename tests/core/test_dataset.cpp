#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include "backend/data/dataset.h"
#include "backend/data/first_lesson.h"
#include "backend/data/wordnet.h"

using namespace awb;
namespace fs = std::filesystem;

namespace {

Result<std::shared_ptr<const Dataset>> loadBuiltin(const std::string& source, std::int64_t trainLimit = -1) {
    DataSpec spec;
    spec.source = source;
    if (trainLimit >= 0) {
        spec.limit["train"] = trainLimit;
    }
    return loadDataset(spec, HeadType::Classification);
}

std::string keyOf(const Example& example) {
    return example.text + '\n' + example.textPair;
}

} // namespace

class TestDataset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstLessonIsBalanced();
    void builtinTasksLoad_data();
    void builtinTasksLoad();
    void kindOfFollowsTheHierarchy();
    void kindsAreThoseAbove();
    void wordClassesFollowTheDictionary();
    void wordClassesOfTheWholeDatabase();
    void definitionsArePlainText();
    void builtinTasksWantTheirHead_data();
    void builtinTasksWantTheirHead();
    void glossesAreSplit_data();
    void glossesAreSplit();
    void missingWordnetSaysHowToInstall();
    void brokenWordnetNamesTheLine();
    void plainTextHoldsDefinitionsAndExamples();
    void limitTakesTheFirst();
    void unknownSourcesAreRefused_data();
    void unknownSourcesAreRefused();
};

void TestDataset::firstLessonIsBalanced() {
    const auto dataset = loadBuiltin("builtin:first-lesson");
    QVERIFY(dataset);
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"weather", "food", "travel", "music"}));
    const std::map<std::string, std::size_t> sizes{{"train", 160}, {"validation", 40}, {"test", 40}};
    std::set<std::string> texts;
    for (const Split& split : (*dataset)->splits) {
        QCOMPARE(split.examples.size(), sizes.at(split.name));
        std::map<int, std::size_t> counts;
        for (const Example& example : split.examples) {
            ++counts[example.label];
            texts.insert(example.text);
        }
        for (const auto& [label, count] : counts) {
            QCOMPARE(count, sizes.at(split.name) / 4);
        }
    }
    QCOMPARE(texts.size(), std::size_t(240));
    QCOMPARE((*dataset)->contentHash.size(), std::size_t(32));
    QCOMPARE((*dataset)->contentHash, (*loadBuiltin("builtin:first-lesson"))->contentHash);
    QVERIFY((*dataset)->contentHash != (*loadBuiltin("builtin:first-lesson", 10))->contentHash);
}

void TestDataset::builtinTasksLoad_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<int>("classes");
    QTest::addColumn<int>("fewestTrain");
    QTest::addRow("noun-topic") << QByteArray("wordnet:noun-topic") << 25 << 19'000;
    QTest::addRow("verb-topic") << QByteArray("wordnet:verb-topic") << 15 << 10'000;
    QTest::addRow("part-of-speech") << QByteArray("wordnet:part-of-speech") << 4 << 20'000;
    QTest::addRow("kind-of") << QByteArray("wordnet:kind-of") << 2 << 20'000;
}

void TestDataset::builtinTasksLoad() {
    QFETCH(QByteArray, source);
    QFETCH(int, classes);
    QFETCH(int, fewestTrain);
    if (builtinUnavailable(source.toStdString())) {
        QSKIP("wordnet-base is not installed");
    }
    const auto dataset = loadBuiltin(source.toStdString());
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const Dataset& data = **dataset;
    QCOMPARE(data.labels.size(), static_cast<std::size_t>(classes));
    QCOMPARE(data.splits.size(), std::size_t(3));
    QVERIFY(!data.note.empty());
    QVERIFY(data.split("train")->examples.size() >= static_cast<std::size_t>(fewestTrain));
    QVERIFY(data.split("train")->examples.size() <= 20'000);
    std::map<std::string, std::string> splitOf;
    for (const Split& split : data.splits) {
        QVERIFY(split.examples.size() >= 1000);
        std::map<int, std::size_t> counts;
        for (const Example& example : split.examples) {
            QVERIFY(!example.text.empty());
            QCOMPARE(example.textPair.empty(), !data.pairs);
            QVERIFY(example.label >= 0 && example.label < classes);
            ++counts[example.label];
            const auto [entry, added] = splitOf.emplace(keyOf(example), split.name);
            QVERIFY2(added || entry->second == split.name, example.text.c_str());
        }
        QCOMPARE(counts.size(), static_cast<std::size_t>(classes));
        if (data.pairs) {
            QCOMPARE(counts[0], counts[1]);
        }
    }
    // The first examples are a fair sample: no class fills them.
    std::map<int, int> first;
    for (std::size_t i = 0; i < 200; ++i) {
        ++first[data.split("train")->examples[i].label];
    }
    QVERIFY(first.size() >= static_cast<std::size_t>(classes) / 2);
    QVERIFY(std::ranges::all_of(first, [](const auto& entry) { return entry.second <= 130; }));
    const auto tasks = builtinTasks();
    QVERIFY(std::ranges::any_of(tasks, [&](const BuiltinTask& task) {
        return task.source == source.toStdString() && task.pairs == data.pairs;
    }));
}

void TestDataset::kindOfFollowsTheHierarchy() {
    if (wordnetMissing(wordnetFolder())) {
        QSKIP("wordnet-base is not installed");
    }
    const auto nouns = readSynsets(wordnetFolder(), "noun");
    QVERIFY(nouns);
    std::map<std::uint32_t, const Synset*> byOffset;
    std::map<std::string, std::vector<const Synset*>> byDefinition;
    for (const Synset& noun : *nouns) {
        byOffset[noun.offset] = &noun;
        byDefinition[noun.definition].push_back(&noun);
    }
    const std::function<bool(const Synset&, const std::string&)> isBelow =
        [&](const Synset& noun, const std::string& definition) {
            return std::ranges::any_of(noun.hypernyms, [&](std::uint32_t offset) {
                return byOffset.at(offset)->definition == definition ||
                       isBelow(*byOffset.at(offset), definition);
            });
        };
    const auto dataset = loadBuiltin("wordnet:kind-of");
    QVERIFY(dataset);
    std::size_t reversed = 0;
    for (const Example& example : (*dataset)->split("test")->examples) {
        const auto under = [&](const std::string& lower, const std::string& upper) {
            return std::ranges::any_of(byDefinition.at(lower),
                                       [&](const Synset* noun) { return isBelow(*noun, upper); });
        };
        if (example.label == 1) {
            QVERIFY2(under(example.text, example.textPair), example.text.c_str());
        } else {
            // A definition that two synsets share may stand above itself's namesake; there is no such in the
            // test part.
            QVERIFY2(!under(example.text, example.textPair), example.text.c_str());
            reversed += under(example.textPair, example.text) ? 1U : 0U;
        }
    }
    const std::size_t negatives = (*dataset)->split("test")->examples.size() / 2;
    QVERIFY(reversed > negatives / 4 && reversed < negatives / 2);
}

void TestDataset::kindsAreThoseAbove() {
    if (wordnetMissing(wordnetFolder())) {
        QSKIP("wordnet-base is not installed");
    }
    DataSpec spec;
    spec.source = "wordnet:kinds";
    const auto dataset = loadDataset(spec, HeadType::MultiLabel);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    const Dataset& data = **dataset;
    QVERIFY(data.labels.size() >= 25 && data.labels.size() <= 45);
    QVERIFY(std::ranges::is_sorted(data.labels));
    QCOMPARE(data.split("train")->examples.size(), std::size_t(20'000));
    QCOMPARE(data.split("test")->examples.size(), std::size_t(2'000));

    // "animal" is found again from the hierarchy itself.
    const auto nouns = readSynsets(wordnetFolder(), "noun");
    QVERIFY(nouns);
    std::map<std::uint32_t, const Synset*> byOffset;
    for (const Synset& noun : *nouns) {
        byOffset[noun.offset] = &noun;
    }
    const std::function<bool(const Synset&)> isAnimal = [&](const Synset& noun) {
        return (noun.words.front() == "animal" && noun.words.back() == "fauna") ||
               std::ranges::any_of(noun.hypernyms,
                                   [&](std::uint32_t offset) { return isAnimal(*byOffset.at(offset)); });
    };
    std::set<std::string> animals;
    std::set<std::string> others;
    for (const Synset& noun : *nouns) {
        (isAnimal(noun) ? animals : others).insert(noun.definition);
    }
    const auto animal = static_cast<int>(std::ranges::find(data.labels, "animal") - data.labels.begin());
    std::size_t labels = 0;
    std::size_t found = 0;
    std::map<std::string, std::string> splitOf;
    for (const Split& split : data.splits) {
        for (const Example& example : split.examples) {
            QVERIFY(!example.labels.empty() && std::ranges::is_sorted(example.labels));
            QVERIFY(splitOf.emplace(example.text, split.name).second);
            labels += example.labels.size();
            const bool hasIt = std::ranges::find(example.labels, animal) != example.labels.end();
            found += hasIt ? 1U : 0U;
            // A few definitions stand for an animal and for something else; the first synset counts.
            if (!animals.contains(example.text) || !others.contains(example.text)) {
                QCOMPARE(hasIt, animals.contains(example.text));
            }
        }
    }
    QVERIFY(found > 500);
    QVERIFY(labels > 3 * 24'000 / 2); // about two each
}

void TestDataset::wordClassesFollowTheDictionary() {
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    std::ofstream(path / "data.noun")
        << "00000001 05 n 01 dog 0 000 | an animal; \"the dogs' dog-house ran out.\"; \"the run\"; \"of "
           "it\"\n"
        << "00000002 04 n 01 run 0 000 | a score; \"a good run\"\n"
        << "00000003 23 n 01 ounce(p) 0 000 | a weight\n00000004 23 n 01 ion 0 000 | a thing\n";
    std::ofstream(path / "data.verb")
        << "00000001 38 v 02 run 0 scarper 0 000 00 | move fast; \"They quickly RUN fine\"\n";
    std::ofstream(path / "data.adj") << "00000001 00 a 02 good 0 fine 0 000 | not bad\n";
    std::ofstream(path / "data.adv") << "00000001 02 r 02 quickly 0 fine 0 000 | with speed\n";
    std::ofstream(path / "noun.exc") << "";
    std::ofstream(path / "verb.exc") << "ran run\n";
    std::ofstream(path / "adj.exc") << "";
    const auto incomplete = wordnetDataset("word-class", path, {});
    QVERIFY(!incomplete);
    QVERIFY(incomplete.error().where.ends_with("adv.exc"));
    std::ofstream(path / "adv.exc") << "";
    const auto dataset = wordnetDataset("word-class", path, {});
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    std::map<std::string, std::string> tags;
    for (const Split& split : dataset->splits) {
        for (const Example& example : split.examples) {
            QCOMPARE(example.words.size(), example.tags.size());
            for (const int tag : example.tags) {
                tags[example.text] += tag == kNoTag ? "-" : dataset->tagName(tag).substr(0, 3);
                tags[example.text] += ' ';
            }
        }
    }
    QCOMPARE(tags.size(), std::size_t(3)); // "the run" and "of it" are too short
    // "dogs" is the synset's word, "ran" a verb only, "out" a word of grammar.
    QCOMPARE(tags.at("the dogs ' dog-house ran out ."), std::string("- nou - - ver - - "));
    // "run" could be a verb too, but the sentence is an example of the noun.
    QCOMPARE(tags.at("a good run"), std::string("- adj nou "));
    // "fine" stays open: adjective or adverb.
    QCOMPARE(tags.at("They quickly RUN fine"), std::string("- adv ver - "));
}

void TestDataset::wordClassesOfTheWholeDatabase() {
    if (wordnetMissing(wordnetFolder())) {
        QSKIP("wordnet-base is not installed");
    }
    DataSpec spec;
    spec.source = "wordnet:word-class";
    const auto dataset = loadDataset(spec, HeadType::Tagging);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"noun", "verb", "adjective", "adverb"}));
    QVERIFY((*dataset)->tagScheme == TagScheme::None);
    QCOMPARE((*dataset)->split("train")->examples.size(), std::size_t(20'000));
    std::map<int, int> counts;
    std::map<std::string, std::string> splitOf;
    for (const Split& split : (*dataset)->splits) {
        for (const Example& example : split.examples) {
            QVERIFY(splitOf.emplace(example.text, split.name).first->second == split.name);
            for (const int tag : example.tags) {
                ++counts[tag];
            }
        }
    }
    for (const int tag : {0, 1, 2, 3}) {
        QVERIFY2(counts[tag] > 2'000, QByteArray::number(counts[tag]).constData());
    }
    QVERIFY(counts[kNoTag] > counts[0]);
}

void TestDataset::definitionsArePlainText() {
    if (wordnetMissing(wordnetFolder())) {
        QSKIP("wordnet-base is not installed");
    }
    DataSpec spec;
    spec.source = "wordnet:definitions";
    const auto dataset = loadDataset(spec, HeadType::MaskedLm);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QVERIFY((*dataset)->labels.empty());
    QVERIFY(!(*dataset)->note.empty());
    std::set<std::string> texts;
    for (const Split& split : (*dataset)->splits) {
        QCOMPARE(split.examples.size(), std::size_t(split.name == "train" ? 20'000 : 2'000));
        for (const Example& example : split.examples) {
            QVERIFY(texts.insert(example.text).second);
            QVERIFY(example.startsDocument);
        }
    }
}

void TestDataset::builtinTasksWantTheirHead_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<int>("head");
    QTest::addRow("kinds") << QByteArray("wordnet:kinds") << static_cast<int>(HeadType::Classification);
    QTest::addRow("word-class") << QByteArray("wordnet:word-class") << static_cast<int>(HeadType::MultiLabel);
    QTest::addRow("definitions") << QByteArray("wordnet:definitions") << static_cast<int>(HeadType::Tagging);
    QTest::addRow("first lesson") << QByteArray("builtin:first-lesson")
                                  << static_cast<int>(HeadType::MaskedLm);
}

void TestDataset::builtinTasksWantTheirHead() {
    QFETCH(QByteArray, source);
    QFETCH(int, head);
    DataSpec spec;
    spec.source = source.toStdString();
    const auto dataset = loadDataset(spec, static_cast<HeadType>(head));
    QVERIFY(!dataset);
    QVERIFY2(dataset.error().what.find("made for a head of type") != std::string::npos,
             dataset.error().what.c_str());
    QVERIFY(!dataset.error().advice.empty());
}

void TestDataset::glossesAreSplit_data() {
    QTest::addColumn<QByteArray>("gloss");
    QTest::addColumn<QByteArray>("definition");
    QTest::addColumn<int>("examples");
    QTest::addRow("plain") << QByteArray("a group of birds  ") << QByteArray("a group of birds") << 0;
    QTest::addRow("examples") << QByteArray("able to swim; \"she swims\"; \"they swam; all of them\"")
                              << QByteArray("able to swim") << 2;
    QTest::addRow("two parts") << QByteArray("a thing; also a person; \"he is one\"")
                               << QByteArray("a thing; also a person") << 1;
    QTest::addRow("quote inside") << QByteArray(
                                         "progress (in the phrase \"make strides\"); \"they made them\"")
                                  << QByteArray("progress (in the phrase \"make strides\")") << 1;
    QTest::addRow("unclosed") << QByteArray("a thing; \"an example") << QByteArray("a thing") << 0;
}

void TestDataset::glossesAreSplit() {
    QFETCH(QByteArray, gloss);
    QFETCH(QByteArray, definition);
    QFETCH(int, examples);
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    std::ofstream(path / "data.noun")
        << "  1 This software and database\n"
        << "00001740 05 n 02 living_entity 0 being(p) 0 002 @ 00000042 n 0000 ~ 00000043 n 0000 | "
        << gloss.toStdString() << "\n";
    const auto synsets = readSynsets(path, "noun");
    QVERIFY2(synsets, synsets ? "" : synsets.error().message().c_str());
    QCOMPARE(synsets->size(), std::size_t(1));
    QCOMPARE(QByteArray::fromStdString(synsets->front().definition), definition);
    QCOMPARE(synsets->front().examples.size(), static_cast<std::size_t>(examples));
    QCOMPARE(synsets->front().hypernyms, (std::vector<std::uint32_t>{42}));
    QCOMPARE(lexicographerFileName(synsets->front().lexicographerFile), std::string_view("noun.animal"));
    QCOMPARE(synsets->front().words, (std::vector<std::string>{"living entity", "being"}));
}

void TestDataset::missingWordnetSaysHowToInstall() {
    const QTemporaryDir empty;
    qputenv("WNSEARCHDIR", empty.path().toLocal8Bit());
    const auto dataset = loadBuiltin("wordnet:verb-topic");
    const auto unavailable = builtinUnavailable("wordnet:verb-topic");
    qunsetenv("WNSEARCHDIR");
    QVERIFY(!dataset);
    QVERIFY(unavailable);
    QVERIFY(dataset.error().advice.find("apt install wordnet-base") != std::string::npos);
    QVERIFY(!builtinUnavailable("builtin:first-lesson"));
}

void TestDataset::brokenWordnetNamesTheLine() {
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    std::ofstream(path / "data.verb") << "  1 licence\n00001740 29 v 04 breathe 0 | too few fields\n";
    const auto synsets = readSynsets(path, "verb");
    QVERIFY(!synsets);
    QVERIFY(synsets.error().where.ends_with("data.verb, line 2"));
}

void TestDataset::plainTextHoldsDefinitionsAndExamples() {
    if (wordnetMissing(wordnetFolder())) {
        QSKIP("wordnet-base is not installed");
    }
    const auto text = wordnetText(wordnetFolder());
    QVERIFY(text);
    QVERIFY(text->size() > 160'000);
    QVERIFY(std::ranges::find(*text, "she was able to program her computer") != text->end());
    QVERIFY(std::ranges::find(*text, "an entity that has physical existence") != text->end());
    QVERIFY(std::ranges::none_of(*text, [](const std::string& line) { return line.empty(); }));
}

void TestDataset::limitTakesTheFirst() {
    const auto whole = loadBuiltin("builtin:first-lesson");
    const auto part = loadBuiltin("builtin:first-lesson", 8);
    QVERIFY(whole && part);
    QCOMPARE((*part)->split("train")->examples.size(), std::size_t(8));
    QCOMPARE((*part)->split("train")->examples[7].text, (*whole)->split("train")->examples[7].text);
    QCOMPARE((*part)->split("test")->examples.size(), std::size_t(40));
    QVERIFY((*part)->split("nowhere") == nullptr);
}

void TestDataset::unknownSourcesAreRefused_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<bool>("regression");
    QTest::addRow("unknown") << QByteArray("imagenet") << false;
    QTest::addRow("unknown task") << QByteArray("wordnet:rhymes") << false;
    QTest::addRow("regression on classes") << QByteArray("builtin:first-lesson") << true;
}

void TestDataset::unknownSourcesAreRefused() {
    QFETCH(QByteArray, source);
    QFETCH(bool, regression);
    DataSpec spec;
    spec.source = source.toStdString();
    const auto dataset = loadDataset(spec, regression ? HeadType::Regression : HeadType::Classification);
    QVERIFY(!dataset);
    QVERIFY(!dataset.error().what.empty() && !dataset.error().advice.empty());
}

QTEST_GUILESS_MAIN(TestDataset)
#include "test_dataset.moc"
