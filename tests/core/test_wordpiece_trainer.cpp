#include <algorithm>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "backend/text/tokenizer.h"
#include "backend/text/wordpiece_files.h"
#include "backend/text/wordpiece_trainer.h"

using namespace awb;

namespace {

using Tokens = std::vector<std::string>;

const std::vector<std::string>& texts() {
    static const std::vector<std::string> kTexts{
        "The ferry leaves at seven, and nobody waits.",
        "Die Fähre fährt um sieben, und niemand wartet.",
        "Паром отходит в семь.",
        "Él cruzó el río; ella, no.",
        "渡船七点出发。",
        "नाव सात बजे चलती है।",
        "unwaiting ferries, waiting for the ferryman's ferry",
        "e = mc² — 1905; 100 % naïve!?",
    };
    return kTexts;
}

Result<Tokens> trained(const std::vector<std::string>& lines, WordPieceTraining options) {
    WordPieceTrainer trainer(std::move(options));
    for (const std::string& line : lines) {
        trainer.add(line);
    }
    return trainer.train();
}

QString problem(const Result<Tokens>& tokens) {
    return tokens ? QString() : QString::fromStdString(tokens.error().message());
}

} // namespace

/// Learning a WordPiece vocabulary.
class TestWordPieceTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCaseByHand();
    void overlappingPairs();
    void minimumFrequency();
    void everyTextCanBeCut_data();
    void everyTextCanBeCut();
    void isDeterministic();
    void longWordsArePassedOver();
    void whatIsRefused();
};

/// hug 10, pug 5, pun 12, bun 4, hugs 5.
///
/// Pairs at first: u##g 20, u##n 16, h##u 15, p##u 17, b##u 4, g##s 5. So "##ug" comes first, then (h ug 15,
/// p ug 5, u n 16, p u 12) "##un", then (p un 12, h ug 15) "hug", then "pun" 12, and of (p ug 5) and (hug s
/// 5) the one whose first piece has the lower id: "p" came into the alphabet before "hug" was made.
void TestWordPieceTrainer::aCaseByHand() {
    std::vector<std::string> lines;
    for (const auto& [word, count] : {std::pair("hug", 10), std::pair("pug", 5), std::pair("pun", 12),
                                      std::pair("bun", 4), std::pair("hugs", 5)}) {
        lines.insert(lines.end(), static_cast<std::size_t>(count), word);
    }
    const auto tokens = trained(lines, {.vocabSize = 21, .minFrequency = 2, .split = {.neverSplit = {}}});
    QVERIFY2(tokens.has_value(), qPrintable(problem(tokens)));
    const Tokens expected{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "b",   "g",
                          "h",     "n",     "p",     "s",     "u",      "##g", "##n",
                          "##s",   "##u",   "##ug",  "##un",  "hug",    "pun", "pug"};
    QCOMPARE(*tokens, expected);
    // Full already: the next one would have been "hugs".
    const auto more = trained(lines, {.vocabSize = 100, .minFrequency = 2, .split = {.neverSplit = {}}});
    QCOMPARE(more->size(), std::size_t(23));
    QCOMPARE((*more)[21], std::string("hugs"));
    QCOMPARE((*more)[22], std::string("bun"));
}

/// A pair that overlaps itself is joined from the left, and its counts stay right.
void TestWordPieceTrainer::overlappingPairs() {
    const auto tokens = trained({"aaaaa aaaaa"}, {.vocabSize = 50, .split = {.neverSplit = {}}});
    QVERIFY2(tokens.has_value(), qPrintable(problem(tokens)));
    // a ##a ##a ##a ##a: ##a##a 6 against a##a 2; then a ##aa ##aa, then a##aa, then aaa##aa.
    const Tokens expected{"a", "##a", "##aa", "aaa", "aaaaa"};
    QCOMPARE(Tokens(tokens->begin() + 5, tokens->end()), expected);
}

void TestWordPieceTrainer::minimumFrequency() {
    const WordPieceTraining rare{.vocabSize = 50, .minFrequency = 3, .split = {.neverSplit = {}}};
    const auto tokens = trained({"ab ab cd cd cd"}, rare);
    QVERIFY(std::ranges::find(*tokens, "cd") != tokens->end());
    QVERIFY(std::ranges::find(*tokens, "ab") == tokens->end());
}

void TestWordPieceTrainer::everyTextCanBeCut_data() {
    QTest::addColumn<bool>("lowerCase");
    QTest::newRow("lower case") << true;
    QTest::newRow("cased") << false;
}

/// Also with no piece but the characters, and the tokenizer that reads the files is the program's own.
void TestWordPieceTrainer::everyTextCanBeCut() {
    QFETCH(bool, lowerCase);
    for (const std::int64_t frequency : {1, 2, 1000}) {
        const auto tokens = trained(
            texts(), {.vocabSize = 300,
                      .minFrequency = frequency,
                      .split = {.lowerCase = lowerCase, .stripAccents = lowerCase, .neverSplit = {}}});
        QVERIFY2(tokens.has_value(), qPrintable(problem(tokens)));
        const QTemporaryDir folder;
        QVERIFY(writeWordPieceFiles(*tokens, lowerCase, 64, folder.path().toStdString()).has_value());
        const auto tokenizer = loadTokenizer(folder.path().toStdString());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message().c_str());
        QCOMPARE((*tokenizer)->vocabSize(), static_cast<int>(tokens->size()));
        QCOMPARE((*tokenizer)->maskId(), 4);
        QCOMPARE((*tokenizer)->modelMaxLength().value_or(0), 64);
        for (const std::string& text : texts()) {
            const Encoding encoding = (*tokenizer)->encode(text);
            QVERIFY2(std::ranges::find(encoding.tokens, "[UNK]") == encoding.tokens.end(), text.c_str());
        }
    }
}

void TestWordPieceTrainer::isDeterministic() {
    const WordPieceTraining options{.vocabSize = 200, .minFrequency = 1, .split = {.neverSplit = {}}};
    const auto first = trained(texts(), options);
    std::vector<std::string> reversed(texts().rbegin(), texts().rend());
    QCOMPARE(*trained(texts(), options), *first);
    QCOMPARE(*trained(reversed, options), *first);
    Tokens sorted = *first;
    std::ranges::sort(sorted);
    QVERIFY(std::ranges::adjacent_find(sorted) == sorted.end());
}

void TestWordPieceTrainer::longWordsArePassedOver() {
    WordPieceTrainer trainer({.vocabSize = 50, .split = {.neverSplit = {}}});
    trainer.add(std::string(101, 'z') + " " + std::string(100, 'y'));
    QCOMPARE(trainer.wordCount(), std::int64_t(1));
    const auto tokens = trainer.train();
    QVERIFY(std::ranges::find(*tokens, "z") == tokens->end());
    QVERIFY(std::ranges::find(*tokens, "y") != tokens->end());
}

void TestWordPieceTrainer::whatIsRefused() {
    const auto empty = trained({" \t"}, {.split = {.neverSplit = {}}});
    QVERIFY(!empty);
    QVERIFY(empty.error().what.find("no word") != std::string::npos);
    const auto small = trained(texts(), {.vocabSize = 40, .split = {.neverSplit = {}}});
    QVERIFY(!small);
    QCOMPARE(small.error().where, std::string("vocab_size"));
}

QTEST_GUILESS_MAIN(TestWordPieceTrainer)
#include "test_wordpiece_trainer.moc"
