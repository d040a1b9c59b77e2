#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/data/data_warnings.h"
#include "backend/data/dataset.h"
#include "backend/data/sentence_reader.h"
#include "backend/data/table_reader.h"

namespace awb {

/// Reads what a task predicts from the rows of a data set's files, one file after the other with train first.
/// Labels are those of train. What can't be used is said in the log.
class TargetReader {
public:
    /// The names by which the log knows what becomes of a row.
    static constexpr std::string_view kLeftOut = "left out";

    virtual ~TargetReader() = default;

    /// Gets ready for a file. Gives the columns that hold targets. Errors: no such column.
    Result<std::vector<std::size_t>> open(const TableDialect& dialect, const std::filesystem::path& file);
    /// Puts a row's target into the example; false where the row must be left out.
    virtual bool take(const TableRow& row, Example& example) = 0;
    /// Whether `take` also reads the text, as words.
    virtual bool readsText() const { return false; }
    /// The same for a sentence, text included. Only for tagging.
    virtual bool take(const Sentence& /*sentence*/, Example& /*example*/) { return false; }
    /// After the last row of a file, whose examples may change: labels get their numbers.
    virtual std::optional<Error> finish(Split& /*split*/) { return std::nullopt; }
    /// Puts the labels into the data set.
    virtual void describe(Dataset& /*dataset*/) const {}

protected:
    TargetReader(const DataSpec& spec, WarningLog& log)
        : m_spec(spec)
        , m_log(log) {}

    virtual Result<std::vector<std::size_t>> findColumns() = 0;

    bool isTrain() const { return m_files == 1; }
    std::string nameOf(std::size_t column) const;
    /// Says why a row is left out; always false.
    bool leaveOut(std::string_view kind, std::int64_t line, std::string detail);

    const DataSpec& m_spec;
    WarningLog& m_log;
    TableDialect m_dialect;
    std::filesystem::path m_file;

private:
    int m_files = 0; ///< opened so far
};

/// The reader for a task. Both arguments must outlive it. Tasks that have no data of this kind are an error.
Result<std::unique_ptr<TargetReader>> makeTargetReader(HeadType task, const DataSpec& spec, WarningLog& log);

std::unique_ptr<TargetReader> makeClassTargets(const DataSpec& spec, WarningLog& log);
std::unique_ptr<TargetReader> makeValueTargets(const DataSpec& spec, WarningLog& log);
std::unique_ptr<TargetReader> makeMultiLabelTargets(const DataSpec& spec, WarningLog& log);
std::unique_ptr<TargetReader> makeTagTargets(const DataSpec& spec, WarningLog& log);
/// For texts that are their own target.
std::unique_ptr<TargetReader> makeNoTargets(const DataSpec& spec, WarningLog& log);

} // namespace awb
