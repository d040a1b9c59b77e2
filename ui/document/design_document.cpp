#include "ui/document/design_document.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include <QMetaObject>
#include <QUndoCommand>

#include "backend/checkpoint/inspect.h"
#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb::ui {

namespace {

constexpr auto kAutosaveFormat = "adapter-workbench/autosave@1";
constexpr std::chrono::milliseconds kAutosaveDelay{1000};

/// Unsaved work as it lies on disk: the experiment, and the file it was opened from or saved to.
struct Autosave {
    Experiment experiment;
    std::optional<std::filesystem::path> file;
};

std::string autosaveText(const Autosave& autosave) {
    nlohmann::ordered_json json;
    json["format"] = kAutosaveFormat;
    json["file"] = autosave.file ? nlohmann::ordered_json(autosave.file->string()) : nlohmann::ordered_json();
    json["experiment"] = toJson(autosave.experiment);
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Autosave> readAutosave(const std::filesystem::path& path) {
    const auto text = readTextFile(path);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, path.filename().string());
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object()) {
        return fail("This is not an autosaved design", path.string());
    }

    JsonFields fields(*json, "");
    const std::string format = fields.requiredString("format");
    const nlohmann::json* file = fields.raw("file");
    const nlohmann::json* content = fields.raw("experiment");
    if (const auto error = fields.finish()) {
        return fail(*error);
    }
    if (format != kAutosaveFormat || !content) {
        return fail("This is not an autosaved design", path.string());
    }

    auto experiment = experimentFromJson(*content);
    if (!experiment) {
        return fail(experiment.error());
    }
    Autosave autosave{std::move(*experiment), {}};
    if (file && file->is_string()) {
        autosave.file = file->get<std::string>();
    }
    return autosave;
}

/// The base's configuration; a relative folder is meant relative to the experiment's file.
Result<ModelConfig> configOf(const Experiment& experiment, const std::optional<std::filesystem::path>& file) {
    if (!file) {
        return loadBaseConfig(experiment.baseModel);
    }
    return loadBaseConfig(resolvePaths(experiment, file->parent_path()).baseModel);
}

/// True where `later` was written after `earlier`; a missing file is never later.
bool isNewer(const std::filesystem::path& later, const std::filesystem::path& earlier) {
    std::error_code error;
    const auto laterTime = std::filesystem::last_write_time(later, error);
    if (error) {
        return false;
    }
    const auto earlierTime = std::filesystem::last_write_time(earlier, error);
    return error || laterTime > earlierTime;
}

} // namespace

/// One edit: the whole experiment and its base before and after. Experiments are a few kilobytes, so that
/// undo needs no inverse of each kind of edit.
class DesignDocument::EditCommand : public QUndoCommand {
public:
    EditCommand(DesignDocument& document, Experiment after, ModelConfig modelAfter, const QString& text,
                int mergeId)
        : QUndoCommand(text)
        , m_document(document)
        , m_before(document.m_experiment)
        , m_after(std::move(after))
        , m_modelBefore(document.m_model)
        , m_modelAfter(std::move(modelAfter))
        , m_selection(document.m_selection)
        , m_mergeId(mergeId) {}

    int id() const override { return m_mergeId == 0 ? -1 : m_mergeId; }

    void redo() override { m_document.replace(m_after, m_modelAfter); }

    void undo() override {
        m_document.replace(m_before, m_modelBefore);
        m_document.setSelection(m_selection);
    }

    bool mergeWith(const QUndoCommand* other) override {
        const auto* later = dynamic_cast<const EditCommand*>(other);
        if (!later) {
            return false;
        }
        m_after = later->m_after;
        m_modelAfter = later->m_modelAfter;
        setText(later->text());
        setObsolete(m_after == m_before);
        return true;
    }

private:
    DesignDocument& m_document;
    Experiment m_before;
    Experiment m_after;
    ModelConfig m_modelBefore;
    ModelConfig m_modelAfter;
    std::set<design::ModuleRef> m_selection; ///< before the edit
    int m_mergeId;
};

DesignDocument::DesignDocument(QObject* parent)
    : QObject(parent) {
    m_writer.setMaxThreadCount(1);
    m_autosaveTimer.setSingleShot(true);
    m_autosaveTimer.setInterval(kAutosaveDelay);
    connect(&m_autosaveTimer, &QTimer::timeout, this, &DesignDocument::writeAutosave);
    connect(&m_undo, &QUndoStack::cleanChanged, this, &DesignDocument::fileChanged);
}

DesignDocument::~DesignDocument() {
    m_undo.disconnect(this);
    flushAutosave();
}

void DesignDocument::edit(Experiment experiment, const QString& text, int mergeId) {
    if (experiment == m_experiment) {
        return;
    }
    ModelConfig model = m_model;
    if (experiment.baseModel != m_experiment.baseModel) {
        auto loaded = configOf(experiment, m_file);
        if (!loaded) {
            Q_EMIT refused(loaded.error());
            return;
        }
        model = std::move(*loaded);
    }
    m_undo.push(new EditCommand(*this, std::move(experiment), std::move(model), text, mergeId));
}

bool DesignDocument::apply(Result<Experiment> result, const QString& text, int mergeId) {
    if (!result) {
        Q_EMIT refused(result.error());
        return false;
    }
    edit(std::move(*result), text, mergeId);
    return true;
}

Result<void> DesignDocument::open(const Experiment& experiment, std::optional<std::filesystem::path> file) {
    if (auto loaded = load(experiment, std::move(file)); !loaded) {
        return loaded;
    }
    removeAutosave();
    return {};
}

