#include "app/window_session.h"

#include <QApplication>
#include <QLocale>
#include <QTranslator>

#include "ui/theme/theme.h"

namespace awb::app {

void prepareApplication(QApplication& application) {
    QCoreApplication::setApplicationName(QStringLiteral("adapter-workbench"));
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench"));
    QCoreApplication::setApplicationVersion(QStringLiteral(AWB_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("adapter-workbench"));
    // English texts need a catalogue too: for its plurals.
    auto* translator = new QTranslator(&application);
    if (translator->load(QLocale(), QStringLiteral("awb"), QStringLiteral("_"), QStringLiteral(":/i18n")) ||
        translator->load(QStringLiteral(":/i18n/awb_en"))) {
        QCoreApplication::installTranslator(translator);
    }
    QGuiApplication::setApplicationDisplayName(QCoreApplication::translate("Start", "Adapter Workbench"));
    ui::Theme::instance().apply(application);
}

WindowSession::WindowSession(std::unique_ptr<RunStore> store)
    : m_store(std::move(store))
    , m_runs(m_store->workspace())
    , m_reader(m_store->workspace()) {}

Result<std::unique_ptr<WindowSession>> WindowSession::open(const std::filesystem::path& workspace,
                                                           const std::filesystem::path& file) {
    auto store = RunStore::open(workspace);
    if (!store) {
        return fail(store.error());
    }
    if (const auto marked = (*store)->markInterrupted(); !marked) {
        return fail(marked.error());
    }
    std::unique_ptr<WindowSession> session(new WindowSession(std::move(*store)));
    ui::DesignDocument& document = session->m_document;
    document.setAutosaveFile(session->m_store->workspace() / "unsaved-design.json");
    if (!file.empty()) {
        if (const auto opened = document.openFile(file); !opened) {
            return fail(opened.error());
        }
        return session;
    }
    if (const auto opened = document.open(defaultExperiment()); !opened) {
        return fail(opened.error());
    }
    document.restoreAutosave();
    return session;
}

ui::MainWindow& WindowSession::window() {
    if (!m_window) {
        m_window = std::make_unique<ui::MainWindow>(
            ui::AppContext{m_store->workspace(), &m_runs, &m_reader, m_store.get(), &m_document});
    }
    return *m_window;
}

} // namespace awb::app
