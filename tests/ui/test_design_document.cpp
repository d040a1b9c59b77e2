#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/experiment/design.h"
#include "ui/document/design_document.h"

using namespace awb;
using awb::ui::DesignDocument;
namespace fs = std::filesystem;

namespace {

Experiment renamed(Experiment experiment, const std::string& name) {
    experiment.name = name;
    return experiment;
}

std::string contentOf(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

class TestDesignDocument : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyEditIsUndoneAndRedone_data();
    void everyEditIsUndoneAndRedone();
    void editsWithOneMergeIdBecomeOne();
    void mergedEditThatEndsWhereItBeganVanishes();
    void editWithoutChangeIsNoCommand();
    void refusedEditChangesNothing();
    void selectionFollowsTheModules();
    void selectionFollowsARenamedAdapter();
    void undoOfARemovalSelectsAgain();
    void unknownBaseIsRefused();
    void savingMakesClean();
    void openingReportsBrokenFiles();
    void autosaveAppearsAndGoes();
    void unsavedWorkComesBackAfterAKill();
    void savedWorkIsNotRestored();
    void olderAutosaveIsNotRestored();
    void damagedAutosaveIsKeptAside();

private:
    fs::path path(const char* name) const { return fs::path(m_folder->path().toStdString()) / name; }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDesignDocument::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestDesignDocument::everyEditIsUndoneAndRedone_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("place") << 0;
    QTest::newRow("preset") << 1;
    QTest::newRow("remove") << 2;
    QTest::newRow("reduction factor") << 3;
    QTest::newRow("bottleneck") << 4;
    QTest::newRow("adapter drop") << 5;
    QTest::newRow("rename") << 6;
    QTest::newRow("options") << 7;
}

void TestDesignDocument::everyEditIsUndoneAndRedone() {
    QFETCH(const int, kind);
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const Experiment before = document.experiment();
    const ModelConfig& model = document.model();
    const auto refs = std::vector{design::modules(before, model).front().ref};
    BottleneckConfig options = *before.adapters.front().config.bottleneck();
    options.nonLinearity = "gelu";

    Result<Experiment> result = before;
    switch (kind) {
    case 0:
        result = design::placeModule(before, model, *findMethodPreset("pfeiffer"), 1, Site::AttentionOutput);
        break;
    case 1:
        result = design::applyPreset(before, model, *findMethodPreset("houlsby"));
        break;
    case 2:
        result = design::removeModules(before, model, refs);
        break;
    case 3:
        result = design::setReductionFactor(before, model, refs, 4);
        break;
    case 4:
        result = design::setBottleneck(before, model, refs, 7);
        break;
    case 5:
        result = design::setAdapterDrop(before, model, 2);
        break;
    case 6:
        result = design::renameAdapter(before, refs.front().adapter, "reviews");
        break;
    default:
        result = design::setConfig(before, model, refs.front().adapter, AdapterConfig::of(options));
        break;
    }
    QVERIFY2(result, result ? "" : result.error().message().c_str());

    QSignalSpy changed(&document, &DesignDocument::changed);
    QVERIFY(document.apply(result, QStringLiteral("edit")));
    QCOMPARE(changed.count(), 1);
    const Experiment after = document.experiment();
    QVERIFY(after != before);
    QVERIFY(document.isModified());
    document.undoStack()->undo();
    QVERIFY(document.experiment() == before);
    QVERIFY(!document.isModified());
    document.undoStack()->redo();
    QVERIFY(document.experiment() == after);
}

void TestDesignDocument::editsWithOneMergeIdBecomeOne() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const int id = document.newMergeId();
    for (const char* name : {"a", "ab", "abc"}) {
        document.edit(renamed(document.experiment(), name), QStringLiteral("drag"), id);
    }
    document.edit(renamed(document.experiment(), "other"), QStringLiteral("drag"), document.newMergeId());
    QCOMPARE(document.undoStack()->count(), 2);
    document.undoStack()->undo();
    QCOMPARE(document.experiment().name, std::string("abc"));
    document.undoStack()->undo();
    QCOMPARE(document.experiment().name, defaultExperiment().name);
}

