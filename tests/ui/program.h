#pragma once

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include <QAbstractButton>
#include <QApplication>
#include <QTest>

#include "backend/experiment/design.h"
#include "backend/jobs/background_reader.h"
#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "ui/document/design_document.h"
#include "ui/main_window.h"
#include "ui/page.h"

namespace awb::test {

/// The program as main wires it, in a workspace of its own.
struct Program {
    std::unique_ptr<RunStore> store;
    RunController runs;
    BackgroundReader reader;
    ui::DesignDocument document;
    std::unique_ptr<ui::MainWindow> window;

    explicit Program(const std::filesystem::path& workspace)
        : store(std::move(*RunStore::open(workspace)))
        , runs(workspace)
        , reader(workspace) {}

    bool show(const Experiment& experiment) {
        if (!document.open(experiment)) {
            return false;
        }
        window = std::make_unique<ui::MainWindow>(
            ui::AppContext{store->workspace(), &runs, &reader, store.get(), &document});
        window->resize(1440, 900);
        window->show();
        QApplication::setActiveWindow(window.get());
        return QTest::qWaitForWindowActive(window.get());
    }
    template<typename T>
    T* find(const char* name) const {
        return window->findChild<T*>(QString::fromLatin1(name));
    }
    void click(const char* button) const { QTest::mouseClick(find<QAbstractButton>(button), Qt::LeftButton); }
    QString page() const { return window->currentPage()->objectName(); }
    std::vector<design::Module> modules() const {
        return design::modules(document.experiment(), document.model());
    }
};

} // namespace awb::test
