#include <QTest>

#include "backend/data/tag_scheme.h"

using namespace awb;

namespace {

std::vector<std::string> cut(const QByteArray& text) {
    std::vector<std::string> words;
    for (const QByteArray& word : text.split(' ')) {
        words.push_back(word.toStdString());
    }
    return words;
}

/// The parts of tags that stand in a row, each taken as a tag of the set.
std::vector<ChunkTag> partsInARow(const std::vector<std::string>& tags, const ChunkTags& parts) {
    std::vector<ChunkTag> result;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        result.push_back(parts[i]);
    }
    return result;
}

} // namespace

class TestTagScheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chunksFollowConlleval_data();
    void chunksFollowConlleval();
    void wellFormedKeepsTheEntities_data();
    void wellFormedKeepsTheEntities();
    void schemeIsFound_data();
    void schemeIsFound();
    void chunkTagsAreTold_data();
    void chunkTagsAreTold();
    void faultsSayWhere_data();
    void faultsSayWhere();
    void namesGoBothWays();
};

void TestTagScheme::chunksFollowConlleval_data() {
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<QByteArray>("chunks"); // "begin-end:TYPE", as marked by hand after conlleval's rules
    QTest::addRow("one") << QByteArray("O B-PER I-PER O") << QByteArray("1-3:PER");
    QTest::addRow("to the end") << QByteArray("O B-LOC") << QByteArray("1-2:LOC");
    QTest::addRow("none") << QByteArray("O O") << QByteArray();
    QTest::addRow("two that touch") << QByteArray("B-PER B-PER I-PER") << QByteArray("0-1:PER 1-3:PER");
    QTest::addRow("I starts one") << QByteArray("O I-PER I-PER") << QByteArray("1-3:PER");
    QTest::addRow("type changes") << QByteArray("B-PER I-LOC I-LOC") << QByteArray("0-1:PER 1-3:LOC");
    QTest::addRow("iob1") << QByteArray("I-PER B-PER I-PER O") << QByteArray("0-1:PER 1-3:PER");
    QTest::addRow("bioes") << QByteArray("S-PER B-LOC I-LOC E-LOC S-PER")
                           << QByteArray("0-1:PER 1-4:LOC 4-5:PER");
    QTest::addRow("after E and S") << QByteArray("B-PER E-PER I-PER S-PER I-PER E-PER")
                                   << QByteArray("0-2:PER 2-3:PER 3-4:PER 4-6:PER");
    QTest::addRow("E alone") << QByteArray("O E-PER E-PER") << QByteArray("1-2:PER 2-3:PER");
    QTest::addRow("B after O after B") << QByteArray("B-PER O B-PER") << QByteArray("0-1:PER 2-3:PER");
    QTest::addRow("hyphen in the type")
        << QByteArray("B-creative-work I-creative-work") << QByteArray("0-2:creative-work");
    QTest::addRow("without types") << QByteArray("B I O I") << QByteArray("0-2: 3-4:");
    QTest::addRow("bilou") << QByteArray("U-PER B-LOC L-LOC") << QByteArray("0-1:PER 1-3:LOC");
}

void TestTagScheme::chunksFollowConlleval() {
    QFETCH(QByteArray, tags);
    QFETCH(QByteArray, chunks);
    const std::vector<std::string> names = cut(tags);
    const ChunkTags parts(names);
    QByteArrayList found;
    for (const Chunk& chunk : chunksOf(partsInARow(names, parts))) {
        found.append(QByteArray::number(static_cast<int>(chunk.begin)) + '-' +
                     QByteArray::number(static_cast<int>(chunk.end)) + ':' +
                     QByteArray::fromStdString(parts.types()[static_cast<std::size_t>(chunk.type)]));
    }
    QCOMPARE(found.join(' '), chunks);
}

void TestTagScheme::wellFormedKeepsTheEntities_data() {
    QTest::addColumn<int>("scheme");
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<QByteArray>("mended");
    const auto row = [](const char* name, TagScheme scheme, const char* tags, const char* mended) {
        QTest::addRow("%s", name) << static_cast<int>(scheme) << QByteArray(tags) << QByteArray(mended);
    };
    row("bio stays", TagScheme::Bio, "B-PER I-PER O B-LOC B-LOC", "B-PER I-PER O B-LOC B-LOC");
    row("bio", TagScheme::Bio, "I-PER I-PER O B-PER I-LOC", "B-PER I-PER O B-PER B-LOC");
    row("iob1 stays", TagScheme::Iob1, "I-PER B-PER I-PER O I-LOC", "I-PER B-PER I-PER O I-LOC");
    row("iob1", TagScheme::Iob1, "B-PER I-PER O B-LOC I-PER", "I-PER I-PER O I-LOC I-PER");
    row("bioes stays", TagScheme::Bioes, "S-PER B-LOC I-LOC E-LOC", "S-PER B-LOC I-LOC E-LOC");
    row("bioes open end", TagScheme::Bioes, "B-PER I-PER O B-LOC", "B-PER E-PER O S-LOC");
    row("bioes late start", TagScheme::Bioes, "I-PER E-PER E-LOC", "B-PER E-PER S-LOC");
    row("bilou", TagScheme::Bilou, "B-PER O U-LOC B-PER I-PER", "U-PER O U-LOC B-PER L-PER");
}