void TestDesignDocument::mergedEditThatEndsWhereItBeganVanishes() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const std::string name = document.experiment().name;
    document.edit(renamed(document.experiment(), "away"), QStringLiteral("drag"), 5);
    document.edit(renamed(document.experiment(), name), QStringLiteral("drag"), 5);
    QCOMPARE(document.undoStack()->count(), 0);
    QVERIFY(!document.isModified());
}

void TestDesignDocument::editWithoutChangeIsNoCommand() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    document.edit(document.experiment(), QStringLiteral("nothing"));
    QCOMPARE(document.undoStack()->count(), 0);
}

void TestDesignDocument::refusedEditChangesNothing() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    std::optional<Error> reason;
    connect(&document, &DesignDocument::refused, this, [&](const Error& error) { reason = error; });
    const auto result = design::placeModule(document.experiment(), document.model(),
                                            *findMethodPreset("pfeiffer"), 0, Site::FfnOutput);
    QVERIFY(!document.apply(result, QStringLiteral("place")));
    QVERIFY(reason);
    QVERIFY(!reason->what.empty());
    QCOMPARE(document.undoStack()->count(), 0);
}

void TestDesignDocument::selectionFollowsTheModules() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const auto modules = design::modules(document.experiment(), document.model());
    document.setSelection({modules[0].ref, modules[1].ref, {"nobody", 0, Site::FfnOutput}});
    QCOMPARE(document.selection().size(), std::size_t{2});
    QSignalSpy selected(&document, &DesignDocument::selectionChanged);
    const auto gone = std::vector{modules[0].ref};
    QVERIFY(document.apply(design::removeModules(document.experiment(), document.model(), gone),
                           QStringLiteral("x")));
    QCOMPARE(selected.count(), 1);
    QVERIFY(document.selection() == std::set{modules[1].ref});
}

void TestDesignDocument::selectionFollowsARenamedAdapter() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const auto ref = design::modules(document.experiment(), document.model()).front().ref;
    document.setSelection({ref});
    QVERIFY(document.apply(design::renameAdapter(document.experiment(), ref.adapter, "reviews"),
                           QStringLiteral("x")));
    QVERIFY((document.selection() == std::set<design::ModuleRef>{{"reviews", ref.layer, ref.site}}));
    document.undoStack()->undo();
    QVERIFY(document.selection() == std::set{ref});
}

void TestDesignDocument::undoOfARemovalSelectsAgain() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    const auto modules = design::modules(document.experiment(), document.model());
    document.setSelection({modules[2].ref, modules[4].ref});
    const auto refs = document.selectedRefs();
    QVERIFY(document.apply(design::removeModules(document.experiment(), document.model(), refs),
                           QStringLiteral("x")));
    QVERIFY(document.selection().empty());
    document.undoStack()->undo();
    QCOMPARE(document.selectedRefs(), refs);
}

void TestDesignDocument::unknownBaseIsRefused() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    QSignalSpy refused(&document, &DesignDocument::refused);
    Experiment other = document.experiment();
    other.baseModel = path("no-such-model").string();
    document.edit(other, QStringLiteral("base"));
    QCOMPARE(refused.count(), 1);
    QCOMPARE(document.experiment().baseModel, std::string("mini-en"));
}

void TestDesignDocument::savingMakesClean() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    document.edit(renamed(document.experiment(), "saved"), QStringLiteral("rename"));
    QVERIFY(document.isModified());
    QSignalSpy file(&document, &DesignDocument::fileChanged);
    QVERIFY(document.save(path("design.json")));
    QVERIFY(!document.isModified());
    QVERIFY(file.count() > 0);
    const auto loaded = loadExperiment(path("design.json"));
    QVERIFY(loaded);
    QVERIFY(*loaded == document.experiment());
    document.undoStack()->undo();
    QVERIFY(document.isModified());
    QVERIFY(!document.save(path("design.json") / "inside-a-file.json"));
    QVERIFY(document.isModified());
}

void TestDesignDocument::openingReportsBrokenFiles() {
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    std::ofstream(path("broken.json")) << R"({"format": "adapter-workbench/experiment@1", "nmae": "x"})";
    const auto opened = document.openFile(path("broken.json"));
    QVERIFY(!opened);
    QVERIFY2(opened.error().message().find("nmae") != std::string::npos, opened.error().message().c_str());
    QVERIFY(document.experiment() == defaultExperiment());
}

