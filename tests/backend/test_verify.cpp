#include <algorithm>
#include <filesystem>

#include <QTest>

#include "backend/checkpoint/verify.h"
#include "tests/backend/fixture_copy.h"

namespace {

using awb::test::FixtureCopy;
namespace fs = std::filesystem;

QString failures(const awb::VerifyReport& report) {
    QString text;
    for (const awb::Comparison& comparison : report.comparisons) {
        if (!comparison.passed) {
            text += QStringLiteral("\n  %1: %2 (absolute %3, relative %4)")
                        .arg(QString::fromStdString(comparison.quantity),
                             QString::fromStdString(comparison.detail))
                        .arg(comparison.worstAbsolute)
                        .arg(comparison.worstRelative);
        }
    }
    return text;
}

const awb::Comparison* find(const awb::VerifyReport& report, std::string_view quantity) {
    const auto found = std::find_if(report.comparisons.begin(), report.comparisons.end(),
                                    [&](const awb::Comparison& item) { return item.quantity == quantity; });
    return found == report.comparisons.end() ? nullptr : &*found;
}

void addRows(const fs::path& cases) {
    QTest::addColumn<QString>("folder");
    std::vector<fs::path> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases)) {
        folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    for (const fs::path& folder : folders) {
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
    }
}

} // namespace

class TestVerify : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fixtureMatches_data() { addRows(fs::path(AWB_TEST_DATA) / "fixtures" / "cases"); }
    void fixtureMatches();
    void comparesAllQuantities();
    void comparesFusions();
    void frozenBaseIsCompared();
    void sharedFixturesMatchOrAreSkipped();
    void wrongOptionFails_data();
    void wrongOptionFails();
    void wrongNumberFails_data();
    void wrongNumberFails();
    void foreignCaseIsSkipped_data();
    void foreignCaseIsSkipped();
    void malformedCaseIsAnError_data();
    void malformedCaseIsAnError();
    void missingFileIsAnError_data();
    void missingFileIsAnError();
};

void TestVerify::fixtureMatches() {
    QFETCH(QString, folder);
    const auto report = awb::verifyFolder(folder.toStdString());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QCOMPARE(report->skipped, std::string());
    QVERIFY2(report->passed(), qPrintable(failures(*report)));
    QVERIFY(report->comparisons.size() > 8);
}

void TestVerify::comparesAllQuantities() {
    const auto report =
        awb::verifyFolder(fs::path(AWB_TEST_DATA) / "fixtures" / "cases" / "bert_pfeiffer_gating");
    QVERIFY(report.has_value());
    for (const char* quantity :
         {"hidden_states.0", "hidden_states.2", "last_hidden_state", "pooler_output", "logits", "loss",
          "gating.a.0.output_adapter", "gating.a.2.output_adapter", "trainable names and shapes",
          "trainable_total", "added_parameters_total", "parameters with gradients", "adamw.plain.losses",
          "adamw.plain sums of squares", "grad.heads.task.4.bias",
          "grad.bert.encoder.layer.0.output.adapters.a.gate.weight", "frozen base"}) {
        QVERIFY2(find(*report, quantity) != nullptr, quantity);
    }
    const auto gradients =
        std::count_if(report->comparisons.begin(), report->comparisons.end(),
                      [](const awb::Comparison& item) { return item.quantity.starts_with("grad."); });
    QCOMPARE(gradients, 22);
}

void TestVerify::comparesFusions() {
    const auto report =
        awb::verifyFolder(fs::path(AWB_TEST_DATA) / "fixtures" / "cases" / "bert_fuse_dynamic");
    QVERIFY(report.has_value());
    for (const char* quantity :
         {"fusion_attention.a,b,c.0.output_adapter", "fusion_attention.a,b,c.2.output_adapter",
          "fusion_reg_loss", "grad_reg.bert.encoder.layer.1.output.adapter_fusion_layer.a,b,c.value.weight",
          "adamw.plain.losses", "adamw.reg_same_step.losses", "adamw.reg_peer_trainer.losses",
          "adamw.reg_peer_trainer sums of squares"}) {
        QVERIFY2(find(*report, quantity) != nullptr, quantity);
    }
}

