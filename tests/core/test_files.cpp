#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"

namespace fs = std::filesystem;
using namespace awb;

class TestFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAndReads();
    void replacesOnlyWhenComplete();
    void keepsModeAndLink();
    void refuses();
    void hashes();
    void findsFolders();

private:
    fs::path folder() const { return m_folder.path().toStdString(); }
    QTemporaryDir m_folder;
};

void TestFiles::writesAndReads() {
    const fs::path file = folder() / "new" / "deeper" / "text.json";
    const std::string content("line\n\0with zero", 15);
    QVERIFY(writeFileAtomically(file, content).has_value());
    QCOMPARE(readTextFile(file).value(), content);
    QVERIFY(writeFileAtomically(file, "").has_value());
    QCOMPARE(readTextFile(file).value(), std::string());
}

void TestFiles::replacesOnlyWhenComplete() {
    const fs::path file = folder() / "kept.txt";
    QVERIFY(writeFileAtomically(file, "old").has_value());
    {
        Result<AtomicFile> target = AtomicFile::create(file);
        QVERIFY(target.has_value());
        const std::string part = "half of the n";
        QVERIFY(target->write(std::as_bytes(std::span(part))).has_value());
        QCOMPARE(readTextFile(file).value(), std::string("old"));
    }
    QCOMPARE(readTextFile(file).value(), std::string("old"));
    for (const fs::directory_entry& entry : fs::directory_iterator(folder())) {
        QVERIFY2(entry.path().extension() != ".tmp", entry.path().c_str());
    }
}

void TestFiles::keepsModeAndLink() {
    const fs::path file = folder() / "private.txt";
    const fs::path link = folder() / "link.txt";
    QVERIFY(writeFileAtomically(file, "one").has_value());
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink(file, link);
    QVERIFY(writeFileAtomically(link, "two").has_value());
    QVERIFY(fs::is_symlink(link));
    QCOMPARE(readTextFile(file).value(), std::string("two"));
    QCOMPARE(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

void TestFiles::refuses() {
    const Result<std::string> missing = readTextFile(folder() / "missing.txt");
    QVERIFY(!missing.has_value());
    QVERIFY(missing.error().message().find("missing.txt") != std::string::npos);
    QVERIFY(!readTextFile(folder()).has_value());
    QVERIFY(!readTextFile("/dev/zero").has_value());
    QVERIFY(!writeFileAtomically(folder(), "x").has_value());
    QVERIFY(!writeFileAtomically("/proc/no/such/file", "x").has_value());

    const fs::path large = folder() / "large.txt";
    QVERIFY(writeFileAtomically(large, std::string(1001, 'x')).has_value());
    QVERIFY(readTextFile(large, 1001).has_value());
    const Result<std::string> tooLarge = readTextFile(large, 1000);
    QVERIFY(!tooLarge.has_value());
    QVERIFY(tooLarge.error().what.find("1000") != std::string::npos);
}

void TestFiles::hashes() {
    // Published test value of XXH3-128 for empty input.
    QCOMPARE(hashBytes({}), std::string("99aa06d3014798d86001c324468d497f"));
    const std::string abc = "abc";
    QCOMPARE(hashBytes(std::as_bytes(std::span(abc))).size(), std::size_t{32});

    Hasher pieces;
    pieces.add(std::as_bytes(std::span(abc)).first(1));
    pieces.add(std::as_bytes(std::span(abc)).subspan(1));
    QCOMPARE(pieces.hex(), hashBytes(std::as_bytes(std::span(abc))));

    Hasher first;
    first.add(std::string_view("ab"));
    first.add(std::string_view("c"));
    Hasher second;
    second.add(std::string_view("a"));
    second.add(std::string_view("bc"));
    QVERIFY(first.hex() != second.hex());
}

void TestFiles::findsFolders() {
    ::setenv("XDG_CACHE_HOME", "/tmp/cache-here", 1);
    QCOMPARE(userCacheFolder(), fs::path("/tmp/cache-here/adapter-workbench"));
    ::setenv("XDG_CACHE_HOME", "relative", 1);
    ::setenv("HOME", "/home/someone", 1);
    QCOMPARE(userCacheFolder(), fs::path("/home/someone/.cache/adapter-workbench"));
    ::unsetenv("XDG_DATA_HOME");
    QCOMPARE(defaultWorkspaceFolder(), fs::path("/home/someone/.local/share/adapter-workbench/workspace"));
}

QTEST_GUILESS_MAIN(TestFiles)
#include "test_files.moc"