void TestDesignDocument::autosaveAppearsAndGoes() {
    DesignDocument document;
    document.setAutosaveFile(path("autosave.json"));
    QVERIFY(document.open(defaultExperiment()));
    QVERIFY(!fs::exists(path("autosave.json")));
    document.edit(renamed(document.experiment(), "draft"), QStringLiteral("rename"));
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(path("autosave.json")), 5000);
    QVERIFY(contentOf(path("autosave.json")).find("draft") != std::string::npos);
    QVERIFY(document.save(path("design.json")));
    QTRY_VERIFY(!fs::exists(path("autosave.json")));
    document.edit(renamed(document.experiment(), "more"), QStringLiteral("rename"));
    document.flushAutosave();
    QVERIFY(fs::exists(path("autosave.json")));
    document.undoStack()->undo();
    document.flushAutosave();
    QVERIFY(!fs::exists(path("autosave.json")));
}

void TestDesignDocument::unsavedWorkComesBackAfterAKill() {
    QVERIFY(saveExperiment(renamed(defaultExperiment(), "on-disk"), path("design.json")));
    {
        DesignDocument document;
        document.setAutosaveFile(path("autosave.json"));
        QVERIFY(document.openFile(path("design.json")));
        document.edit(renamed(document.experiment(), "unsaved"), QStringLiteral("rename"));
        document.flushAutosave();
        // What a killed program leaves is the file on disk; its copy stands for it, whatever the destructor
        // does.
        fs::copy_file(path("autosave.json"), path("left.json"));
    }
    const auto later = fs::last_write_time(path("design.json")) + std::chrono::seconds(5);
    fs::last_write_time(path("left.json"), later);

    DesignDocument restarted;
    restarted.setAutosaveFile(path("left.json"));
    QVERIFY(restarted.open(defaultExperiment()));
    // Opening the default design at the start must not throw the copy away before it could be restored.
    restarted.flushAutosave();
    QVERIFY(restarted.restoreAutosave());
    QCOMPARE(restarted.experiment().name, std::string("unsaved"));
    QVERIFY(restarted.isModified());
    QVERIFY(restarted.file() == path("design.json"));
    restarted.undoStack()->undo();
    QCOMPARE(restarted.experiment().name, std::string("on-disk"));
}

void TestDesignDocument::savedWorkIsNotRestored() {
    DesignDocument document;
    document.setAutosaveFile(path("autosave.json"));
    QVERIFY(document.open(defaultExperiment()));
    QVERIFY(!document.restoreAutosave());
    document.edit(renamed(document.experiment(), "saved"), QStringLiteral("rename"));
    QVERIFY(document.save(path("design.json")));
    document.flushAutosave();
    QVERIFY(!document.restoreAutosave());
    QVERIFY(!document.isModified());
}

void TestDesignDocument::olderAutosaveIsNotRestored() {
    QVERIFY(saveExperiment(renamed(defaultExperiment(), "on-disk"), path("design.json")));
    DesignDocument document;
    document.setAutosaveFile(path("autosave.json"));
    QVERIFY(document.openFile(path("design.json")));
    document.edit(renamed(document.experiment(), "older"), QStringLiteral("rename"));
    document.flushAutosave();
    fs::last_write_time(path("autosave.json"),
                        fs::last_write_time(path("design.json")) - std::chrono::hours(1));

    DesignDocument restarted;
    QVERIFY(restarted.open(defaultExperiment()));
    restarted.setAutosaveFile(path("autosave.json"));
    QVERIFY(!restarted.restoreAutosave());
    QVERIFY(restarted.experiment() == defaultExperiment());
}

void TestDesignDocument::damagedAutosaveIsKeptAside() {
    std::ofstream(path("autosave.json")) << "{\"format\": \"adapter-workbench/autosave@1\", \"exp";
    DesignDocument document;
    QVERIFY(document.open(defaultExperiment()));
    document.setAutosaveFile(path("autosave.json"));
    QSignalSpy failed(&document, &DesignDocument::autosaveFailed);
    QVERIFY(!document.restoreAutosave());
    QCOMPARE(failed.count(), 1);
    QVERIFY(fs::exists(path("autosave.json.damaged")));
    QVERIFY(document.experiment() == defaultExperiment());
}

QTEST_GUILESS_MAIN(TestDesignDocument)
#include "test_design_document.moc"
