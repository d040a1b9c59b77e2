#include "ui/data/data_draft.h"

#include <QCoreApplication>
#include <QFileInfo>

#include "backend/data/dataset.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("DataDraft", text);
}

/// `file` relative to `folder` where it lies beneath it, else as it is.
std::string relativeTo(const std::filesystem::path& folder, const std::string& file) {
    const std::filesystem::path relative = std::filesystem::path(file).lexically_relative(folder);
    const bool beneath = !relative.empty() && *relative.begin() != "..";
    return beneath ? relative.generic_string() : file;
}

} // namespace

QString toQString(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

DataDraft draftOf(const DesignDocument& document) {
    const auto file = document.file();
    const Experiment experiment =
        file ? resolvePaths(document.experiment(), file->parent_path()) : document.experiment();
    return {experiment.data, experiment.head.type};
}

void useDraft(const DataDraft& draft, DesignDocument& document) {
    Experiment experiment = document.experiment();
    experiment.data = draft.spec;
    if (const auto file = document.file()) {
        for (auto& [split, name] : experiment.data.splits) {
            name = relativeTo(file->parent_path(), name);
        }
    }
    if (experiment.head.type != draft.task) {
        const std::string name = experiment.head.name;
        experiment.head = defaultHead(draft.task);
        experiment.head.name = name;
    }
    experiment.head.numLabels = draft.task == HeadType::Regression ? 1 : 0;
    experiment.head.labels.clear();
    document.edit(std::move(experiment),
                  QCoreApplication::translate("DataDraft", "Use data “%1”").arg(draftTitle(draft)));
}

QString missingOf(const DataDraft& draft) {
    if (!draft.usesFiles()) {
        return {};
    }
    const auto train = draft.spec.splits.find("train");
    if (train == draft.spec.splits.end() || train->second.empty()) {
        return tr("Choose a file with training examples.");
    }
    if (draft.spec.text.empty()) {
        return tr("Choose the column that holds the text.");
    }
    const bool oneLabel = draft.task == HeadType::Classification || draft.task == HeadType::Regression;
    if (oneLabel && draft.spec.label.empty()) {
        return tr("Choose the column that holds the label.");
    }
    if (draft.task == HeadType::MultiLabel && draft.spec.labels.empty()) {
        return tr("Choose the column or columns that hold the labels.");
    }
    return {};
}

const std::vector<HeadType>& dataTasks() {
    static const std::vector<HeadType> kTasks{HeadType::Classification, HeadType::MultiLabel,
                                              HeadType::Regression, HeadType::Tagging, HeadType::MaskedLm};
    return kTasks;
}

QString taskTitle(HeadType task) {
    switch (task) {
    case HeadType::Classification:
        return tr("Classification");
    case HeadType::MultiLabel:
        return tr("Multi-label classification");
    case HeadType::Regression:
        return tr("Regression");
    case HeadType::Tagging:
        return tr("Tagging");
    case HeadType::MaskedLm:
        return tr("Masked language model");
    default:
        return QString::fromUtf8(headTypeName(task).data(),
                                 static_cast<qsizetype>(headTypeName(task).size()));
    }
}

QString taskDescription(HeadType task) {
    switch (task) {
    case HeadType::MultiLabel:
        return tr("Each text has any number of classes.");
    case HeadType::Regression:
        return tr("Each text has a number.");
    case HeadType::Tagging:
        return tr("Each word has a tag: its part of speech, or its place in the name of something.");
    case HeadType::MaskedLm:
        return tr("Plain text; hidden words are guessed. No labels are needed.");
    default:
        return tr("Each text has one class.");
    }
}

QString draftTitle(const DataDraft& draft) {
    for (const BuiltinTask& task : builtinTasks()) {
        if (task.source == draft.spec.source) {
            return QString::fromStdString(task.title);
        }
    }
    const auto train = draft.spec.splits.find("train");
    if (draft.usesFiles() && train != draft.spec.splits.end() && !train->second.empty()) {
        return QFileInfo(QString::fromStdString(train->second)).fileName();
    }
    return draft.usesFiles() ? tr("Files") : QString::fromStdString(draft.spec.source);
}

} // namespace awb::ui