void TestVerify::frozenBaseIsCompared() {
    const fs::path cases = fs::path(AWB_TEST_DATA) / "fixtures" / "cases";
    const auto upperLayerOnly = awb::verifyFolder(cases / "bert_pfeiffer_leave_out_first_two");
    QVERIFY(upperLayerOnly.has_value());
    QVERIFY(find(*upperLayerOnly, "frozen base") != nullptr);
    QVERIFY(find(*upperLayerOnly, "frozen base")->passed);
    const auto full = awb::verifyFolder(cases / "bert_base_full");
    QVERIFY(full.has_value());
    QVERIFY(find(*full, "frozen base") == nullptr);
}

void TestVerify::sharedFixturesMatchOrAreSkipped() {
    const QByteArray shared = qgetenv("AWB_SHARED");
    const fs::path cases = fs::path(shared.isEmpty() ? AWB_SOURCE_DIR "/../shared" : shared.toStdString()) /
                           "fixtures" / "cases";
    if (!fs::is_directory(cases)) {
        QSKIP("the shared fixtures are not on this machine");
    }
    int matched = 0;
    int skipped = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases)) {
        const auto report = awb::verifyFolder(entry.path());
        QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
        QVERIFY2(report->passed(), qPrintable(QString::fromStdString(report->name) + failures(*report)));
        (report->skipped.empty() ? matched : skipped) += 1;
    }
    qInfo("%d cases match, %d skipped", matched, skipped);
    QVERIFY(matched >= 117);
}

void TestVerify::wrongOptionFails_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("non-linearity") << "non_linearity"
                                   << "\"tanh\"";
    QTest::newRow("LayerNorm before") << "original_ln_before"
                                      << "false";
    QTest::newRow("LayerNorm after") << "original_ln_after"
                                     << "false";
    QTest::newRow("residual") << "residual_before_ln"
                              << "false";
    QTest::newRow("residual after the sum") << "residual_before_ln"
                                            << "\"post_add\"";
    QTest::newRow("scaling") << "scaling"
                             << "2.0";
    QTest::newRow("parallel") << "is_parallel"
                              << "true";
}

void TestVerify::wrongOptionFails() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    const FixtureCopy copy("bert_pfeiffer");
    copy.edit("adapters/a/adapter_config.json", [&](nlohmann::json& json) {
        json["config"][key.toStdString()] = nlohmann::json::parse(value.toStdString());
    });
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QVERIFY(!report->passed());
    QVERIFY(!find(*report, "last_hidden_state")->passed);
    QVERIFY(find(*report, "hidden_states.0")->passed);
}

void TestVerify::wrongNumberFails_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("quantity");
    QTest::newRow("total") << R"({"trainable_total": 2812})"
                           << "trainable_total";
    QTest::newRow("added") << R"({"added_parameters_total": 1})"
                           << "added_parameters_total";
    QTest::newRow("loss") << R"({"loss": 2.0319})"
                          << "loss in case.json";
    QTest::newRow("skipped layers") << R"({"skip_layers": [1]})"
                                    << "hidden_states.2";
    QTest::newRow("not active") << R"({"active": null})"
                                << "parameters with gradients";
    QTest::newRow("trained base") << R"({"train": "full"})"
                                  << "trainable names and shapes";
    QTest::newRow("optimiser") << R"({"adamw": {"plain": {"losses": [2.03183, 1.8, 1.5, 1.3]}}})"
                               << "adamw.plain.losses";
    QTest::newRow("missing gradient") << R"({"trainable_without_grad": ["heads.task.1.bias"]})"
                                      << "parameters with gradients";
}

void TestVerify::wrongNumberFails() {
    QFETCH(QString, patch);
    QFETCH(QString, quantity);
    const FixtureCopy copy("bert_pfeiffer");
    copy.edit("case.json", [&](nlohmann::json& json) {
        const nlohmann::json change = nlohmann::json::parse(patch.toStdString());
        if (change.contains("active")) {
            json["active"] = nullptr;
        } else {
            json.merge_patch(change);
        }
    });
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    const awb::Comparison* comparison = find(*report, quantity.toStdString());
    QVERIFY(comparison != nullptr);
    QVERIFY(!comparison->passed);
    QVERIFY(!comparison->detail.empty());
}

