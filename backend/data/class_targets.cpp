#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fast_float/fast_float.h>

#include "backend/data/columns.h"
#include "backend/data/label_map.h"
#include "backend/data/target_reader.h"

namespace awb {

namespace {

std::optional<float> finiteNumber(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = text.find_last_not_of(' ') + 1;
    double value = 0;
    const auto [stop, error] = fast_float::from_chars(text.data() + begin, text.data() + end, value);
    const bool whole = error == std::errc() && begin < end && stop == text.data() + end;
    if (!whole || !std::isfinite(value) || std::abs(value) > std::numeric_limits<float>::max()) {
        return std::nullopt;
    }
    return static_cast<float>(value);
}

/// One class a row.
class ClassTargets final : public TargetReader {
public:
    ClassTargets(const DataSpec& spec, WarningLog& log)
        : TargetReader(spec, log) {}

    bool take(const TableRow& row, Example& example) override {
        const std::string& field = row.fields[m_column];
        const FieldKind kind = row.kind(m_column);
        if (kind == FieldKind::Nested) {
            return leaveOut("bad label", row.line,
                            "has an object or array for a label in `" + nameOf(m_column) + "`");
        }
        if (isBlankField(field)) {
            return leaveOut("no label", row.line, "has no label in `" + nameOf(m_column) + "`");
        }
        noteKind(kind, row.line);
        if (isTrain()) {
            example.label = m_labels.add(field, row.line);
            return true;
        }
        example.label = m_labels.find(field);
        if (example.label < 0) {
            m_log.add("unknown label", "kept and will count as wrong in the score", row.line,
                      "has the label " + inBackticks(field) + ", which train does not have");
        }
        return true;
    }

    std::optional<Error> finish(Split& split) override {
        if (isTrain()) {
            const std::vector<int> renumbered = m_labels.sort();
            for (Example& example : split.examples) {
                example.label = renumbered[static_cast<std::size_t>(example.label)];
            }
            m_labels.check(nameOf(m_column), static_cast<std::int64_t>(split.examples.size()), m_log);
        }
        return std::nullopt;
    }

    void describe(Dataset& dataset) const override { dataset.labels = m_labels.names(); }

protected:
    Result<std::vector<std::size_t>> findColumns() override {
        const auto column = findColumn(m_dialect, m_spec.label, m_file);
        if (!column) {
            return tl::unexpected(column.error());
        }
        m_column = *column;
        m_firstOfKind = {};
        return std::vector{m_column};
    }

private:
    void noteKind(FieldKind kind, std::int64_t line) {
        std::int64_t& first = m_firstOfKind[kind == FieldKind::Text ? 0 : 1];
        const std::int64_t other = m_firstOfKind[kind == FieldKind::Text ? 1 : 0];
        if (first == 0 && other != 0) {
            m_log.addSentence("`" + nameOf(m_column) +
                                  "` is text on some lines and a number or true/false on "
                                  "others (lines " +
                                  std::to_string(other) + " and " + std::to_string(line) +
                                  "); 1 and \"1\" count as one class",
                              {other, line}, 2);
        }
        first = first == 0 ? line : first;
    }

    LabelMap m_labels;
    std::size_t m_column = 0;
    std::array<std::int64_t, 2> m_firstOfKind{}; ///< first lines with a text label and with another one
};

/// One number a row.
class ValueTargets final : public TargetReader {
public:
    ValueTargets(const DataSpec& spec, WarningLog& log)
        : TargetReader(spec, log) {}

    bool take(const TableRow& row, Example& example) override {
        const std::string& field = row.fields[m_column];
        const auto value = finiteNumber(field);
        if (!value) {
            return leaveOut("no number", row.line,
                            "has no finite number in `" + nameOf(m_column) + "` (" + inBackticks(field) +
                                ")");
        }
        example.value = *value;
        return true;
    }

protected:
    Result<std::vector<std::size_t>> findColumns() override {
        const auto column = findColumn(m_dialect, m_spec.label, m_file);
        if (!column) {
            return tl::unexpected(column.error());
        }
        m_column = *column;
        return std::vector{m_column};
    }

private:
    std::size_t m_column = 0;
};

} // namespace

std::unique_ptr<TargetReader> makeClassTargets(const DataSpec& spec, WarningLog& log) {
    return std::make_unique<ClassTargets>(spec, log);
}

std::unique_ptr<TargetReader> makeValueTargets(const DataSpec& spec, WarningLog& log) {
    return std::make_unique<ValueTargets>(spec, log);
}

} // namespace awb
