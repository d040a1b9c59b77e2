#pragma once

#include <filesystem>
#include <optional>

#include <QString>

#include "backend/data/table_reader.h"
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
/// written relative to it. The head forgets labels that came from other data.
void useDraft(const DataDraft& draft, DesignDocument& document);
/// Why a draft can't be loaded yet, in words for the person; empty when it can.
QString missingOf(const DataDraft& draft);
/// How the draft's files are read.
TableOptions tableOptions(const DataSpec& spec);
/// "Noun topics", or the name of the train file.
QString draftTitle(const DataDraft& draft);

QString toQString(const std::filesystem::path& path);

} // namespace awb::ui