void TestVerify::foreignCaseIsSkipped_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("reason");
    QTest::newRow("family") << R"({"family": "gpt2"})"
                            << "gpt2";
    QTest::newRow("static head") << R"({"head": {"kind": "classification", "name": null, "static": true}})"
                                 << "checkpoint";
}

void TestVerify::foreignCaseIsSkipped() {
    QFETCH(QString, patch);
    QFETCH(QString, reason);
    const FixtureCopy copy("bert_pfeiffer");
    copy.edit("case.json",
              [&](nlohmann::json& json) { json.merge_patch(nlohmann::json::parse(patch.toStdString())); });
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QVERIFY2(QString::fromStdString(report->skipped).contains(reason), report->skipped.c_str());
    QVERIFY(report->comparisons.empty());
}

void TestVerify::malformedCaseIsAnError_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("mention");
    QTest::newRow("no model") << R"({"model": null})"
                              << "model";
    QTest::newRow("model elsewhere") << R"({"model": "../../models/nothing"})"
                                     << "nothing";
    QTest::newRow("train") << R"({"train": "everything"})"
                           << "everything";
    QTest::newRow("adapters") << R"({"adapters": "a"})"
                              << "adapters";
    QTest::newRow("unknown adapter") << R"({"adapters": [{"name": "z"}]})"
                                     << "adapters/z";
    QTest::newRow("fusion elsewhere") << R"({"fusions": [{"adapters": ["a", "b"], "config": {}}]})"
                                      << "fusion/a,b";
    QTest::newRow("illegal nesting")
        << R"({"active": {"type": "Fuse", "children": ["a", {"type": "Parallel", "children": ["b", "c"]}]}})"
        << "Parallel can't stand inside Fuse";
    QTest::newRow("unknown block") << R"({"active": {"type": "Heap", "children": ["a"]}})"
                                   << "Heap";
    QTest::newRow("merging nothing") << R"({"merged_adapter": "a"})"
                                     << "nothing to merge";
    QTest::newRow("PEFT elsewhere") << R"({"active_peft": "default"})"
                                    << "peft/default";
    QTest::newRow("too few heads") << R"({"head": {"kind": "classification", "name": ["task", "task2"]}})"
                                   << "task2";
    QTest::newRow("active unknown") << R"({"active": "z"})"
                                    << "z";
    QTest::newRow("active list") << R"({"active": ["a"]})"
                                 << "active";
    QTest::newRow("head without name") << R"({"head": {"name": null}})"
                                       << "head";
    QTest::newRow("head elsewhere") << R"({"head": {"name": "other"}})"
                                    << "heads/other";
    QTest::newRow("trainable") << R"({"trainable": [1]})"
                               << "trainable";
    QTest::newRow("adamw") << R"({"adamw": {"plain": {"losses": "none"}}})"
                           << "adamw";
    QTest::newRow("no labels") << R"({"head": null})"
                               << "pseudo_loss";
}

void TestVerify::malformedCaseIsAnError() {
    QFETCH(QString, patch);
    QFETCH(QString, mention);
    const FixtureCopy copy("bert_pfeiffer");
    copy.edit("case.json",
              [&](nlohmann::json& json) { json.merge_patch(nlohmann::json::parse(patch.toStdString())); });
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY(!report.has_value());
    const QString message = QString::fromStdString(report.error().message());
    QVERIFY2(message.contains(mention), qPrintable(message));
}

void TestVerify::missingFileIsAnError_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("case") << "case.json";
    QTest::newRow("expected") << "expected.safetensors";
    QTest::newRow("adapter options") << "adapters/a/adapter_config.json";
    QTest::newRow("adapter weights") << "adapters/a/adapter.safetensors";
    QTest::newRow("head options") << "heads/task/head_config.json";
    QTest::newRow("head weights") << "heads/task/model_head.safetensors";
}

void TestVerify::missingFileIsAnError() {
    QFETCH(QString, file);
    const FixtureCopy copy("bert_pfeiffer");
    fs::remove(copy.folder() / file.toStdString());
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY(!report.has_value());
    const QString message = QString::fromStdString(report.error().message());
    QVERIFY2(message.contains(QString::fromStdString(fs::path(file.toStdString()).filename().string())),
             qPrintable(message));
}

QTEST_GUILESS_MAIN(TestVerify)
#include "test_verify.moc"