Result<void> DesignDocument::load(const Experiment& experiment, std::optional<std::filesystem::path> file) {
    auto model = configOf(experiment, file);
    if (!model) {
        return fail(model.error());
    }
    m_selection.clear();
    m_file = std::move(file);
    m_experiment = experiment;
    m_model = std::move(*model);
    m_undo.clear();
    Q_EMIT changed();
    Q_EMIT selectionChanged();
    Q_EMIT fileChanged();
    return {};
}

Result<void> DesignDocument::openFile(const std::filesystem::path& file) {
    const auto experiment = loadExperiment(file);
    if (!experiment) {
        return fail(experiment.error());
    }
    return open(*experiment, std::filesystem::absolute(file));
}

Result<void> DesignDocument::save(const std::filesystem::path& file) {
    if (const auto saved = saveExperiment(m_experiment, file); !saved) {
        return fail(saved.error());
    }
    m_file = std::filesystem::absolute(file);
    m_undo.setClean();
    removeAutosave();
    Q_EMIT fileChanged();
    return {};
}

void DesignDocument::setAutosaveFile(const std::filesystem::path& file) {
    m_autosave = file;
}

bool DesignDocument::restoreAutosave() {
    std::error_code ignored;
    if (m_autosave.empty() || !std::filesystem::exists(m_autosave, ignored)) {
        return false;
    }
    m_writer.waitForDone();
    m_ownsAutosave = true;
    auto autosave = readAutosave(m_autosave);
    if (!autosave) {
        std::filesystem::path aside = m_autosave;
        aside += ".damaged";
        std::filesystem::rename(m_autosave, aside, ignored);
        Error error = autosave.error();
        error.advice = "The copy was kept as " + aside.string();
        Q_EMIT autosaveFailed(error);
        return false;
    }
    if (autosave->file && !isNewer(m_autosave, *autosave->file)) {
        removeAutosave();
        return false;
    }
    // Undo leads back to what was saved, or to the design that is open where that can't be read any more.
    if (autosave->file) {
        const auto saved = loadExperiment(*autosave->file);
        if (!load(saved ? *saved : m_experiment, autosave->file)) {
            m_file = autosave->file;
        }
    }
    if (autosave->experiment == m_experiment) {
        removeAutosave();
        return false;
    }
    edit(std::move(autosave->experiment), tr("Restore unsaved work"));
    return isModified();
}

void DesignDocument::flushAutosave() {
    if (m_autosaveTimer.isActive()) {
        m_autosaveTimer.stop();
        writeAutosave();
    }
    m_writer.waitForDone();
}

void DesignDocument::setSelection(std::set<design::ModuleRef> selection) {
    selection = existing(selection);
    if (selection == m_selection) {
        return;
    }
    m_selection = std::move(selection);
    Q_EMIT selectionChanged();
}

std::vector<design::ModuleRef> DesignDocument::selectedRefs() const {
    return {m_selection.begin(), m_selection.end()};
}

void DesignDocument::replace(const Experiment& experiment, const ModelConfig& model) {
    m_experiment = experiment;
    m_model = model;
    std::set<design::ModuleRef> kept = existing(m_selection);
    const bool sameSelection = kept == m_selection;
    m_selection = std::move(kept);
    scheduleAutosave();
    Q_EMIT changed();
    if (!sameSelection) {
        Q_EMIT selectionChanged();
    }
}

std::set<design::ModuleRef> DesignDocument::existing(const std::set<design::ModuleRef>& refs) const {
    if (refs.empty()) {
        return {};
    }
    std::set<design::ModuleRef> present;
    for (const design::Module& module : design::modules(m_experiment, m_model)) {
        present.insert(module.ref);
    }

    std::set<design::ModuleRef> kept;
    for (const design::ModuleRef& ref : refs) {
        if (present.contains(ref)) {
            kept.insert(ref);
        } else if (!m_experiment.findAdapter(ref.adapter)) {
            const auto atPlace = std::ranges::find_if(present, [&](const design::ModuleRef& other) {
                return other.layer == ref.layer && other.site == ref.site;
            });
            if (atPlace != present.end()) {
                kept.insert(*atPlace);
            }
        }
    }
    return kept;
}

void DesignDocument::scheduleAutosave() {
    if (!m_autosave.empty()) {
        m_autosaveTimer.start();
    }
}

void DesignDocument::writeAutosave() {
    if (m_autosave.empty()) {
        return;
    }
    if (!isModified()) {
        removeAutosave();
        return;
    }
    m_ownsAutosave = true;
    inBackground([text = autosaveText({m_experiment, m_file}), path = m_autosave]() -> Result<void> {
        return writeFileAtomically(path, text);
    });
}

void DesignDocument::removeAutosave() {
    m_autosaveTimer.stop();
    if (m_autosave.empty() || !m_ownsAutosave) {
        return;
    }
    inBackground([path = m_autosave]() -> Result<void> {
        std::error_code error;
        std::filesystem::remove(path, error);
        if (error) {
            return fail("The autosaved copy can't be removed: " + error.message(), path.string());
        }
        return {};
    });
}

void DesignDocument::inBackground(std::function<Result<void>()> work) {
    m_writer.start([this, job = std::move(work)] {
        // The destructor waits for this thread, so that `this` outlives the call.
        if (auto result = job(); !result) {
            QMetaObject::invokeMethod(
                this, [this, error = std::move(result.error())] { Q_EMIT autosaveFailed(error); },
                Qt::QueuedConnection);
        }
    });
}

} // namespace awb::ui
