#include "ui/data/column_guess.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace awb::ui {

namespace {

/// The first of the usual names that a column has, whatever its case.
QString byName(const QStringList& columns, const QStringList& usual) {
    for (const QString& name : usual) {
        for (const QString& column : columns) {
            if (column.compare(name, Qt::CaseInsensitive) == 0) {
                return column;
            }
        }
    }
    return {};
}

bool isMark(const std::string& field) {
    return field == "0" || field == "1" || field == "true" || field == "false";
}

std::optional<double> numberIn(const std::string& field) {
    bool good = false;
    const double value = QString::fromStdString(field).toDouble(&good);
    return good && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Whether there are rows and all of them pass.
bool allFields(const TablePreview& preview, std::size_t column,
               const std::function<bool(const std::string&)>& passes) {
    return !preview.rows.empty() && std::ranges::all_of(preview.rows, [&](const TableRow& row) {
        return column < row.fields.size() && passes(row.fields[column]);
    });
}

/// Most rows hold a number; a few may be broken, and the reader tells which.
bool holdsNumbers(const TablePreview& preview, std::size_t column) {
    const auto numbers = std::ranges::count_if(preview.rows, [column](const TableRow& row) {
        return column < row.fields.size() && numberIn(row.fields[column]).has_value();
    });
    return numbers > 0 && 3 * numbers >= std::ssize(preview.rows);
}

bool hasFractions(const TablePreview& preview, std::size_t column) {
    return std::ranges::any_of(preview.rows, [column](const TableRow& row) {
        const auto value = column < row.fields.size() ? numberIn(row.fields[column]) : std::nullopt;
        return value && *value != std::floor(*value);
    });
}

QString longestTexts(const TablePreview& preview, const QStringList& names) {
    std::vector<std::size_t> lengths(preview.dialect.columns.size(), 0);
    for (const TableRow& row : preview.rows) {
        for (std::size_t i = 0; i < std::min(lengths.size(), row.fields.size()); ++i) {
            lengths[i] += row.fields[i].size();
        }
    }
    return names.isEmpty() ? QString() : names[std::ranges::max_element(lengths) - lengths.begin()];
}

QString numberColumn(const TablePreview& preview, const QStringList& names, const QString& text) {
    QString last;
    for (qsizetype i = 0; i < names.size(); ++i) {
        const auto column = static_cast<std::size_t>(i);
        if (names[i] == text || !holdsNumbers(preview, column)) {
            continue;
        }
        last = names[i];
        if (hasFractions(preview, column)) {
            return last;
        }
    }
    return last;
}

} // namespace

QStringList columnNames(const TablePreview& preview) {
    QStringList names;
    for (const std::string& column : preview.dialect.columns) {
        names << QString::fromStdString(column);
    }
    return names;
}

QString guessText(const TablePreview& preview, HeadType task) {
    static const QStringList kWords{
        QStringLiteral("FORM"), QStringLiteral("tokens"), QStringLiteral("words"),   QStringLiteral("token"),
        QStringLiteral("word"), QStringLiteral("text"),   QStringLiteral("sentence")};
    static const QStringList kTexts{QStringLiteral("text"),      QStringLiteral("sentence"),
                                    QStringLiteral("sentence1"), QStringLiteral("sentence_A"),
                                    QStringLiteral("premise"),   QStringLiteral("question"),
                                    QStringLiteral("content"),   QStringLiteral("comment")};
    const QStringList names = columnNames(preview);
    const bool tagging = task == HeadType::Tagging;
    const QString named = byName(names, tagging ? kWords : kTexts);
    if (!named.isEmpty()) {
        return named;
    }
    // In CoNLL the words come first.
    return tagging && !names.isEmpty() ? names.front() : longestTexts(preview, names);
}

QString guessLabel(const TablePreview& preview, HeadType task, const QString& text) {
    static const QStringList kLabels{QStringLiteral("label"),    QStringLiteral("labels"),
                                     QStringLiteral("class"),    QStringLiteral("category"),
                                     QStringLiteral("score"),    QStringLiteral("gold_label"),
                                     QStringLiteral("emotions"), QStringLiteral("categories")};
    const QStringList names = columnNames(preview);
    const QString named = byName(names, kLabels);
    if (!named.isEmpty() && mayHoldLabel(preview, task, named)) {
        return named;
    }
    if (task == HeadType::Regression) {
        return numberColumn(preview, names, text);
    }
    return names.size() > 1 && names.back() != text ? names.back() : QString();
}

QString guessTags(const TablePreview& preview) {
    return byName(columnNames(preview),
                  {QStringLiteral("tags"), QStringLiteral("ner_tags"), QStringLiteral("pos_tags"),
                   QStringLiteral("upos"), QStringLiteral("ner"), QStringLiteral("labels")});
}

std::vector<std::string> guessMarks(const TablePreview& preview) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < preview.dialect.columns.size(); ++i) {
        if (allFields(preview, i, isMark)) {
            found.push_back(preview.dialect.columns[i]);
        }
    }
    return found;
}

bool mayHoldLabel(const TablePreview& preview, HeadType task, const QString& column) {
    const qsizetype place = columnNames(preview).indexOf(column);
    return place >= 0 &&
           (task != HeadType::Regression || holdsNumbers(preview, static_cast<std::size_t>(place)));
}

} // namespace awb::ui
