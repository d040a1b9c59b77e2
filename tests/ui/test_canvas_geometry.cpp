#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include <QTest>

#include "models/config/bottleneck_config.h"
#include "ui/canvas/activation_curve.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/glow_scale.h"
#include "ui/canvas/module_glyphs.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/shapes.h"
#include "ui/canvas/stack_layout.h"

using namespace awb;
using namespace awb::ui;
using namespace Qt::StringLiterals;

/// What the canvas computes without a window: places, shapes, curves, words and the glow's scale.
class TestCanvasGeometry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void layoutStacksUpwards() {
        const StackLayout layout(12);
        for (int layer = 0; layer + 1 < 12; ++layer) {
            QVERIFY(layout.rowCard(layer + 1).bottom() < layout.rowCard(layer).top());
        }
        QVERIFY(layout.headCard().bottom() < layout.rowCard(11).top());
        QVERIFY(layout.embeddingCard().top() > layout.rowCard(0).bottom());
        QVERIFY(layout.sceneRect().contains(layout.embeddingCard()));
        QVERIFY(layout.gradientLineY(3) > layout.rowCard(3).bottom());
        QVERIFY(layout.gradientLineY(3) < layout.rowCard(2).top());
        QVERIFY(layout.gradientLineY(12) < layout.rowCard(11).top());
    }

    void everySiteIsNearestToItself() {
        const StackLayout layout(3);
        const auto every = [](Slot) { return true; };
        for (const Slot slot : layout.slots()) {
            QVERIFY(layout.nearestSlot(layout.siteCentre(slot), 10, every) == slot);
            if (!isQuietSite(slot.site)) {
                QVERIFY(layout.nearestSlot(layout.siteCentre(slot), 10) == slot);
            }
            const QRectF card = slot.layer >= 0             ? layout.rowCard(slot.layer)
                                : slot.site == Site::Pooler ? layout.headCard()
                                                            : layout.embeddingCard();
            QVERIFY(card.contains(layout.moduleRect(slot)));
        }
        QVERIFY(!layout.nearestSlot({-500, 0}, 40));
    }

    void barsFollowTheRankLogarithmically() {
        const auto width = [](int rank) { return glyphs::barWidth(rank, 1024, 12); };
        for (int rank = 2; rank < 1024; rank *= 2) {
            QVERIFY(width(rank * 2) > width(rank));
            QVERIFY(std::abs(width(rank * 2) - width(rank) - (width(4) - width(2))) < 1e-9);
        }
        QVERIFY(width(1024) <= 12);
    }

    void arrangementsKeepApart_data() {
        QTest::addColumn<QString>("json");
        QTest::newRow("stack") << u"{\"stack\": [\"a\", \"b\", \"c\"]}"_s;
        QTest::newRow("fuse") << u"{\"fuse\": [\"a\", \"b\", \"c\"]}"_s;
        QTest::newRow("parallel") << u"{\"parallel\": [\"a\", \"b\", \"c\"]}"_s;
        QTest::newRow("average") << u"{\"average\": [\"a\", \"b\", \"c\"]}"_s;
        QTest::newRow("nested") << u"{\"stack\": [\"a\", {\"fuse\": [\"b\", \"c\"]}]}"_s;
        QTest::newRow("deep") << u"{\"parallel\": [{\"stack\": [\"a\", \"b\"]}, \"c\"]}"_s;
        QTest::newRow("one is not named") << u"{\"stack\": [\"a\", \"c\"]}"_s;
        QTest::newRow("none is named") << u"null"_s;
    }

    void arrangementsKeepApart() {
        QFETCH(QString, json);
        const auto composition = compositionFromJson(nlohmann::json::parse(json.toStdString()), "");
        QVERIFY(composition);
        const SiteArrangement arrangement = arrangeSite(*composition, {"a", "b", "c"}, 104);
        QCOMPARE(arrangement.leaves.size(), std::size_t(3));
        const QRectF strip(0, -arrangement.above - 0.01, 104, arrangement.above + arrangement.below + 0.02);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& leaf = arrangement.leaves[i];
            QVERIFY(strip.contains(leaf.body));
            QVERIFY(leaf.body.width() > 15);
            QVERIFY(!leaf.chip.intersects(leaf.body));
            for (std::size_t j = 0; j < 3; ++j) {
                QVERIFY(i == j || !leaf.body.intersects(arrangement.leaves[j].body));
                QVERIFY(i == j || !leaf.chip.intersects(arrangement.leaves[j].body));
            }
            for (const SiteArrangement::Join& join : arrangement.joins) {
                const QRectF circle(join.centre - QPointF(kJoinRadius, kJoinRadius),
                                    QSizeF(2 * kJoinRadius, 2 * kJoinRadius));
                QVERIFY(!leaf.body.intersects(circle));
            }
        }
        for (const SiteArrangement::Link& link : arrangement.links) {
            QVERIFY(link.points.size() >= 2);
        }
    }

    void stackIsNumberedFromTheBottom() {
        const auto composition = compositionFromJson(nlohmann::json::parse(R"({"stack": ["b", "a"]})"), "");
        const SiteArrangement arrangement = arrangeSite(*composition, {"a", "b"}, 104);
        QCOMPARE(arrangement.orders.size(), std::size_t(2));
        const auto first = std::ranges::find(arrangement.orders, 1, &SiteArrangement::Order::number);
        const auto b = std::ranges::find(arrangement.leaves, std::size_t(1), &SiteArrangement::Leaf::module);
        QCOMPARE(first->centre.y(), b->body.center().y());
        QVERIFY(b->body.top() > arrangement.leaves[b == arrangement.leaves.begin() ? 1 : 0].body.bottom());
    }

    void fusionHasASpokeForEachChild() {
        const auto composition =
            compositionFromJson(nlohmann::json::parse(R"({"fuse": ["a", "b", "c"]})"), "");
        const SiteArrangement arrangement = arrangeSite(*composition, {"c", "b"}, 104);
        std::set<std::size_t> children;
        for (const SiteArrangement::Link& link : arrangement.links) {
            if (link.role == SiteArrangement::LinkRole::Spoke) {
                children.insert(link.child);
                QVERIFY(link.points.back() == arrangement.joins.front().centre);
            }
        }
        QVERIFY(children == (std::set<std::size_t>{1, 2}));
        QCOMPARE(arrangement.joins.front().name, std::string("a,b,c"));
    }

    void waistFollowsBottleneckLogarithmically() {
        double last = 0;
        for (int size = 2; size <= 256; size *= 2) {
            const double neck = shapes::neckHeight(size, 256, 34);
            QVERIFY(neck > last);
            if (size > 2) {
                QVERIFY(std::abs(neck - last -
                                 (shapes::neckHeight(4, 256, 34) - shapes::neckHeight(2, 256, 34))) < 1e-9);
            }
            last = neck;
        }
        QVERIFY(last < 34);
    }

    void curvesOfEveryNonLinearity() {
        for (const std::string& name : nonLinearityNames()) {
            const QPolygonF curve = activationCurve(name);
            QVERIFY2(curve.size() > 10, name.c_str());
            QVERIFY2(curve.boundingRect().width() <= 2.001 && curve.boundingRect().height() <= 2.001,
                     name.c_str());
            if (name != "linear") {
                QVERIFY2(activationValue(name, -2) != -2 || activationValue(name, 2) != 2, name.c_str());
            }
        }
    }

    void chipTexts() {
        ModulePicture module;
        module.kind = ModuleKind::Bottleneck;
        module.reductionFactor = 16;
        module.bottleneck = 48;
        module.parameters = 74'544;
        QCOMPARE(canvastext::chip(module, 768).front(), u"rf 16 · m 48 · 74.5 k"_s);
        QCOMPARE(canvastext::nearChip(module, 768).front(), u"768 → 48 → 768 · 74.5 k"_s);
        module.kind = ModuleKind::LowRank;
        module.method = "lora";
        module.bottleneck = 8;
        module.group = {Site::AttentionQuery, Site::AttentionValue};
        module.groupParameters = 24'576;
        QCOMPARE(canvastext::chip(module, 768).front(), u"q v · r 8 · 24.6 k"_s);
        module.kind = ModuleKind::Prefix;
        module.bottleneck = 30;
        QCOMPARE(canvastext::chip(module, 768).front(), u"prefix 30 · 2 × 30 × 768"_s);
        QCOMPARE(canvastext::shortCount(2'379'264), u"2.38 M"_s);
        QCOMPARE(canvastext::shortCount(384), u"384"_s);
        QCOMPARE(canvastext::factor(2.5), u"2.5"_s);
    }

    void glowScaleSpansDecadesAndOnlyWidens() {
        GlowScale scale;
        QVERIFY(scale.isEmpty());
        scale.include({{"a", 0.02F}, {"b", 0.5F}, {"c", 0.0F}, {"d", std::nanf("")}});
        QCOMPARE(scale.low(), 0.01);
        QCOMPARE(scale.high(), 1.0);
        QVERIFY(std::abs(*scale.level(0.1F) - 0.5F) < 1e-6F);
        QVERIFY(!scale.level(0.0F));
        QVERIFY(!scale.level(std::nanf("")));
        scale.include({{"a", 0.3F}});
        QCOMPARE(scale.low(), 0.01);
    }
};

QTEST_MAIN(TestCanvasGeometry)
#include "test_canvas_geometry.moc"
