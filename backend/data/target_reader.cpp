#include "backend/data/target_reader.h"

#include <utility>

#include "backend/data/columns.h"

namespace awb {

namespace {

class NoTargets final : public TargetReader {
public:
    NoTargets(const DataSpec& spec, WarningLog& log)
        : TargetReader(spec, log) {}

    bool take(const TableRow& /*row*/, Example& /*example*/) override { return true; }

protected:
    Result<std::vector<std::size_t>> findColumns() override { return std::vector<std::size_t>(); }
};

} // namespace

Result<std::vector<std::size_t>> TargetReader::open(const TableDialect& dialect,
                                                    const std::filesystem::path& file) {
    m_dialect = dialect;
    m_file = file;
    ++m_files;
    return findColumns();
}

std::string TargetReader::nameOf(std::size_t column) const {
    return columnName(m_dialect, column);
}

bool TargetReader::leaveOut(std::string_view kind, std::int64_t line, std::string detail) {
    m_log.add(kind, kLeftOut, line, std::move(detail));
    return false;
}

std::unique_ptr<TargetReader> makeNoTargets(const DataSpec& spec, WarningLog& log) {
    return std::make_unique<NoTargets>(spec, log);
}

Result<std::unique_ptr<TargetReader>> makeTargetReader(HeadType task, const DataSpec& spec, WarningLog& log) {
    switch (task) {
    case HeadType::Classification:
        return makeClassTargets(spec, log);
    case HeadType::Regression:
        return makeValueTargets(spec, log);
    case HeadType::MultiLabel:
        return makeMultiLabelTargets(spec, log);
    case HeadType::Tagging:
        return makeTagTargets(spec, log);
    case HeadType::MaskedLm:
        return makeNoTargets(spec, log);
    default:
        return fail("there is no reader of files for a head of type `" + std::string(headTypeName(task)) +
                        "`",
                    "/head/type", "Choose another head");
    }
}

} // namespace awb
