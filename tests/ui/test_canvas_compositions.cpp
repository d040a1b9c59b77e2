#include <algorithm>
#include <set>
#include <string>

#include <QLocale>
#include <QTest>
#include <QToolButton>

#include "tests/ui/canvas_bench.h"
#include "ui/canvas/legend_band.h"
#include "ui/canvas/module_text.h"

using namespace awb;
using namespace awb::ui;
using namespace awb::ui::canvasbench;
using namespace Qt::StringLiterals;
using design::ModuleRef;

/// Every composition on the canvas: its modules apart, its blocks drawn and named, its weights shown.
class TestCanvasCompositions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(u"test_canvas_compositions"_s); }

    void compositionsKeepApart_data() { addCompositions(); }
    void compositionsKeepApart() {
        QFETCH(QString, name);
        Bench bench;
        QVERIFY(bench.start(compositions().at(name.toStdString())));
        for (const double zoom : {0.3, 0.6, 0.85, 1.2, 2.2}) {
            const QString found = overlaps(bench, zoom);
            QVERIFY2(found.isEmpty(), qPrintable(u"at %1: %2"_s.arg(zoom).arg(found)));
        }
        const std::set<ModuleRef> reached = bench.walk();
        for (const design::Module& module : bench.modules()) {
            QVERIFY(reached.contains(module.ref));
        }
    }

    void everyBlockIsDrawn_data() {
        QTest::addColumn<int>("kind");
        for (const Kind kind : kCompositionBlocks) {
            QTest::newRow(std::string(compositionKindName(kind)).c_str()) << static_cast<int>(kind);
        }
    }
    void everyBlockIsDrawn() {
        QFETCH(int, kind);
        const Kind block = static_cast<Kind>(kind);
        Bench bench;
        QVERIFY(bench.start(compositions().at(std::string(compositionKindName(block)))));
        const StackLayout& layout = bench.scene().layout();
        for (int layer = 0; layer < layout.numLayers(); ++layer) {
            const auto here = [&](const JoinItem* item) {
                return item->slot() == Slot{layer, Site::FfnOutput} && item->join().kind == block;
            };
            if (block == Kind::Stack) {
                QCOMPARE(layout.row(layer).sequential[1].orders.size(), std::size_t(3));
                continue;
            }
            const auto& joins = bench.scene().joinItems();
            const auto found = std::ranges::find_if(joins, here);
            QVERIFY(found != joins.end());
            QVERIFY((*found)->toolTip().contains(canvastext::joinTitle(block)));
            QCOMPARE((*found)->join().adapters.size(), std::size_t(3));
        }
        QVERIFY(std::ranges::any_of(bench.view->findChild<LegendBand*>()->entries(),
                                    [&](const LegendEntry& entry) { return entry.join == block; }));
    }

    void spokesCarryTheWeights() {
        Bench bench;
        QVERIFY(bench.start(compositions().at("Fuse")));
        JoinItem* node = bench.scene().joinItems().front();
        QVERIFY(node->toolTip().contains(u"Pfeiffer"_s));
        QCOMPARE(node->spokeWidth(0), node->spokeWidth(2));
        bench.view->setFusionWeights({{node->key(), {0.8F, 0.15F, 0.05F}}});
        QVERIFY(node->spokeWidth(0) > 3 * node->spokeWidth(1));
        QVERIFY(node->spokeWidth(1) > node->spokeWidth(2));
        QVERIFY(node->toolTip().contains(QLocale().toString(0.8, 'f', 3)));
        QCOMPARE(node->key(), moduleKey("fuse:a,b,c", node->slot().layer, node->slot().site));
        // They stay when the design is drawn anew.
        bench.document.setSelection({});
        Experiment renamed = bench.document.experiment();
        renamed.notes = "x";
        bench.document.edit(renamed, u"test"_s);
        QVERIFY(bench.scene().joinItems().front()->spokeWidth(0) > 3);
        bench.view->setFusionWeights({});
        QCOMPARE(bench.scene().joinItems().front()->spokeWidth(0),
                 bench.scene().joinItems().front()->spokeWidth(2));
    }

    void legendIsToggledAndRemembered() {
        Bench bench;
        QVERIFY(bench.startWith("lora"));
        auto* band = bench.view->findChild<LegendBand*>();
        QVERIFY(band->isVisible());
        bench.key(Qt::Key_L);
        QVERIFY(!band->isVisible());
        Bench other;
        QVERIFY(other.startWith("lora"));
        QVERIFY(!other.view->findChild<LegendBand*>()->isVisible());
        auto* button = other.view->findChild<QToolButton*>(u"canvasLegendButton"_s);
        QVERIFY(!button->isChecked());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(button->isChecked());
        QVERIFY(other.view->findChild<LegendBand*>()->isVisible());
        QVERIFY(other.view->viewport()->geometry().bottom() < other.view->findChild<LegendBand*>()->y());
    }

    void stateIsShown() {
        Bench bench;
        QVERIFY(bench.start(compositions().at("frozen and not composed")));
        std::set<LegendEntry::Sign> signs;
        for (const LegendEntry& entry : bench.view->findChild<LegendBand*>()->entries()) {
            signs.insert(entry.sign);
        }
        QVERIFY(signs.contains(LegendEntry::Sign::Frozen) && signs.contains(LegendEntry::Sign::Trained) &&
                signs.contains(LegendEntry::Sign::Idle));
        QVERIFY(bench.scene().moduleItem({"a", 0, Site::FfnOutput})->toolTip().contains(u"Frozen"_s));
        QVERIFY(bench.scene().moduleItem({"c", 0, Site::FfnOutput})->toolTip().contains(u"composition"_s));
    }
};

QTEST_MAIN(TestCanvasCompositions)
#include "test_canvas_compositions.moc"
