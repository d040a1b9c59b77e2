#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QImage>
#include <QMimeData>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include "models/config/placement.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/join_item.h"
#include "ui/canvas/module_item.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

/// What the tests of the canvas share: designs of every method and composition, and a canvas on one of them.
namespace awb::ui::canvasbench {

using namespace Qt::StringLiterals;
using Kind = Composition::Kind;

inline AdapterSpec adapterOf(const std::string& name, const std::string& preset) {
    AdapterSpec adapter;
    adapter.name = name;
    adapter.preset = preset;
    adapter.config.parts = findMethodPreset(preset)->parts;
    return adapter;
}

inline Experiment emptyDesign() {
    Experiment experiment;
    experiment.head.numLabels = 4;
    return experiment;
}

inline Experiment composed(const std::vector<std::pair<std::string, std::string>>& adapters,
                           Composition composition) {
    Experiment experiment = emptyDesign();
    for (const auto& [name, preset] : adapters) {
        experiment.adapters.push_back(adapterOf(name, preset));
    }
    experiment.composition = std::move(composition);
    experiment.train = defaultTrain(experiment);
    return experiment;
}

inline Composition block(Kind kind, const std::vector<std::string>& names) {
    std::vector<Composition> children;
    for (const std::string& name : names) {
        children.push_back(Composition::of(name));
    }
    Composition result = Composition::block(kind, std::move(children));
    if (kind == Kind::Split || kind == Kind::BatchSplit) {
        result.sizes.assign(names.size(), 4);
    }
    return result;
}

/// Every composition block once, and nested, by name.
inline std::map<std::string, Experiment> compositions() {
    const std::vector<std::string> three{"a", "b", "c"};
    const std::vector<std::pair<std::string, std::string>> pfeiffers{
        {"a", "pfeiffer"}, {"b", "pfeiffer"}, {"c", "pfeiffer"}};
    std::map<std::string, Experiment> all;
    for (const Kind kind : kCompositionBlocks) {
        all[std::string(compositionKindName(kind))] = composed(pfeiffers, block(kind, three));
        all[std::string(compositionKindName(kind)) + ", beside"] =
            composed({{"a", "parallel"}, {"b", "parallel"}, {"c", "parallel"}}, block(kind, three));
    }
    all["Fuse in a Stack"] =
        composed({{"l", "pfeiffer+inv"}, {"a", "houlsby"}, {"b", "houlsby"}},
                 Composition::block(Kind::Stack, {Composition::of("l"), block(Kind::Fuse, {"a", "b"})}));
    all["LoRA and LoRA"] = composed({{"a", "lora"}, {"b", "lora"}}, block(Kind::Stack, {"a", "b"}));
    all["Average of LoRAs"] = composed({{"a", "lora"}, {"b", "lora"}}, block(Kind::Average, {"a", "b"}));
    all["many methods"] =
        composed({{"a", "unipelt"}, {"b", "ia3"}, {"c", "prompt_tuning"}, {"d", "loreft"}, {"e", "bitfit"}},
                 block(Kind::Stack, {"a", "b", "c", "d", "e"}));
    Experiment spare = composed(pfeiffers, block(Kind::Stack, {"a", "b"}));
    spare.train = {"b"};
    all["frozen and not composed"] = spare;
    return all;
}

/// A document and a canvas on it, shown and with the keyboard.
struct Bench {
    DesignDocument document;
    std::unique_ptr<CanvasView> view;

    bool start(const Experiment& experiment) {
        if (!document.open(experiment)) {
            return false;
        }
        view = std::make_unique<CanvasView>(&document);
        view->resize(1000, 900);
        view->show();
        view->activateWindow();
        view->setFocus();
        return QTest::qWaitForWindowActive(view.get());
    }
    bool startWith(const std::string& preset) {
        if (!document.open(emptyDesign())) {
            return false;
        }
        const auto applied = design::applyPreset(emptyDesign(), document.model(), *findMethodPreset(preset));
        return applied && start(*applied);
    }

    StackScene& scene() const { return *static_cast<StackScene*>(view->scene()); }
    std::vector<design::Module> modules() const {
        return design::modules(document.experiment(), document.model());
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QTest::keyClick(view.get(), code, modifiers);
    }
    std::vector<ModuleItem*> items() const {
        std::vector<ModuleItem*> all;
        for (const design::Module& module : modules()) {
            all.push_back(scene().moduleItem(module.ref));
        }
        return all;
    }
    /// The whole stack painted at this zoom.
    void paintAt(double zoom) const {
        const QRectF area = scene().sceneRect();
        QImage image((area.size() * zoom).toSize(), QImage::Format_RGB32);
        QPainter painter(&image);
        scene().render(&painter, QRectF(QPointF(), area.size() * zoom), area);
    }
    bool drop(const QByteArray& preset, Slot slot) const {
        const QPoint point = view->mapFromScene(scene().layout().siteCentre(slot));
        QMimeData mime;
        mime.setData(QLatin1String(kPresetMime), preset);
        QDragEnterEvent enter(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &enter);
        QDragMoveEvent move(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &move);
        QDropEvent event(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view->viewport(), &event);
        return event.isAccepted();
    }
    /// All modules that the arrow keys reach, from the embeddings up to the head.
    std::set<design::ModuleRef> walk() const {
        std::set<design::ModuleRef> reached;
        const auto visit = [&] {
            if (const ModulePicture* module = scene().focusedModule()) {
                reached.insert(module->ref);
            }
        };
        key(Qt::Key_PageDown);
        key(Qt::Key_PageDown);
        key(Qt::Key_Down);
        for (int row = -1; row <= document.model().numLayers; ++row) {
            key(Qt::Key_Home);
            visit();
            std::optional<StackScene::Focus> before;
            while (before != scene().focusPlace()) {
                before = scene().focusPlace();
                key(Qt::Key_Right);
                visit();
            }
            key(Qt::Key_Up);
        }
        return reached;
    }
};

inline void addPresets() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

inline void addCompositions() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, experiment] : compositions()) {
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

/// What overlaps at this zoom, in words; empty: nothing.
inline QString overlaps(const Bench& bench, double zoom) {
    bench.paintAt(zoom);
    std::vector<std::pair<QString, QRectF>> rects;
    for (const ModuleItem* item : bench.items()) {
        const QString name = QString::fromStdString(item->key());
        rects.emplace_back(name + u" body"_s, item->body());
        if (!item->chipArea().isNull()) {
            rects.emplace_back(name + u" chip"_s, item->chipArea());
        }
    }
    for (const JoinItem* join : bench.scene().joinItems()) {
        const QPointF radius(kJoinRadius, kJoinRadius);
        rects.emplace_back(u"node"_s, QRectF(join->join().centre - radius, join->join().centre + radius));
    }
    constexpr double rim = 1.5; // the empty rim of a text
    for (std::size_t i = 0; i < rects.size(); ++i) {
        for (std::size_t j = i + 1; j < rects.size(); ++j) {
            const QRectF common = rects[i].second & rects[j].second;
            if (common.width() > rim && common.height() > std::max(rim, 3 / zoom)) {
                return u"%1 and %2"_s.arg(rects[i].first, rects[j].first);
            }
        }
    }
    return {};
}

/// Settings and look of the test programs.
inline void prepare(const QString& program) {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"adapter-workbench-test"_s);
    QCoreApplication::setApplicationName(program);
    QSettings().clear();
    Theme::instance().apply(*qApp);
}

} // namespace awb::ui::canvasbench
