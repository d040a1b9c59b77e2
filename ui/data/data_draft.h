#pragma once

#include <filesystem>
#include <vector>

#include <QString>

#include "backend/experiment/experiment.h"

namespace awb::ui {

class DesignDocument;

/// A choice of data that is looked at before it becomes part of the experiment. File names are absolute.
struct DataDraft {
    DataSpec spec;
    HeadType task = HeadType::Classification;

    bool operator==(const DataDraft&) const = default;
    bool usesFiles() const { return spec.source == "files"; }
};

/// The experiment's data.
DataDraft draftOf(const DesignDocument& document);
/// Makes the draft the experiment's data, as one undoable edit. Files beneath the experiment's folder are
/// written relative to it. The head forgets labels that came from other data; one of another type becomes as
/// new ones of that type are.
void useDraft(const DataDraft& draft, DesignDocument& document);
/// Why a draft can't be loaded yet, in words for the person; empty when it can.
QString missingOf(const DataDraft& draft);
/// "Classification", "Multi-label classification" and so on.
QString taskTitle(HeadType task);
/// What is predicted, in a sentence.
QString taskDescription(HeadType task);
/// The tasks that data can be loaded for, in the order in which they are offered.
const std::vector<HeadType>& dataTasks();
/// "Noun topics", or the name of the train file.
QString draftTitle(const DataDraft& draft);

QString toQString(const std::filesystem::path& path);

} // namespace awb::ui
