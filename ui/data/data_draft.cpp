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
    experiment.head.type = draft.task;
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
    if (draft.spec.label.empty()) {
        return tr("Choose the column that holds the label.");
    }
    return {};
}

TableOptions tableOptions(const DataSpec& spec) {
    TableOptions options;
    for (const TableFormat format :
         {TableFormat::Tsv, TableFormat::Csv, TableFormat::JsonLines, TableFormat::Json}) {
        if (spec.format == tableFormatName(format)) {
            options.format = format;
        }
    }
    if (spec.delimiter.size() == 1) {
        options.delimiter = spec.delimiter.front();
    }
    if (!spec.encoding.empty()) {
        options.encoding = spec.encoding;
    }
    options.header = spec.header;
    return options;
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
