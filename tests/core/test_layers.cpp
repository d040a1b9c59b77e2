#include <filesystem>
#include <fstream>
#include <functional>

#include <QRegularExpression>
#include <QtTest>

/// Reads the sources and checks which layer includes what (README.md, "How the code is laid out").
class TestLayers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void forbidden_data();
    void forbidden();
    void noQtKeywords();
    void theTestCanFail();
};

namespace {

namespace fs = std::filesystem;

QStringList matches(const fs::path& folder, const QRegularExpression& pattern,
                    const std::function<bool(const fs::path&)>& wanted) {
    QStringList found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const fs::path extension = entry.path().extension();
        if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp") || !wanted(entry.path())) {
            continue;
        }
        std::ifstream in(entry.path());
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            if (pattern.match(QString::fromStdString(line)).hasMatch()) {
                found << QStringLiteral("%1:%2: %3")
                             .arg(QString::fromStdString(entry.path().string()))
                             .arg(number)
                             .arg(QString::fromStdString(line));
            }
        }
    }
    return found;
}

const QString kTorch = QStringLiteral(R"(#\s*include\s*[<"](torch|ATen|c10|caffe2)/)");
const QString kQt = QStringLiteral(R"(#\s*include\s*<(Q[A-Za-z]+|qcustomplot\.h)>)");
const QString kSql = QStringLiteral(R"(#\s*include\s*<(sqlite3\.h|SQLiteCpp/))");
const QString kUi = QStringLiteral(R"(#\s*include\s*"ui/)");
const QString kApp = QStringLiteral(R"(#\s*include\s*"app/)");
const QString kBackend = QStringLiteral(R"(#\s*include\s*"backend/)");

} // namespace

void TestLayers::forbidden_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("except");
    const auto row = [](const char* name, const char* folder, const QString& pattern,
                        const char* except = "") {
        QTest::newRow(name) << QString::fromLatin1(folder) << pattern << QString::fromLatin1(except);
    };
    row("models without Qt", "models", kQt);
    row("models without SQL", "models", kSql);
    row("models without backend", "models", kBackend);
    row("models without ui", "models", kUi);
    row("configuration without torch", "models/config", kTorch);
    row("backend without Qt, but jobs", "backend", kQt, "backend/jobs/");
    row("backend without ui", "backend", kUi);
    row("backend without app", "backend", kApp);
    row("jobs without widgets", "backend/jobs",
        QStringLiteral(R"(#\s*include\s*<Q(Widget|Application|Graphics))"));
    row("SQL in storage only", "backend", kSql, "backend/storage/");
    row("ui without torch", "ui", kTorch);
    row("ui without SQL", "ui", kSql);
    row("ui without app", "ui", kApp);
    row("app without torch", "app", kTorch);
    row("one include of QCustomPlot", "ui", QStringLiteral(R"(#\s*include\s*<qcustomplot\.h>)"),
        "ui/plots/qcp.h");
}

void TestLayers::forbidden() {
    QFETCH(QString, folder);
    QFETCH(QString, pattern);
    QFETCH(QString, except);
    const fs::path root(AWB_SOURCE_DIR);
    const auto found =
        matches(root / folder.toStdString(), QRegularExpression(pattern), [&](const fs::path& file) {
            return except.isEmpty() || file.string().find(except.toStdString()) == std::string::npos;
        });
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestLayers::noQtKeywords() {
    const QRegularExpression keyword(
        QStringLiteral(R"(^\s*(public |private |protected )?(signals|slots)\s*:|\bemit\s+\w+\()"));
    for (const char* folder : {"backend/jobs", "ui", "app"}) {
        const auto found =
            matches(fs::path(AWB_SOURCE_DIR) / folder, keyword, [](const fs::path&) { return true; });
        QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
    }
}

void TestLayers::theTestCanFail() {
    const auto found = matches(fs::path(AWB_SOURCE_DIR) / "models", QRegularExpression(kTorch),
                               [](const fs::path&) { return true; });
    QVERIFY2(!found.isEmpty(), "models includes LibTorch somewhere, so the scan must find it");
}

QTEST_GUILESS_MAIN(TestLayers)
#include "test_layers.moc"
