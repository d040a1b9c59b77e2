#include <cmath>
#include <string>

#include <QTest>

#include "models/config/bottleneck_config.h"
#include "ui/canvas/activation_curve.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/glow_scale.h"
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
        for (int layer = 0; layer < 3; ++layer) {
            for (const Site site : kSiteColumns) {
                const Slot slot{layer, site};
                QVERIFY(layout.nearestSlot(layout.siteCentre(slot), 10) == slot);
                QVERIFY(layout.rowCard(layer).contains(layout.moduleRect(slot, 1, 2)));
                QVERIFY(!layout.moduleRect(slot, 0, 2).intersects(layout.moduleRect(slot, 1, 2)));
            }
        }
        QVERIFY(!layout.nearestSlot({-500, 0}, 40));
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
        module.reductionFactor = 16;
        module.bottleneck = 48;
        module.parameters = 74'544;
        QCOMPARE(canvastext::chip(module).front(), u"rf 16 · m 48 · 74.5 k"_s);
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
