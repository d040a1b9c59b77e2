#include <algorithm>
#include <cstdio>
#include <functional>

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include "app/commands.h"
#include "app/console.h"
#include "app/window_session.h"
#include "ui/fusion/fusion_page.h"
#include "ui/madx/madx_page.h"
#include "ui/playground/playground_page.h"
#include "ui/playground/text_view.h"
#include "ui/runs/runs_page.h"
#include "ui/theme/theme.h"

namespace awb::app {

namespace {

constexpr QSize kWindowSize(1440, 900);
constexpr int kRunTimeoutMs = 15 * 60 * 1000;
constexpr int kSettleMs = 1200;

/// Runs the event loop until `done` or the time is up.
bool waitUntil(const std::function<bool()>& done, int timeoutMs) {
    QEventLoop loop;
    QElapsedTimer elapsed;
    elapsed.start();
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done() || elapsed.elapsed() > timeoutMs) {
            loop.quit();
        }
    });
    poll.start(20);
    loop.exec();
    return done();
}

/// Lets queued reads, timers and repaints happen.
void settle() {
    waitUntil([] { return false; }, kSettleMs);
}

Experiment smaller(Experiment experiment, const std::string& name, const Preset& preset,
                   std::int64_t examples, double epochs) {
    experiment.name = name;
    experiment.adapters.front().preset = preset.name;
    experiment.adapters.front().config = AdapterConfig::of(preset.config);
    experiment.data.limit["train"] = examples;
    experiment.training.epochs = epochs;
    experiment.training.evalSteps = 25;
    return experiment;
}

/// A short run of another task with an adapter of the task's name.
Experiment taskRun(Experiment experiment, const std::string& task) {
    experiment = smaller(std::move(experiment), task, *findPreset("pfeiffer"), 1500, 1);
    experiment.adapters.front().name = task;
    experiment.composition = Composition::of(task);
    experiment.train = {task};
    experiment.data.source = "wordnet:" + task;
    return experiment;
}

/// Trained adapters fused for a task that none of them has seen.
Experiment fusionRun(Experiment experiment, const std::vector<std::pair<std::string, std::string>>& folders) {
    experiment.name = "verb-topic, fused";
    experiment.adapters.clear();
    std::vector<Composition> children;
    std::string names;
    for (const auto& [name, folder] : folders) {
        AdapterSpec adapter;
        adapter.name = name;
        adapter.from = folder;
        experiment.adapters.push_back(adapter);
        children.push_back(Composition::of(name));
        names += (names.empty() ? "" : ",") + name;
    }
    experiment.composition = Composition::block(Composition::Kind::Fuse, std::move(children));
    experiment.train = {std::string(kFusePrefix) + names};
    experiment.data.source = "wordnet:verb-topic";
    experiment.data.limit["train"] = 1500;
    experiment.training.epochs = 3;
    return experiment;
}

/// Walks through the pages while real runs are made, and takes their pictures in both themes.
class Tour {
public:
    Tour(WindowSession& session, const QDir& folder)
        : m_session(session)
        , m_folder(folder) {
        session.window().resize(kWindowSize);
        session.window().show();
        QObject::connect(&session.runs(), &RunController::updated, &session.window(),
                         [this](const LiveUpdate& update) { note(update); });
        QObject::connect(&session.runs(), &RunController::runEnded, &session.window(),
                         [this](qint64 run, const RunOutcome& outcome) {
                             m_lastRun = run;
                             m_ended += outcome.state == RunState::Finished ? 1 : 0;
                             m_failed = m_failed || outcome.state == RunState::Failed;
                         });
    }

    bool walk() {
        take("design", "design");
        take("data", "data");
        const Experiment base = m_session.document().experiment();
        m_session.runs().start(smaller(base, "noun-topic, Houlsby", *findPreset("houlsby"), 2000, 1));
        m_session.runs().start(smaller(base, "noun-topic, parallel", *findPreset("parallel"), 2000, 1));
        const Experiment shown =
            smaller(base, "noun-topic, Pfeiffer rf 16", *findPreset("pfeiffer"), 6000, 2);
        m_session.runs().start(shown);
        const auto isMainRunLate = [this] { return m_ended == 2 && m_share > 0.6; };
        if (!waitUntil([&] { return m_failed || isMainRunLate(); }, kRunTimeoutMs) || m_failed) {
            return false;
        }
        take("train", "train");
        take("design", "design-live");
        if (!waitUntil([this] { return m_failed || m_ended == 3; }, kRunTimeoutMs) || m_failed) {
            return false;
        }
        m_session.window().showPage(QStringLiteral("runs"));
        if (auto* runs = m_session.window().pageOf<ui::RunsPage>()) {
            runs->selectRun(m_lastRun);
        }
        take("runs", "runs");
        return fuse(base) && m_written;
    }

