#pragma once

#include <memory>
#include <vector>

#include <QApplication>
#include <QDropEvent>
#include <QLocale>
#include <QMimeData>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "backend/experiment/method_modules.h"
#include "backend/jobs/run_controller.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/stack_scene.h"
#include "ui/design/design_page.h"
#include "ui/design/preset_palette.h"
#include "ui/document/design_document.h"
#include "ui/itemmodels/design_tree_model.h"
#include "ui/theme/theme.h"

namespace awb::ui::test {

/// The bundled base without an adapter.
inline Experiment emptyDesign() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    return experiment;
}

/// Once a program: settings of its own, figures as in the United States.
inline void prepareProgram(const QString& name) {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench-tests"));
    QCoreApplication::setApplicationName(name);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Theme::instance().apply(*qApp);
}

/// A Design page on an empty design, used as a person would.
class DesignBench {
public:
    bool start() {
        if (!m_document.open(emptyDesign())) {
            return false;
        }
        m_runs = std::make_unique<RunController>(m_workspace.path().toStdString());
        m_page = std::make_unique<DesignPage>(
            AppContext{m_workspace.path().toStdString(), m_runs.get(), nullptr, nullptr, &m_document});
        m_page->resize(1384, 860);
        m_page->show();
        return QTest::qWaitForWindowActive(m_page.get());
    }

    DesignDocument& document() { return m_document; }
    DesignPage& page() const { return *m_page; }
    template<typename T>
    T* child(const QString& name) const {
        return m_page->findChild<T*>(name);
    }
    const Experiment& experiment() const { return m_document.experiment(); }
    const ModelConfig& model() const { return m_document.model(); }
    std::vector<design::MethodModule> modules() const { return design::methodModules(experiment(), model()); }
    PresetPalette* palette() const { return child<PresetPalette>(QStringLiteral("presetPalette")); }
    QTreeView* table() const { return child<QTreeView>(QStringLiteral("designTree")); }
    DesignTreeModel* tree() const { return qobject_cast<DesignTreeModel*>(table()->model()); }
    CanvasView* canvas() const { return child<CanvasView>(QStringLiteral("canvas")); }
    const StackLayout& layout() const { return static_cast<StackScene*>(canvas()->scene())->layout(); }

    void choose(const QString& preset) const {
        palette()->setFocus();
        palette()->setCurrentRow(palette()->rowOf(preset));
    }
    /// Chooses a row of the palette and presses Enter.
    void apply(const QString& preset) const {
        choose(preset);
        QTest::keyClick(palette(), Qt::Key_Return);
    }
    /// Drags a preset from the palette to a point of the canvas. True when the drop was accepted.
    bool drop(const QString& preset, QPointF scenePoint) const {
        const QPoint point = canvas()->mapFromScene(scenePoint);
        QMimeData mime;
        mime.setData(QLatin1String(kPresetMime), preset.toUtf8());
        QDragEnterEvent enter(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(canvas()->viewport(), &enter);
        QDragMoveEvent move(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(canvas()->viewport(), &move);
        QDropEvent drop(point, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(canvas()->viewport(), &drop);
        return drop.isAccepted();
    }

private:
    QTemporaryDir m_workspace;
    DesignDocument m_document;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<DesignPage> m_page;
};

} // namespace awb::ui::test
