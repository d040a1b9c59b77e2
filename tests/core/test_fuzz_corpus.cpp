#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <QTest>

#include "tests/fuzz/fuzz_targets.h"

namespace fs = std::filesystem;
using namespace awb;

/// Gives the fuzzers' seeds, and every input with which a fuzzer once broke a parser, to the same checks.
class TestFuzzCorpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTargetHasSeeds_data();
    void everyTargetHasSeeds();
    void promisesHold_data();
    void promisesHold();
    void brokenPromisesAreSeen();
};

namespace {

fs::path seedFolder(const fuzz::Target& target) {
    return fs::path(AWB_SOURCE_DIR) / "tests" / "fuzz" / "corpus" / target.name;
}

fs::path findingFolder(const fuzz::Target& target) {
    return fs::path(AWB_TEST_DATA) / "fuzz-findings" / target.name;
}

} // namespace

void TestFuzzCorpus::everyTargetHasSeeds_data() {
    QTest::addColumn<QString>("folder");
    for (const fuzz::Target& target : fuzz::targets()) {
        QTest::newRow(std::string(target.name).c_str())
            << QString::fromStdString(seedFolder(target).string());
    }
}

void TestFuzzCorpus::everyTargetHasSeeds() {
    QFETCH(QString, folder);
    const fs::path path = folder.toStdString();
    QVERIFY2(fs::is_directory(path) && !fs::is_empty(path), qPrintable(folder));
}

void TestFuzzCorpus::promisesHold_data() {
    QTest::addColumn<int>("target");
    QTest::addColumn<QString>("file");
    for (std::size_t i = 0; i < fuzz::targets().size(); ++i) {
        const fuzz::Target& target = fuzz::targets()[i];
        for (const fs::path& folder : {seedFolder(target), findingFolder(target)}) {
            if (!fs::exists(folder)) {
                continue;
            }
            for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
                const std::string name = std::string(target.name) + "/" + entry.path().filename().string();
                QTest::newRow(name.c_str())
                    << static_cast<int>(i) << QString::fromStdString(entry.path().string());
            }
        }
    }
}

void TestFuzzCorpus::promisesHold() {
    QFETCH(int, target);
    QFETCH(QString, file);
    std::ifstream in(fs::path(file.toStdString()), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    try {
        fuzz::targets()[static_cast<std::size_t>(target)].run(std::as_bytes(std::span(bytes)));
    } catch (const std::exception& broken) {
        QFAIL(broken.what());
    }
}

void TestFuzzCorpus::brokenPromisesAreSeen() {
    fuzz::require(true, "holds");
    QVERIFY_EXCEPTION_THROWN(fuzz::require(false, "does not hold"), std::logic_error);
}

QTEST_GUILESS_MAIN(TestFuzzCorpus)
#include "test_fuzz_corpus.moc"
