#include "ui/madx/madx_document.h"

#include <utility>

#include <nlohmann/json.hpp>

#include <QFile>
#include <QFileInfo>
#include <QStringList>

namespace awb::ui {

namespace {

constexpr std::size_t kTemplateLanguages = 2;
constexpr qsizetype kMissingFilesNamed = 3;

} // namespace

QString madxErrorText(const Error& error) {
    QString text = QString::fromStdString(error.what);
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    if (!error.advice.empty()) {
        text += QStringLiteral(": ") + QString::fromStdString(error.advice);
    }
    return text + u'.';
}

Result<void> MadxDocument::open(const std::filesystem::path& file) {
    const auto loaded = loadMadx(file);
    if (!loaded) {
        return fail(loaded.error());
    }
    take(resolvePaths(*loaded, std::filesystem::absolute(file).parent_path(), {}), file);
    return {};
}

Result<void> MadxDocument::openTemplate() {
    QFile file(QStringLiteral(":/experiments/madx.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        return fail("the template is not part of this program");
    }
    const auto json = parseJson(file.readAll().toStdString(), "madx.json");
    auto experiment = json ? madxFromJson(*json) : Result<MadxExperiment>(fail(json.error()));
    if (!experiment) {
        return fail(experiment.error());
    }
    experiment->name = "madx";
    experiment->dataFolder.clear();
    experiment->notes.clear();
    experiment->languages.resize(kTemplateLanguages);
    for (MadxLanguage& language : experiment->languages) {
        language.text.clear();
        language.splits.clear();
    }
    take(std::move(*experiment), {});
    m_isModified = true;
    return {};
}

Result<void> MadxDocument::save(const std::filesystem::path& file) {
    if (auto saved = saveMadx(m_experiment, file); !saved) {
        return saved;
    }
    m_file = file;
    m_isModified = false;
    Q_EMIT changed();
    return {};
}

void MadxDocument::edit(MadxExperiment experiment) {
    if (experiment == m_experiment) {
        return;
    }
    m_experiment = resolvePaths(experiment, m_file.parent_path(), {});
    m_isModified = true;
    Q_EMIT changed();
}

QString MadxDocument::obstacle() const {
    if (!m_isOpen) {
        return tr("Open an experiment or begin with the template first.");
    }
    if (const auto problem = problemOf(m_experiment)) {
        return madxErrorText(*problem);
    }
    QStringList missing;
    for (const std::string& file : missingFiles(m_experiment)) {
        missing << QFileInfo(QString::fromStdString(file)).fileName();
    }
    if (missing.isEmpty()) {
        return {};
    }
    // The steps mark every one; here the advice must stay in sight.
    const qsizetype more = missing.size() - kMissingFilesNamed;
    const QString names = missing.mid(0, kMissingFilesNamed).join(u", ");
    return more > 0 ? tr("Files are not there: %1 and %2 more. Choose others in steps 2 and 3.")
                          .arg(names)
                          .arg(more)
                    : tr("Files are not there: %1. Choose others in steps 2 and 3.").arg(names);
}

void MadxDocument::take(MadxExperiment experiment, std::filesystem::path file) {
    m_experiment = std::move(experiment);
    m_file = std::move(file);
    m_isOpen = true;
    m_isModified = false;
    Q_EMIT changed();
}

} // namespace awb::ui