    /// Runs, Fusion and MAD-X as they show the workspace.
    bool show(const ScreenshotOptions& options) {
        take("runs", "runs");
        m_session.window().showPage(QStringLiteral("fusion"));
        settle();
        if (auto* fusion = m_session.window().pageOf<ui::FusionPage>();
            fusion != nullptr && options.run > 0) {
            fusion->selectRun(options.run);
        }
        take("fusion", "fusion");
        if (!options.madx.empty()) {
            auto* madx = m_session.window().pageOf<ui::MadxPage>();
            m_written = madx != nullptr && madx->openFile(QString::fromStdString(options.madx)) && m_written;
            take("madx", "madx");
        }
        return m_written;
    }

private:
    /// Two more tasks, then the fusion of all three adapters.
    bool fuse(const Experiment& base) {
        std::vector<std::pair<std::string, std::string>> folders{{"noun-topic", adapterFolder("noun-topic")}};
        for (const std::string task : {"part-of-speech", "kind-of"}) {
            if (!runToItsEnd(taskRun(base, task))) {
                return false;
            }
            folders.emplace_back(task, adapterFolder(task));
        }
        const Experiment fused = fusionRun(base, folders);
        if (!runToItsEnd(fused) || !m_session.document().open(fused)) {
            return false;
        }
        take("fusion", "fusion");
        if (auto* playground = m_session.window().pageOf<ui::PlaygroundPage>()) {
            playground->reload();
            playground->texts()->setText({"move quickly through the air above the water", {}});
        }
        take("playground", "playground");
        take("design", "design-fusion");
        return true;
    }

    std::string adapterFolder(const std::string& name) const {
        return (m_session.store().runFolder(m_lastRun) / "adapters" / name).string();
    }

    bool runToItsEnd(const Experiment& experiment) {
        const int before = m_ended;
        m_session.runs().start(experiment);
        return waitUntil([&] { return m_failed || m_ended > before; }, kRunTimeoutMs) && !m_failed;
    }

    void note(const LiveUpdate& update) {
        if (update.run != m_shownRun) {
            m_shownRun = update.run;
            m_share = 0;
        }
        if (update.plan) {
            m_totalSteps = update.plan->totalSteps;
        }
        if (!update.steps.empty() && m_totalSteps > 0) {
            m_share = static_cast<double>(update.steps.back().step) / static_cast<double>(m_totalSteps);
        }
    }

    void take(const char* page, const QString& name) {
        m_session.window().showPage(QString::fromLatin1(page));
        for (const auto mode : {ui::Theme::Mode::Light, ui::Theme::Mode::Dark}) {
            ui::Theme::instance().setMode(mode);
            settle();
            const QString suffix =
                mode == ui::Theme::Mode::Dark ? QStringLiteral("dark") : QStringLiteral("light");
            const QString file = m_folder.filePath(name + QLatin1Char('-') + suffix + QStringLiteral(".png"));
            m_written = m_session.window().grab().save(file) && m_written;
            std::printf("%s\n", qPrintable(file));
            std::fflush(stdout);
        }
    }
    void take(const char* page, const char* name) { take(page, QString::fromLatin1(name)); }

    WindowSession& m_session;
    QDir m_folder;
    std::int64_t m_totalSteps = 0;
    double m_share = 0;
    qint64 m_shownRun = 0;
    qint64 m_lastRun = 0;
    int m_ended = 0;
    bool m_failed = false;
    bool m_written = true;
};

} // namespace

int runScreenshots(int& argc, char** argv, const ScreenshotOptions& options) {
    QApplication application(argc, argv);
    // Neither the settings nor the runs of the person are touched.
    const QTemporaryDir scratch;
    qputenv("XDG_CONFIG_HOME", scratch.filePath(QStringLiteral("config")).toUtf8());
    prepareApplication(application);
    const QDir target(QString::fromStdString(options.folder));
    if (!scratch.isValid() || !target.mkpath(QStringLiteral("."))) {
        complain({"the folder for the pictures can't be made", options.folder, "choose another one"});
        return kFailed;
    }
    const bool trains = options.workspace.empty();
    const auto session = WindowSession::open(
        trains ? scratch.filePath(QStringLiteral("workspace")).toStdString() : options.workspace, {});
    if (!session) {
        complain(session.error());
        return kFailed;
    }
    Tour tour(**session, target);
    if (!(trains ? tour.walk() : tour.show(options))) {
        complain({"the pictures could not all be made", options.folder, "see the messages above"});
        return kFailed;
    }
    return kSuccess;
}

} // namespace awb::app