void TestTagScheme::wellFormedKeepsTheEntities() {
    QFETCH(int, scheme);
    QFETCH(QByteArray, tags);
    QFETCH(QByteArray, mended);
    const std::vector<std::string> names = cut(tags);
    const ChunkTags parts(names);
    const std::vector<ChunkTag> before = partsInARow(names, parts);
    const std::vector<ChunkTag> after = wellFormed(before, static_cast<TagScheme>(scheme));
    QByteArrayList written;
    for (const ChunkTag& tag : after) {
        written.append(QByteArray::fromStdString(parts.name(tag, static_cast<TagScheme>(scheme))));
    }
    QCOMPARE(written.join(' '), mended);
    QVERIFY(chunksOf(before) == chunksOf(after));
    QVERIFY(wellFormed(after, static_cast<TagScheme>(scheme)) == after);
}

void TestTagScheme::schemeIsFound_data() {
    QTest::addColumn<QByteArrayList>("sentences");
    QTest::addColumn<QByteArray>("scheme");
    QTest::addRow("bio") << QByteArrayList{"O B-PER I-PER", "B-LOC"} << QByteArray("bio");
    QTest::addRow("bio with faults") << QByteArrayList{"B-PER I-PER", "B-PER O B-LOC", "I-LOC"}
                                     << QByteArray("bio");
    QTest::addRow("iob1") << QByteArrayList{"I-PER I-PER O", "I-LOC B-LOC"} << QByteArray("iob1");
    QTest::addRow("only I") << QByteArrayList{"I-PER O"} << QByteArray("iob1");
    QTest::addRow("bioes") << QByteArrayList{"S-PER O B-LOC E-LOC"} << QByteArray("bioes");
    QTest::addRow("bilou") << QByteArrayList{"U-PER O B-LOC L-LOC"} << QByteArray("bilou");
}

void TestTagScheme::schemeIsFound() {
    QFETCH(QByteArrayList, sentences);
    QFETCH(QByteArray, scheme);
    SchemeDetector detector;
    std::vector<std::string> all;
    for (const QByteArray& text : sentences) {
        const std::vector<std::string> tags = cut(text);
        all.insert(all.end(), tags.begin(), tags.end());
    }
    const ChunkTags parts(all);
    std::size_t next = 0;
    for (const QByteArray& text : sentences) {
        std::vector<ChunkTag> tags;
        for (std::size_t i = 0; i < cut(text).size(); ++i) {
            tags.push_back(parts[next++]);
        }
        detector.add(tags);
    }
    QCOMPARE(QByteArray::fromStdString(std::string(tagSchemeName(detector.scheme(all)))), scheme);
}

void TestTagScheme::chunkTagsAreTold_data() {
    QTest::addColumn<QByteArray>("tags");
    QTest::addColumn<bool>("chunks");
    QTest::addRow("entities") << QByteArray("O B-PER I-PER") << true;
    QTest::addRow("bare") << QByteArray("O B I") << true;
    QTest::addRow("parts of speech") << QByteArray("NOUN VERB") << false;
    QTest::addRow("one stranger") << QByteArray("O B-PER PER") << false;
    QTest::addRow("hyphens") << QByteArray("nsubj obl-tmod") << false;
    QTest::addRow("only O") << QByteArray("O") << false;
    QTest::addRow("no type behind the hyphen") << QByteArray("O B-") << false;
}

void TestTagScheme::chunkTagsAreTold() {
    QFETCH(QByteArray, tags);
    QFETCH(bool, chunks);
    QCOMPARE(areChunkTags(cut(tags)), chunks);
}

void TestTagScheme::faultsSayWhere_data() {
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("tag");
    QTest::addColumn<QByteArray>("mended");
    QTest::addColumn<QByteArray>("fault");
    QTest::addRow("start") << QByteArray() << QByteArray("I-PER") << QByteArray("B-PER")
                           << QByteArray("starts an entity with I-PER");
    QTest::addRow("after O") << QByteArray("O") << QByteArray("E-PER") << QByteArray("S-PER")
                             << QByteArray("starts an entity with E-PER");
    QTest::addRow("type") << QByteArray("B-PER") << QByteArray("I-LOC") << QByteArray("B-LOC")
                          << QByteArray("goes from B-PER to I-LOC");
    QTest::addRow("end") << QByteArray("B-PER") << QByteArray("I-PER") << QByteArray("E-PER")
                         << QByteArray("ends an entity with I-PER");
    QTest::addRow("needless B") << QByteArray("O") << QByteArray("B-PER") << QByteArray("I-PER")
                                << QByteArray("begins an entity with B-PER where none comes before it");
}

void TestTagScheme::faultsSayWhere() {
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, tag);
    QFETCH(QByteArray, mended);
    QFETCH(QByteArray, fault);
    QCOMPARE(
        QByteArray::fromStdString(schemeFault(before.toStdString(), tag.toStdString(), mended.toStdString())),
        fault);
}

void TestTagScheme::namesGoBothWays() {
    for (const TagScheme scheme :
         {TagScheme::None, TagScheme::Iob1, TagScheme::Bio, TagScheme::Bioes, TagScheme::Bilou}) {
        QVERIFY(tagSchemeFromName(tagSchemeName(scheme)) == scheme);
    }
    QVERIFY(!tagSchemeFromName("iob3"));
}

QTEST_GUILESS_MAIN(TestTagScheme)
#include "test_tag_scheme.moc"
